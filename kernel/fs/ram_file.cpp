// Regular files in memory, and the open forms of files and directories.
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/ramfs.h"

namespace {
constexpr u64 max_file_size = ~u64{0} >> 1; // what an offset can say

alignas(page_size) const u8 zero_page[page_size] = {};

class RamPages : public PageSource {
  public:
    explicit RamPages(Ref<Inode> inode) : inode_(std::move(inode)) { ram().page_sources++; }
    ~RamPages() override { ram().page_sources--; }
    Result<Frame*> page(u64 index, bool create) override {
        if (index >= div_up(ram().size(), page_size)) return Errno{ENXIO};
        Frame* frame = create ? TRY(ram().pages.make(index)) : ram().pages.find(index);
        if (frame) frame_ref(*frame);
        return frame;
    }

    const void* object() const override { return inode_.get(); }

  private:
    RamFile& ram() const { return static_cast<RamFile&>(*inode_); }
    Ref<Inode> inode_;
};

struct OpenRamFile : file {
    explicit OpenRamFile(u32 flags) : file(flags) { seekable = true; }

    RamFile& ram() const { return static_cast<RamFile&>(*inode); }

    Result<usize> read(IovIter& to, i64& position) override {
        const usize n = TRY(ram().read(to, static_cast<u64>(position)));
        position += static_cast<i64>(n);
        // As relatime: once after each change.
        if (inode->accessed <= inode->modified && !(flags & O_NOATIME))
            inode->accessed = clock_realtime();
        return n;
    }
    Result<usize> write(IovIter& from, i64& position) override {
        if (flags & O_APPEND) position = static_cast<i64>(ram().size());
        const usize n = TRY(ram().write(from, static_cast<u64>(position)));
        position += static_cast<i64>(n);
        return n;
    }
    Result<i64> seek(i64 to, int whence) override {
        if (whence != SEEK_DATA && whence != SEEK_HOLE) return file::seek(to, whence);
        const u64 size = ram().size();
        if (to < 0 || static_cast<u64>(to) >= size) return Errno{ENXIO};
        const u64 page = static_cast<u64>(to) / page_size;
        const u64 found = ram().pages.next(page, whence == SEEK_HOLE);
        if (found == ~u64{0}) return Errno{ENXIO};
        u64 result = found == page ? static_cast<u64>(to) : found * page_size;
        if (result >= size) {
            if (whence == SEEK_DATA) return Errno{ENXIO};
            result = size;
        }
        return offset = static_cast<i64>(result);
    }
    Result<Ref<PageSource>> page_source() override {
        return Ref<PageSource>(TRY(make_ref<RamPages>(inode)));
    }
    Result<usize> splice_to(file& out, i64& position, usize bytes) override;
};

constexpr usize splice_batch = 16; // pages handed over at once

// Hands the frames themselves to the writer; they are held meanwhile, for it may block.
Result<usize> OpenRamFile::splice_to(file& out, i64& position, usize bytes) {
    const u64 start = static_cast<u64>(position), size = ram().size();
    if (start >= size) return usize{0};
    bytes = min<u64>(bytes, size - start);
    IoSegment segments[splice_batch];
    Frame* held[splice_batch];
    usize count = 0, total = 0;
    for (u64 at = start; total < bytes && count < splice_batch; count++) {
        const usize in_page = at % page_size;
        const usize n = min<usize>(page_size - in_page, bytes - total);
        Frame* frame = held[count] = ram().pages.find(at / page_size);
        if (frame) frame_ref(*frame);
        const u8* data = frame ? static_cast<const u8*>(frame->data()) : zero_page;
        segments[count] = {reinterpret_cast<uptr>(data + in_page), n};
        at += n;
        total += n;
    }
    IovIter iter(IovIter::Space::kernel, segments, count);
    auto written = out.write(iter, out.offset);
    for (usize i = 0; i < count; i++)
        if (held[i]) frame_unref(*held[i]);
    const usize moved = TRY(written);
    position += static_cast<i64>(moved);
    return moved;
}

struct OpenDirectory : file {
    explicit OpenDirectory(u32 flags) : file(flags) { seekable = true; }

    Result<usize> read(IovIter&, i64&) override { return Errno{EISDIR}; }
    Result<void> read_directory(DirectorySink& sink) override {
        struct Counting : DirectorySink {
            Counting(DirectorySink& to, i64& offset) : to(to), offset(offset) {}
            bool add(std::string_view name, u64 number, u32 type, u64 next) override {
                if (!to.add(name, number, type, next)) return false;
                offset = static_cast<i64>(next);
                return true;
            }
            DirectorySink& to;
            i64& offset;
        } counting(sink, offset);
        Dentry& up = dentry->parent ? *dentry->parent : *dentry;
        if (dentry->unlinked) return Errno{ENOENT};
        if (offset == 0 && !counting.add(".", inode->number, S_IFDIR >> 12, 1)) return {};
        if (offset == 1 && !counting.add("..", up.inode->number, S_IFDIR >> 12, 2)) return {};
        if (inode->accessed <= inode->modified) inode->accessed = clock_realtime();
        return inode->list(counting, static_cast<u64>(offset));
    }
};
} // namespace

Result<Ref<file>> open_directory(u32 flags) {
    return Ref<file>(TRY(make_ref<OpenDirectory>(flags)));
}

Result<Ref<file>> RamFile::open(Dentry&, u32 flags) {
    return Ref<file>(TRY(make_ref<OpenRamFile>(flags)));
}

Result<usize> RamFile::read(IovIter& to, u64 position) {
    usize done = 0;
    while (to.remaining() && position < size_) {
        const usize in_page = position % page_size;
        const usize n = min<u64>(min<u64>(page_size - in_page, size_ - position), to.remaining());
        const Frame* frame = pages.find(position / page_size);
        const u8* data = frame ? static_cast<const u8*>(frame->data()) : zero_page;
        const usize copied = to.copy_to(data + in_page, n);
        done += copied;
        position += copied;
        if (copied < n) {
            if (!done) return Errno{EFAULT};
            break;
        }
    }
    return done;
}

Result<usize> RamFile::write(IovIter& from, u64 position) {
    if (!from.remaining()) return usize{0};
    if (position >= max_file_size) return Errno{EFBIG};
    from.truncate(max_file_size - position);
    if (position > size_) zero_part(size_, align_up(size_, page_size));
    usize done = 0;
    Errno error{0};
    while (from.remaining()) {
        const usize in_page = position % page_size;
        const usize n = min<usize>(page_size - in_page, from.remaining());
        const bool whole = n == page_size && from.space() == IovIter::Space::kernel;
        auto frame = pages.make(position / page_size, !whole);
        if (!frame) {
            error = frame.error();
            break;
        }
        const usize copied = from.copy_from(static_cast<u8*>((*frame)->data()) + in_page, n);
        done += copied;
        position += copied;
        if (position > size_ && copied) size_ = position;
        if (copied < n) {
            error = Errno{EFAULT};
            break;
        }
    }
    if (!done) return error;
    touch_modified();
    return done;
}

// Zeroes [from, to), which lies in one page, if that page exists.
void RamFile::zero_part(u64 from, u64 to) {
    if (from >= to) return;
    if (Frame* frame = pages.find(from / page_size))
        memset(static_cast<u8*>(frame->data()) + from % page_size, 0, to - from);
}

// Pages leave the file and whatever maps them.
void RamFile::drop_pages(u64 first, u64 last, bool truncated) {
    if (page_sources) unmap_source(this, first, last, truncated);
    pages.cut(first, last);
}

Result<void> RamFile::truncate(u64 size) {
    if (size > max_file_size) return Errno{EFBIG};
    const u64 low = min(size, size_);
    zero_part(low, align_up(low, page_size));
    if (size < size_) drop_pages(div_up(size, page_size), ~u64{0}, true);
    size_ = size;
    touch_modified();
    return {};
}

// All or nothing: what can't be had whole isn't begun.
Result<void> RamFile::reserve(u64 start, u64 length, bool keep_size) {
    const u64 end = start + length, after = div_up(end, page_size);
    u64 missing = 0;
    for (u64 index = start / page_size; index < after;) {
        const u64 page = min(pages.next(index, false), after);
        missing += page - index;
        index = pages.next(page, true);
    }
    const FrameQuota& quota = *pages.quota;
    if (missing > min(file_frames_limit() - file_frames(), quota.limit - quota.used))
        return Errno{ENOSPC};
    for (u64 index = start / page_size; index < after; index++) TRY(pages.make(index));
    if (!keep_size && end > size_) {
        size_ = end;
        touch_modified();
    }
    return {};
}

void RamFile::punch(u64 start, u64 length) {
    const u64 end = min(start + length, align_up(size_, page_size));
    if (start >= end) return;
    const u64 first = align_up(start, page_size), last = align_down(end, page_size);
    if (first > last) {
        zero_part(start, end);
        return;
    }
    zero_part(start, first);
    zero_part(last, end);
    if (first < last) drop_pages(first / page_size, last / page_size - 1, false);
    touch_modified();
}

Result<Ref<file>> open_memory_file(std::string_view name, const Credentials& owner) {
    static Ref<RamFs> unnamed;
    if (!unnamed) unnamed = TRY(RamFs::create("tmpfs"));
    Ref<Inode> inode = TRY(make_ram_file(*unnamed, S_IFREG | 0777, owner));
    inode->links = 0;
    char full[NAME_MAX + 8];
    usize length = copy_string(full, sizeof full, "memfd:");
    length += copy_string(full + length, sizeof full - length, name);
    Ref<Dentry> dentry = TRY(Dentry::create(unnamed->root.get(), {full, length}, *inode));
    dentry->unlinked = true;
    return open_dentry(*dentry, O_RDWR);
}

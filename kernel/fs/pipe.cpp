// The ring of a pipe, its two ends as files, and the rendezvous of FIFOs.
#include "kernel/fs/pipe.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/anonymous.h"
#include "kernel/fs/ramfs.h"
#include "kernel/mem/user_copy.h"
#include "kernel/uapi/ioctl.h"
#include <bit>

Pipe::Pipe() : number(anonymous_inode_number()) {}
Pipe::~Pipe() { kfree(ring_); }

Result<Ref<Pipe>> Pipe::create() { return make_ref<Pipe>(); }

// Doubles the ring until `wanted` bytes fit, straightening it out on the way.
bool Pipe::ensure_room(usize wanted) {
    if (wanted <= capacity_) return true;
    usize capacity = max<usize>(capacity_, page_size);
    while (capacity < wanted) capacity *= 2;
    return set_capacity(min(capacity, size_));
}

bool Pipe::set_capacity(usize capacity) {
    u8* ring = static_cast<u8*>(kmalloc(capacity));
    if (!ring) return false;
    peek(ring, used_);
    kfree(ring_);
    ring_ = ring;
    capacity_ = capacity;
    head_ = 0;
    return true;
}

usize Pipe::peek(void* to, usize bytes) const {
    bytes = min(bytes, used_);
    const usize first = min(bytes, capacity_ - head_);
    if (first) memcpy(to, ring_ + head_, first);
    if (bytes > first) memcpy(static_cast<u8*>(to) + first, ring_, bytes - first);
    return bytes;
}

usize Pipe::take(IovIter& to) {
    usize done = 0;
    while (used_ && to.remaining()) {
        const usize n = min(min(used_, capacity_ - head_), to.remaining());
        const usize copied = to.copy_to(ring_ + head_, n);
        head_ = (head_ + copied) & (capacity_ - 1);
        used_ -= copied;
        done += copied;
        if (copied < n) break;
    }
    if (!used_) head_ = 0;
    return done;
}

usize Pipe::put(IovIter& from, usize bytes) {
    usize done = 0;
    while (done < bytes) {
        const usize tail = (head_ + used_) & (capacity_ - 1);
        const usize n = min(bytes - done, capacity_ - tail);
        const usize copied = from.copy_from(ring_ + tail, n);
        used_ += copied;
        done += copied;
        if (copied < n) break;
    }
    return done;
}

Result<usize> Pipe::read(IovIter& to, bool nonblocking) {
    if (!to.remaining()) return usize{0};
    if (!used_) {
        if (!writers) return usize{0};
        if (nonblocking) return Errno{EAGAIN};
        TRY(wait_until(readable, no_deadline, [this] { return used_ || !writers; }));
        if (!used_) return usize{0};
    }
    const usize done = take(to);
    if (!done) return Errno{EFAULT};
    writable.wake_up(POLLOUT | POLLWRNORM);
    return done;
}

Result<usize> Pipe::write(IovIter& from, bool nonblocking) {
    const usize total = from.remaining();
    const usize need = total <= PIPE_BUF ? total : 1; // at once, or not at all
    usize done = 0;
    while (from.remaining()) {
        if (!readers) return done ? Result<usize>(done) : Errno{EPIPE};
        if (size_ - used_ < need) {
            if (nonblocking) return done ? Result<usize>(done) : Errno{EAGAIN};
            auto waited = wait_until(writable, no_deadline,
                                     [&] { return size_ - used_ >= need || !readers; });
            if (!waited) return done ? Result<usize>(done) : waited.error();
            continue;
        }
        const usize n = min(from.remaining(), size_ - used_);
        if (!ensure_room(used_ + n)) return done ? Result<usize>(done) : Errno{ENOMEM};
        const usize copied = put(from, n);
        done += copied;
        if (copied) readable.wake_up(POLLIN | POLLRDNORM);
        if (copied < n) return done ? Result<usize>(done) : Errno{EFAULT};
    }
    return done;
}

Result<usize> Pipe::resize(usize bytes) {
    if (bytes > (u64{1} << 31)) return Errno{EINVAL};
    const usize wanted = std::bit_ceil(max<usize>(bytes, page_size));
    if (wanted > max_size) return Errno{EPERM};
    if (wanted < used_) return Errno{EBUSY};
    if (capacity_ > wanted && !set_capacity(wanted)) return Errno{ENOMEM};
    size_ = wanted;
    writable.wake_up(POLLOUT | POLLWRNORM);
    return wanted;
}

u32 Pipe::poll(PollTable* table, bool for_reading, bool for_writing) {
    if (table && for_reading) table->add(readable);
    if (table && for_writing) table->add(writable);
    u32 events = 0;
    if (for_reading) {
        if (used_) events |= POLLIN | POLLRDNORM;
        if (hung_up) events |= POLLHUP;
    }
    if (for_writing) {
        if (size_ - used_ >= PIPE_BUF) events |= POLLOUT | POLLWRNORM;
        if (!readers) events |= POLLERR;
    }
    return events;
}

void Pipe::open_end(bool reader, bool writer) {
    if (reader) {
        readers++;
        reader_generation++;
    }
    if (writer) {
        writers++;
        writer_generation++;
        hung_up = false;
    }
    readable.wake_all();
    writable.wake_all();
}

void Pipe::close_end(bool reader, bool writer) {
    if (reader) readers--;
    if (writer) writers--;
    if (!readers && !writers) used_ = head_ = 0; // a FIFO begins anew
    if (writer && !writers) hung_up = true;
    if (writer && !writers) readable.wake_all(POLLIN | POLLHUP | POLLRDNORM);
    if (reader && !readers) writable.wake_all(POLLOUT | POLLERR | POLLWRNORM);
}

namespace {
// What /proc/PID/fd/N of an unnamed pipe opens: the same pipe again.
class PipeInode : public Inode {
  public:
    PipeInode(FileSystem& fs, Ref<Pipe> pipe)
        : Inode(fs, S_IFIFO | 0600, Credentials{}), pipe_(std::move(pipe)) {}
    Result<Ref<file>> open(Dentry&, u32 flags) override { return open_fifo(pipe_, flags); }

  private:
    Ref<Pipe> pipe_;
};

struct PipeFile : file {
    PipeFile(u32 flags, Ref<Pipe> pipe) : file(flags), pipe(std::move(pipe)) {
        is_reader = readable();
        is_writer = writable();
        this->pipe->open_end(is_reader, is_writer);
    }
    ~PipeFile() override {
        drop_owner();
        pipe->close_end(is_reader, is_writer);
    }

    Result<usize> read(IovIter& to, i64&) override { return pipe->read(to, nonblocking()); }
    Result<usize> write(IovIter& from, i64&) override { return pipe->write(from, nonblocking()); }
    u32 poll(PollTable* table) override { return pipe->poll(table, is_reader, is_writer); }
    SysResult ioctl(u32 command, uptr argument, bool) override {
        if (command != FIONREAD) return Errno{ENOTTY};
        TRY(put_user(UserPtr<int>(argument), static_cast<int>(pipe->used())));
        return 0;
    }
    FileStatus status() override {
        if (!inode) inode = pipe->inode;
        if (inode) return inode->status();
        FileStatus s;
        s.inode = pipe->number;
        s.mode = S_IFIFO | 0600;
        s.uid = pipe->uid;
        s.gid = pipe->gid;
        return s;
    }
    Result<Ref<Inode>> attributes() override {
        if (inode) return inode;
        if (!pipe->inode) pipe->inode = TRY(make_anonymous_inode(AnonymousKind::pipe, status()));
        return inode = pipe->inode;
    }
    usize describe(std::span<char> to) override {
        if (dentry && inode->fs.type != "pipefs") return file::describe(to);
        const int n = ksnprintf(to.data(), to.size(), "pipe:[%lu]", pipe->number);
        return min(static_cast<usize>(n), to.size() - 1);
    }
    Result<Ref<Dentry>> reopen() override;
    Pipe* as_pipe() override { return pipe.get(); }
    bool async_capable() const override { return true; }

    Ref<Pipe> pipe;
    bool is_reader, is_writer;
};

Result<Ref<Dentry>> PipeFile::reopen() {
    if (dentry) return dentry;
    static Ref<FileSystem> pipefs;
    if (!pipefs) pipefs = TRY(make_ref<FileSystem>("pipefs"));
    Ref<Inode> again = TRY(make_ref<PipeInode>(*pipefs, pipe));
    again->number = pipe->number;
    return Dentry::create(nullptr, "", *again);
}
} // namespace

Result<PipeEnds> make_pipe(u32 flags, const Credentials& maker) {
    Ref<Pipe> pipe = TRY(Pipe::create());
    pipe->uid = maker.fsuid;
    pipe->gid = maker.fsgid;
    PipeEnds ends;
    ends.reader = Ref<file>(TRY(make_ref<PipeFile>(O_RDONLY | (flags & O_NONBLOCK), pipe)));
    ends.writer = Ref<file>(TRY(make_ref<PipeFile>(O_WRONLY | (flags & O_NONBLOCK), pipe)));
    return ends;
}

// Each side waits for the other, unless it opens both or doesn't want to wait (fifo(7)).
Result<Ref<file>> open_fifo(Ref<Pipe>& slot, u32 flags) {
    if (!slot) slot = TRY(Pipe::create());
    Ref<Pipe> pipe = slot;
    const u32 mode = flags & O_ACCMODE;
    if (mode == O_WRONLY && (flags & O_NONBLOCK) && !pipe->readers) return Errno{ENXIO};
    const u32 readers_before = pipe->reader_generation, writers_before = pipe->writer_generation;
    Ref<file> opened = TRY(make_ref<PipeFile>(flags, pipe));
    if ((flags & O_NONBLOCK) || mode == O_RDWR) {
        if (mode == O_RDONLY) pipe->hung_up = false;
        return opened;
    }
    if (mode == O_RDONLY)
        TRY(wait_until(pipe->readable, no_deadline,
                       [&] { return pipe->writers || pipe->writer_generation != writers_before; }));
    else
        TRY(wait_until(pipe->writable, no_deadline,
                       [&] { return pipe->readers || pipe->reader_generation != readers_before; }));
    return opened;
}

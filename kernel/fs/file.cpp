// What every open file can do until its kind says otherwise.
#include "kernel/fs/file.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/fs/file_owner.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/locks.h"

file::~file() {
    if (epoll_items) event_poll_forget(*this);
    drop_owner();
    if (!inode) return;
    if (inode->locks) release_file_locks(*inode, this);
    if (writable() && inode->is_regular() && !(flags & O_PATH)) inode->writers--;
}

void file::drop_owner() { Box<FileOwner>(std::exchange(owner, nullptr)).reset(); }

Result<usize> file::read(IovIter&, i64&) { return Errno{EINVAL}; }
Result<usize> file::write(IovIter&, i64&) { return Errno{EINVAL}; }
u32 file::poll(PollTable*) { return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM; }
SysResult file::ioctl(u32, uptr, bool) { return Errno{ENOTTY}; }
Result<Ref<PageSource>> file::page_source() { return Errno{ENODEV}; }
Result<void> file::read_directory(DirectorySink&) { return Errno{ENOTDIR}; }

// For what has no frames of its own but is read like a file (/proc).
Result<usize> file::splice_to(file& out, i64& position, usize bytes) {
    if (!inode || !inode->is_regular()) return Errno{EINVAL};
    u8 block[512];
    IovIter to = IovIter::of_kernel(block, min(bytes, sizeof block));
    i64 place = position;
    const usize n = TRY(read(to, place));
    IovIter from = IovIter::of_kernel(block, n);
    const usize written = n ? TRY(out.write(from, out.offset)) : 0;
    position += static_cast<i64>(written);
    return written;
}

Result<i64> file::seek(i64 to, int whence) {
    if (!seekable) return Errno{ESPIPE};
    const i64 size = inode ? static_cast<i64>(inode->size()) : 0;
    i64 base = 0;
    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = offset;
        break;
    case SEEK_END:
        base = size;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        // A file without holes: one at its end.
        if (to < 0 || to >= size) return Errno{ENXIO};
        if (whence == SEEK_HOLE) to = size;
        break;
    default:
        return Errno{EINVAL};
    }
    i64 result;
    if (__builtin_add_overflow(base, to, &result)) return Errno{EOVERFLOW};
    if (result < 0) return Errno{EINVAL};
    return offset = result;
}

FileStatus file::status() {
    if (inode) return inode->status();
    FileStatus s;
    s.mode = 0600;
    return s;
}

Result<Ref<Inode>> file::attributes() {
    if (!inode) return Errno{EINVAL};
    return inode;
}

usize file::describe(std::span<char> to) {
    if (dentry) {
        auto length = path_of(*dentry, root_dentry(), to);
        if (length) return *length;
    }
    return copy_string(to.data(), to.size(), "anon_inode:[file]");
}

Result<Ref<Dentry>> file::reopen() {
    if (!dentry) return Errno{ENXIO};
    return dentry;
}

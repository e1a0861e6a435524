// From file to file without a way through user space: sendfile, splice, tee, copy_file_range.
#include "kernel/base/math.h"
#include "kernel/fs/pipe.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"
#include "kernel/syscall/file_transfer.h"
#include "kernel/syscall/import_iovec.h"
#include "kernel/syscall/sigpipe.h"
#include <limits>

namespace {
// splice(2)
constexpr u32 splice_move = 1, splice_nonblock = 2, splice_more = 4, splice_gift = 8;
constexpr u32 splice_all = splice_move | splice_nonblock | splice_more | splice_gift;
constexpr usize bounce_size = 16384;

struct Buffer {
    explicit Buffer(usize bytes) : data(static_cast<u8*>(kmalloc(bytes))) {}
    ~Buffer() { kfree(data); }
    u8* data;
};

Errno finish_error(Errno error) {
    if (error.code == EPIPE) raise_sigpipe();
    return Errno{error.code == EINTR ? ERESTARTSYS : error.code};
}

// Not what counts events: its reads and writes are numbers.
bool spliceable(file& f) { return f.inode || f.as_pipe() || f.as_socket(); }

// Linux's rw_verify_area: no length below zero and no end beyond what an offset can say.
Result<void> check_area(i64 position, usize bytes) {
    i64 end;
    if (static_cast<i64>(bytes) < 0 || position < 0 ||
        __builtin_add_overflow(position, static_cast<i64>(bytes), &end))
        return Errno{EINVAL};
    return {};
}

// File to anything: the file's own frames are handed to the writer. What was moved counts; an error
// comes out only when nothing was.
SysResult send_frames(file& in, file& out, i64& position, usize bytes) {
    usize done = 0;
    while (done < bytes) {
        auto moved = in.splice_to(out, position, bytes - done);
        if (!moved) {
            if (done) break;
            return finish_error(moved.error());
        }
        if (*moved == 0) break;
        done += *moved;
    }
    return static_cast<long>(done);
}

// Anything that is read in order, to a pipe or from one, through a buffer of the kernel's. What the
// writer doesn't take of it stays unread in a pipe that is only peeked at.
SysResult pipe_to_file(Pipe& in, file& out, i64& position, usize bytes, bool nonblocking) {
    if (!in.used()) {
        if (!in.writers) return 0;
        if (nonblocking) return Errno{EAGAIN};
        auto waited =
            wait_until(in.readable, no_deadline, [&] { return in.used() || !in.writers; });
        if (!waited) return finish_error(waited.error());
    }
    Buffer buffer(bounce_size);
    if (!buffer.data) return Errno{ENOMEM};
    const usize n = in.peek(buffer.data, min(bytes, bounce_size));
    if (n == 0) return 0;
    IovIter from = IovIter::of_kernel(buffer.data, n);
    auto written = out.write(from, position);
    if (!written) return finish_error(written.error());
    IovIter dropped = IovIter::of_kernel(buffer.data, *written);
    TRY(in.read(dropped, true));
    return static_cast<long>(*written);
}

Result<usize> read_to_pipe(file& in, Pipe& pipe, i64& position, usize bytes) {
    Buffer buffer(bounce_size);
    if (!buffer.data) return Errno{ENOMEM};
    IovIter to = IovIter::of_kernel(buffer.data, min(bytes, bounce_size));
    const usize n = TRY(in.read(to, position));
    usize done = 0;
    while (done < n) {
        IovIter from = IovIter::of_kernel(buffer.data + done, n - done);
        auto written = pipe.write(from, false);
        if (!written) return done ? Result<usize>(done) : written.error();
        done += *written;
    }
    return n;
}

// A file's frames go into the pipe as they are; what else can be read comes through a buffer.
SysResult file_to_pipe(file& in, file& out, i64& position, usize bytes, bool nonblocking) {
    Pipe& pipe = *out.as_pipe();
    if (!pipe.readers) return finish_error(Errno{EPIPE});
    constexpr u32 settled = POLLIN | POLLHUP | POLLRDHUP | POLLERR;
    if (nonblocking && in.as_socket() && !(in.poll(nullptr) & settled)) return Errno{EAGAIN};
    if (pipe.used() == pipe.size()) {
        if (nonblocking) return Errno{EAGAIN};
        auto waited = wait_until(pipe.writable, no_deadline,
                                 [&] { return pipe.used() < pipe.size() || !pipe.readers; });
        if (!waited) return finish_error(waited.error());
        if (!pipe.readers) return finish_error(Errno{EPIPE});
    }
    bytes = min(bytes, pipe.size() - pipe.used());
    auto moved = in.inode && in.inode->is_regular() ? in.splice_to(out, position, bytes)
                                                    : read_to_pipe(in, pipe, position, bytes);
    if (!moved) return finish_error(moved.error());
    return static_cast<long>(*moved);
}

// The offset that a call works with: the user's when it gives one, else the file's.
class Position {
  public:
    Result<void> import(file& f, UserPtr<i64> user) {
        user_ = user;
        place_ = &f.offset;
        if (!user) return {};
        if (!f.seekable) return Errno{EINVAL};
        own_ = TRY(get_user(user));
        place_ = &own_;
        return {};
    }
    i64& value() { return *place_; }
    Result<void> finish() { return user_ ? put_user(user_, own_) : Result<void>{}; }

  private:
    UserPtr<i64> user_;
    i64 own_ = 0;
    i64* place_ = nullptr;
};

// `end`: the offsets of the call's structures say no more than this.
SysResult send_file(int out_fd, int in_fd, i64* given, usize bytes, i64 end) {
    Ref<file> in = TRY(get_file(in_fd));
    if (!in->readable()) return Errno{EBADF};
    if (given && !in->seekable) return Errno{ESPIPE};
    i64& position = given ? *given : in->offset;
    TRY(check_area(position, bytes));
    Ref<file> out = TRY(get_file(out_fd));
    if (!out->writable()) return Errno{EBADF};
    bytes = min(bytes, max_transfer);
    if (out->flags & O_APPEND || !spliceable(*out)) return Errno{EINVAL};
    if (!out->as_pipe()) TRY(check_area(out->offset, bytes));
    if (position >= end && static_cast<i64>(bytes) > end - position) return Errno{EOVERFLOW};
    return send_frames(*in, *out, position, min(bytes, static_cast<usize>(end - position)));
}

template <class Offset>
SysResult send_file_user(int out, int in, UserPtr<Offset> user, usize bytes) {
    constexpr i64 end = std::numeric_limits<Offset>::max();
    if (!user) return send_file(out, in, nullptr, bytes, INT64_MAX);
    i64 position = TRY(get_user(user));
    const SysResult sent = send_file(out, in, &position, bytes, end);
    TRY(put_user(user, static_cast<Offset>(position)));
    if (!sent) return sent.error();
    return sent.value();
}
} // namespace

SysResult sys_sendfile64(int out, int in, UserPtr<i64> position, usize bytes) {
    return send_file_user(out, in, position, bytes);
}
SysResult compat_sys_sendfile(int out, int in, UserPtr<i32> position, usize bytes) {
    return send_file_user(out, in, position, bytes);
}

SysResult sys_splice(int in_fd, UserPtr<i64> in_position, int out_fd, UserPtr<i64> out_position,
                     usize bytes, u32 flags) {
    if (bytes == 0) return 0;
    if (flags & ~splice_all) return Errno{EINVAL};
    Ref<file> in = TRY(get_file(in_fd)), out = TRY(get_file(out_fd));
    if (!in->readable() || !out->writable()) return Errno{EBADF};
    Pipe *from = in->as_pipe(), *to = out->as_pipe();
    if (!from && !to) return Errno{EINVAL};
    if (from && from == to) return Errno{EINVAL};
    if ((from && in_position) || (to && out_position)) return Errno{ESPIPE};
    if (out->flags & O_APPEND || !spliceable(*in) || !spliceable(*out)) return Errno{EINVAL};
    if (in->inode && in->inode->is_directory()) return Errno{EINVAL};
    Position source, target;
    TRY(source.import(*in, in_position));
    TRY(target.import(*out, out_position));
    if (!from || !to) TRY(check_area(from ? target.value() : source.value(), bytes));
    const bool nonblocking = (flags & splice_nonblock) || (from ? in : out)->nonblocking();
    bytes = min(bytes, max_transfer);
    const long moved = from ? TRY(pipe_to_file(*from, *out, target.value(), bytes, nonblocking))
                            : TRY(file_to_pipe(*in, *out, source.value(), bytes, nonblocking));
    TRY(source.finish());
    TRY(target.finish());
    return moved;
}

namespace {

// To a pipe's writer the segments' bytes go in, as by writev; a reader's come out.
SysResult splice_user(int fd, UserPtr<const void> array, usize count, u32 flags, bool compat) {
    if (flags & ~splice_all) return Errno{EINVAL};
    Ref<file> f = TRY(get_file(fd));
    ImportedIovec segments;
    TRY(segments.import(array, count, compat));
    IovIter bytes = segments.iter();
    Pipe* pipe = f->as_pipe();
    if (!pipe) return Errno{EBADF};
    if (bytes.remaining() == 0) return 0;
    const bool nonblocking = flags & splice_nonblock;
    auto moved = f->writable() ? pipe->write(bytes, nonblocking) : pipe->read(bytes, nonblocking);
    if (!moved.ok()) return finish_error(moved.error());
    return static_cast<long>(*moved);
}

} // namespace

SysResult sys_vmsplice(int fd, UserPtr<const void> segments, usize count, u32 flags) {
    return splice_user(fd, segments, count, flags, false);
}
SysResult compat_sys_vmsplice(int fd, UserPtr<const void> segments, usize count, u32 flags) {
    return splice_user(fd, segments, count, flags, true);
}

SysResult sys_tee(int in_fd, int out_fd, usize bytes, u32 flags) {
    if (flags & ~splice_all) return Errno{EINVAL};
    if (bytes == 0) return 0;
    Ref<file> in = TRY(get_file(in_fd)), out = TRY(get_file(out_fd));
    Pipe *from = in->as_pipe(), *to = out->as_pipe();
    if (!from || !to || from == to) return Errno{EINVAL};
    if (!in->readable() || !out->writable()) return Errno{EBADF};
    if (!from->used()) {
        if (!from->writers) return 0;
        if (flags & splice_nonblock) return Errno{EAGAIN};
        auto waited =
            wait_until(from->readable, no_deadline, [&] { return from->used() || !from->writers; });
        if (!waited) return finish_error(waited.error());
    }
    Buffer buffer(bounce_size);
    if (!buffer.data) return Errno{ENOMEM};
    const usize n = from->peek(buffer.data, min(bytes, bounce_size));
    IovIter copy = IovIter::of_kernel(buffer.data, n);
    auto written = to->write(copy, (flags & splice_nonblock) != 0);
    if (!written) return finish_error(written.error());
    return static_cast<long>(*written);
}

namespace {

// Regular files of one file system.
Result<void> check_copied(const file& in, const file& out) {
    if (!in.inode || !out.inode) return Errno{EINVAL};
    if (in.inode->is_directory() || out.inode->is_directory()) return Errno{EISDIR};
    if (!in.inode->is_regular() || !out.inode->is_regular()) return Errno{EINVAL};
    if (!in.readable() || !out.writable() || (out.flags & O_APPEND)) return Errno{EBADF};
    if (&in.inode->fs != &out.inode->fs) return Errno{EXDEV};
    return {};
}

} // namespace

SysResult sys_copy_file_range(int in_fd, UserPtr<i64> in_position, int out_fd,
                              UserPtr<i64> out_position, usize bytes, u32 flags) {
    Ref<file> in = TRY(get_file(in_fd)), out = TRY(get_file(out_fd));
    Position source, target;
    TRY(source.import(*in, in_position));
    TRY(target.import(*out, out_position));
    if (flags) return Errno{EINVAL};
    TRY(check_copied(*in, *out));
    const u64 starts[2] = {static_cast<u64>(source.value()), static_cast<u64>(target.value())};
    if (starts[0] + bytes < starts[0] || starts[1] + bytes < starts[1]) return Errno{EOVERFLOW};
    TRY(check_area(source.value(), 0));
    TRY(check_area(target.value(), 0));
    bytes = min(bytes, max_transfer);
    const i64 a = source.value(), b = target.value();
    const i64 n = static_cast<i64>(min<u64>(bytes, in->inode->size()));
    if (in->inode == out->inode && a < b + n && b < a + n) return Errno{EINVAL};
    // The frames are written at the file's offset: the target's is lent for the time of the copy,
    // in which nothing blocks.
    const i64 kept = out->offset;
    out->offset = target.value();
    const SysResult moved = send_frames(*in, *out, source.value(), bytes);
    if (out_position) {
        target.value() = out->offset;
        out->offset = kept;
    }
    if (!moved) return moved.error();
    TRY(source.finish());
    TRY(target.finish());
    return moved.value();
}

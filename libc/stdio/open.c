// Making and ending streams (fopen(3), fdopen(3), freopen(3), fclose(3)).
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "stream.h"

extern FILE* __stream_list;
extern int __stream_list_lock;

int __stream_mode(const char* mode) {
    int flags;
    switch (*mode) {
    case 'r':
        flags = 0;
        break;
    case 'w':
        flags = O_CREAT | O_TRUNC;
        break;
    case 'a':
        flags = O_CREAT | O_APPEND;
        break;
    default:
        errno = EINVAL;
        return -1;
    }
    if (strchr(mode, '+'))
        flags |= O_RDWR;
    else
        flags |= *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (strchr(mode, 'x')) flags |= O_EXCL;
    if (strchr(mode, 'e')) flags |= O_CLOEXEC;
    return flags;
}

static unsigned stream_flags(int open_flags) {
    unsigned flags = 0;
    if ((open_flags & O_ACCMODE) == O_RDONLY) flags |= STREAM_NO_WRITE;
    if ((open_flags & O_ACCMODE) == O_WRONLY) flags |= STREAM_NO_READ;
    if (open_flags & O_APPEND) flags |= STREAM_APPEND;
    return flags;
}

void __stream_link(FILE* stream) {
    libc_lock(&__stream_list_lock);
    stream->previous = 0;
    stream->next = __stream_list;
    if (stream->next) stream->next->previous = stream;
    __stream_list = stream;
    libc_unlock(&__stream_list_lock);
}

FILE* __stream_new(int fd, unsigned flags) {
    FILE* stream = calloc(1, sizeof *stream + UNGET_ROOM + BUFSIZ);
    if (!stream) return 0;
    stream->buffer = (unsigned char*)(stream + 1) + UNGET_ROOM;
    stream->buffer_size = BUFSIZ;
    stream->flags = flags | STREAM_ASK_TERMINAL;
    stream->fd = fd;
    stream->read = __fd_read;
    stream->write = __fd_write;
    stream->seek = __fd_seek;
    stream->close = __fd_close;
    __stream_link(stream);
    return stream;
}

void __stream_delete(FILE* stream) {
    if (stream->flags & STREAM_OWNS_BUFFER) free(stream->buffer - UNGET_ROOM);
    if (stream->flags & STREAM_STATIC) return;
    libc_lock(&__stream_list_lock);
    if (stream->next) stream->next->previous = stream->previous;
    if (stream->previous)
        stream->previous->next = stream->next;
    else
        __stream_list = stream->next;
    libc_unlock(&__stream_list_lock);
    free(stream);
}

FILE* fopen(const char* __restrict path, const char* __restrict mode) {
    int flags = __stream_mode(mode);
    if (flags < 0) return 0;
    int fd = __open(path, flags, 0666);
    if (fd < 0) return 0;
    FILE* stream = __stream_new(fd, stream_flags(flags));
    if (!stream) __close(fd);
    return stream;
}

FILE* fdopen(int fd, const char* mode) {
    int flags = __stream_mode(mode);
    if (flags < 0) return 0;
    int found = fcntl(fd, F_GETFL);
    if (found < 0) return 0;
    int access = found & O_ACCMODE;
    if (access != O_RDWR && access != (flags & O_ACCMODE)) {
        errno = EINVAL;
        return 0;
    }
    if ((flags & O_APPEND) && !(found & O_APPEND)) fcntl(fd, F_SETFL, found | O_APPEND);
    if (flags & O_CLOEXEC) fcntl(fd, F_SETFD, FD_CLOEXEC);
    return __stream_new(fd, stream_flags(flags));
}

// Leaves the file where the program has read to, for whoever shares the descriptor.
static void give_back_unread(FILE* stream) {
    if (stream->get != stream->get_end && stream->seek)
        stream->seek(stream, stream->get - stream->get_end, SEEK_CUR);
    stream->get = stream->get_end = 0;
}

FILE* freopen(const char* __restrict path, const char* __restrict mode, FILE* __restrict stream) {
    int flags = __stream_mode(mode);
    int locked = stream_lock(stream);
    __stream_flush(stream);
    give_back_unread(stream);
    int fd = flags < 0 || !path ? -1 : __open(path, flags, 0666);
    if (!path) errno = EBADF; // changing only the mode isn't possible
    if (fd >= 0 && stream->fd >= 0 && fd != stream->fd) {
        int moved = dup3(fd, stream->fd, flags & O_CLOEXEC);
        __close(fd);
        fd = moved;
    }
    stream_unlock(stream, locked);
    if (fd < 0) {
        int saved = errno;
        fclose(stream);
        errno = saved;
        return 0;
    }
    unsigned kept = stream->flags & (STREAM_OWNS_BUFFER | STREAM_STATIC | STREAM_UNBUFFERED);
    stream->flags =
        kept | stream_flags(flags) | (kept & STREAM_UNBUFFERED ? 0 : STREAM_ASK_TERMINAL);
    stream->fd = fd;
    stream->put = stream->put_end = 0;
    stream->read = __fd_read;
    stream->write = __fd_write;
    stream->seek = __fd_seek;
    stream->close = __fd_close;
    return stream;
}

int fclose(FILE* stream) {
    int locked = stream_lock(stream);
    int result = __stream_flush(stream);
    give_back_unread(stream);
    if (stream->close && stream->close(stream) < 0) result = EOF;
    stream->put = stream->put_end = 0;
    stream_unlock(stream, locked);
    __stream_delete(stream);
    return result;
}

FILE* tmpfile(void) {
    char path[] = "/tmp/tmp.XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) return 0;
    unlink(path);
    FILE* stream = __stream_new(fd, 0);
    if (!stream) __close(fd);
    return stream;
}

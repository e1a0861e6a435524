// Where a stream stands: position, end, errors, buffering.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "stream.h"

static off_t failed_seek(void) {
    errno = ESPIPE;
    return -1;
}

off_t __stream_tell(FILE* stream) {
    if (!stream->seek) return failed_seek();
    int whence =
        (stream->flags & STREAM_APPEND) && stream->put > stream->buffer ? SEEK_END : SEEK_CUR;
    off_t at = stream->seek(stream, 0, whence);
    if (at < 0) return at;
    return stream->put ? at + (stream->put - stream->buffer) : at - (stream->get_end - stream->get);
}

static int seek_locked(FILE* stream, off_t offset, int whence) {
    if (whence < SEEK_SET || whence > SEEK_END) {
        errno = EINVAL;
        return -1;
    }
    if (!stream->seek) return (int)failed_seek();
    if (stream->put && __stream_flush(stream) == EOF) return -1;
    if (whence == SEEK_CUR) offset -= stream->get_end - stream->get;
    if (stream->seek(stream, offset, whence) < 0) return -1;
    stream->get = stream->get_end = stream->put = stream->put_end = 0;
    stream->flags &= ~STREAM_EOF;
    return 0;
}

int fseeko(FILE* stream, off_t offset, int whence) {
    return STREAM_LOCKED(stream, int, seek_locked(stream, offset, whence));
}
int fseek(FILE* stream, long offset, int whence) { return fseeko(stream, offset, whence); }
off_t ftello(FILE* stream) { return STREAM_LOCKED(stream, off_t, __stream_tell(stream)); }

long ftell(FILE* stream) {
    off_t at = ftello(stream);
    if (at <= LONG_MAX) return (long)at;
    errno = EOVERFLOW;
    return -1;
}

void rewind(FILE* stream) {
    fseeko(stream, 0, SEEK_SET);
    clearerr(stream);
}

int fgetpos(FILE* __restrict stream, fpos_t* __restrict position) {
    return (*position = ftello(stream)) < 0 ? -1 : 0;
}
int fsetpos(FILE* stream, const fpos_t* position) { return fseeko(stream, *position, SEEK_SET); }

int feof(FILE* stream) { return (stream->flags & STREAM_EOF) != 0; }
int ferror(FILE* stream) { return (stream->flags & STREAM_ERROR) != 0; }
strong_alias(feof, feof_unlocked)
    strong_alias(ferror, ferror_unlocked) void clearerr(FILE* stream) {
    stream->flags &= ~(STREAM_EOF | STREAM_ERROR);
}

int fileno(FILE* stream) {
    if (stream->fd >= 0) return stream->fd;
    errno = EBADF;
    return -1;
}

int setvbuf(FILE* __restrict stream, char* __restrict buffer, int mode, size_t size) {
    if (mode < _IOFBF || mode > _IONBF) return -1;
    int locked = stream_lock(stream);
    __stream_flush(stream);
    stream->flags &= ~(STREAM_LINE | STREAM_UNBUFFERED | STREAM_ASK_TERMINAL);
    if (mode == _IOLBF) stream->flags |= STREAM_LINE;
    if (mode == _IONBF) stream->flags |= STREAM_UNBUFFERED;
    int owned = 0;
    if (mode != _IONBF && !buffer && size > stream->buffer_size) {
        buffer = malloc(size += UNGET_ROOM);
        owned = buffer != 0;
    }
    if (mode != _IONBF && buffer && size > UNGET_ROOM && stream->get == stream->get_end) {
        if (stream->flags & STREAM_OWNS_BUFFER) free(stream->buffer - UNGET_ROOM);
        stream->flags = (stream->flags & ~STREAM_OWNS_BUFFER) | (owned ? STREAM_OWNS_BUFFER : 0);
        stream->buffer = (unsigned char*)buffer + UNGET_ROOM;
        stream->buffer_size = size - UNGET_ROOM;
        stream->get = stream->get_end = 0;
    }
    stream->put = stream->put_end = 0;
    stream_unlock(stream, locked);
    return 0;
}

void setbuffer(FILE* stream, char* buffer, size_t size) {
    setvbuf(stream, buffer, buffer ? _IOFBF : _IONBF, size);
}
void setbuf(FILE* __restrict stream, char* __restrict buffer) { setbuffer(stream, buffer, BUFSIZ); }
void setlinebuf(FILE* stream) { setvbuf(stream, 0, _IOLBF, 0); }

// Filling and flushing the buffers of streams.
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "descriptor.h"
#include "start.h"
#include "stream.h"

extern FILE __stdout_stream __attribute__((weak));
FILE* __stream_list;
int __stream_list_lock;

// A program that waits for input has usually asked for it: let the question be seen.
static void show_prompt(void) {
    if (&__stdout_stream && (__stdout_stream.flags & STREAM_LINE) && __stdout_stream.put)
        __stream_flush(&__stdout_stream);
}

int __stream_fill(FILE* stream) {
    if (stream->put && __stream_flush(stream) == EOF) return EOF;
    stream->put = stream->put_end = 0;
    if (stream->flags & (STREAM_NO_READ | STREAM_EOF)) {
        if (stream->flags & STREAM_NO_READ) {
            stream->flags |= STREAM_ERROR;
            errno = EBADF;
        }
        return EOF;
    }
    if (stream->fd == 0) show_prompt();
    size_t wanted = (stream->flags & STREAM_UNBUFFERED) ? 1 : stream->buffer_size;
    ssize_t count = stream->read(stream, stream->buffer, wanted);
    stream->get = stream->get_end = stream->buffer;
    if (count <= 0) {
        stream->flags |= count == 0 ? STREAM_EOF : STREAM_ERROR;
        return EOF;
    }
    stream->get_end += count;
    return 0;
}

static int write_all(FILE* stream, const unsigned char* data, size_t length) {
    while (length) {
        ssize_t count = stream->write(stream, data, length);
        if (count < 0) {
            stream->flags |= STREAM_ERROR;
            return EOF;
        }
        data += count;
        length -= (size_t)count;
    }
    return 0;
}

int __stream_flush(FILE* stream) {
    if (!stream->put) return 0;
    size_t length = (size_t)(stream->put - stream->buffer);
    stream->put = stream->buffer;
    return length ? write_all(stream, stream->buffer, length) : 0;
}

int __stream_start_writing(FILE* stream) {
    if (stream->put) return 0;
    if (stream->flags & STREAM_NO_WRITE) {
        stream->flags |= STREAM_ERROR;
        errno = EBADF;
        return EOF;
    }
    if (stream->get != stream->get_end && stream->seek) // the file is ahead of the reader
        stream->seek(stream, stream->get - stream->get_end, SEEK_CUR);
    stream->get = stream->get_end = 0;
    stream->flags &= ~STREAM_EOF;
    if (stream->flags & STREAM_ASK_TERMINAL) {
        int saved = errno;
        struct winsize size;
        if (ioctl(stream->fd, TIOCGWINSZ, &size) == 0) stream->flags |= STREAM_LINE;
        stream->flags &= ~STREAM_ASK_TERMINAL;
        errno = saved;
    }
    stream->put = stream->buffer;
    stream->put_end =
        stream->buffer + ((stream->flags & STREAM_UNBUFFERED) ? 0 : stream->buffer_size);
    return 0;
}

static int line_ends_in(FILE* stream, const void* data, size_t length) {
    return (stream->flags & STREAM_LINE) && memrchr(data, '\n', length);
}

size_t __stream_write(FILE* stream, const void* data, size_t length) {
    if (__stream_start_writing(stream) == EOF) return 0;
    if (length > (size_t)(stream->put_end - stream->put)) {
        if (__stream_flush(stream) == EOF) return 0;
        if (length >= (size_t)(stream->put_end - stream->put))
            return write_all(stream, data, length) == EOF ? 0 : length;
    }
    memcpy(stream->put, data, length);
    stream->put += length;
    if (line_ends_in(stream, data, length) && __stream_flush(stream) == EOF) return 0;
    return length;
}

int __stream_put_slow(FILE* stream, int character) {
    unsigned char byte = (unsigned char)character;
    return __stream_write(stream, &byte, 1) == 1 ? byte : EOF;
}

// Another thread may be writing still; one that waits for input keeps its stream for ever.
static void flush_at_exit(FILE* stream) {
    if (!stream->put) return;
    int locked = stream_lock(stream);
    __stream_flush(stream);
    stream_unlock(stream, locked);
}

void __stdio_exit(void) {
    if (&__stdout_stream) flush_at_exit(&__stdout_stream);
    for (FILE* stream = __stream_list; stream; stream = stream->next) flush_at_exit(stream);
}

ssize_t __fd_read(FILE* stream, void* buffer, size_t length) {
    return __read(stream->fd, buffer, length);
}
ssize_t __fd_write(FILE* stream, const void* data, size_t length) {
    return __write(stream->fd, data, length);
}

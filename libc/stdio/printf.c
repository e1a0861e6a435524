// The printf family: to streams, strings and descriptors.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "stream.h"

struct stream_sink {
    struct sink sink;
    FILE* stream;
};

static void write_stream(struct sink* sink, const char* data, size_t length) {
    FILE* stream = ((struct stream_sink*)sink)->stream;
    sink->failed = __stream_write(stream, data, length) != length;
}

// A stream without a buffer gets one for the time of the call, so that it makes one write.
static int format_unbuffered(FILE* stream, const char* format, va_list arguments) {
    unsigned char block[512];
    unsigned char* buffer = stream->buffer;
    size_t size = stream->buffer_size;
    if (__stream_start_writing(stream) == EOF) return -1;
    stream->buffer = stream->put = block;
    stream->buffer_size = sizeof block;
    stream->put_end = block + sizeof block;
    struct stream_sink out = {{.write = write_stream}, stream};
    int result = __format(&out.sink, format, arguments);
    if (__stream_flush(stream) == EOF) result = -1;
    stream->buffer = stream->put = stream->put_end = buffer;
    stream->buffer_size = size;
    return result;
}

int vfprintf(FILE* __restrict stream, const char* __restrict format, va_list arguments) {
    int locked = stream_lock(stream), result;
    if (stream->flags & STREAM_UNBUFFERED) {
        result = format_unbuffered(stream, format, arguments);
    } else if (__stream_start_writing(stream) == EOF) {
        result = -1;
    } else {
        struct stream_sink out = {{.write = write_stream}, stream};
        result = __format(&out.sink, format, arguments);
    }
    stream_unlock(stream, locked);
    return result;
}

struct string_sink {
    struct sink sink;
    char *at, *end;
};

static void write_string(struct sink* sink, const char* data, size_t length) {
    struct string_sink* out = (struct string_sink*)sink;
    size_t room = (size_t)(out->end - out->at);
    if (length > room) length = room;
    memcpy(out->at, data, length);
    out->at += length;
}

int vsnprintf(char* __restrict target, size_t size, const char* __restrict format,
              va_list arguments) {
    char nothing;
    if (size == 0) target = &nothing, size = 1;
    if (size > PTRDIFF_MAX)
        size = -(size_t)target - 1 < PTRDIFF_MAX ? -(size_t)target - 1 : PTRDIFF_MAX;
    struct string_sink out = {{.write = write_string}, target, target + size - 1};
    int result = __format(&out.sink, format, arguments);
    *out.at = 0;
    return result;
}

int vsprintf(char* __restrict target, const char* __restrict format, va_list arguments) {
    return vsnprintf(target, PTRDIFF_MAX, format, arguments);
}

int vasprintf(char** result, const char* format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(0, 0, format, again);
    va_end(again);
    if (length < 0 || !(*result = malloc((size_t)length + 1))) return -1;
    return vsnprintf(*result, (size_t)length + 1, format, arguments);
}

int vdprintf(int fd, const char* __restrict format, va_list arguments) {
    unsigned char room[UNGET_ROOM + 1];
    FILE stream = {.buffer = room + UNGET_ROOM,
                   .buffer_size = 1,
                   .flags = STREAM_UNBUFFERED,
                   .fd = fd,
                   .write = __fd_write};
    return vfprintf(&stream, format, arguments);
}

int vprintf(const char* __restrict format, va_list arguments) {
    return vfprintf(stdout, format, arguments);
}

#define FORWARD(call)                                                                              \
    va_list arguments;                                                                             \
    va_start(arguments, format);                                                                   \
    int result = call;                                                                             \
    va_end(arguments);                                                                             \
    return result

int printf(const char* __restrict format, ...) { FORWARD(vfprintf(stdout, format, arguments)); }
int fprintf(FILE* __restrict stream, const char* __restrict format, ...) {
    FORWARD(vfprintf(stream, format, arguments));
}
int sprintf(char* __restrict target, const char* __restrict format, ...) {
    FORWARD(vsprintf(target, format, arguments));
}
int snprintf(char* __restrict target, size_t size, const char* __restrict format, ...) {
    FORWARD(vsnprintf(target, size, format, arguments));
}
int asprintf(char** result_string, const char* format, ...) {
    FORWARD(vasprintf(result_string, format, arguments));
}
int dprintf(int fd, const char* __restrict format, ...) {
    FORWARD(vdprintf(fd, format, arguments));
}

// Streams whose far end is memory (open_memstream(3), fmemopen(3)).
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct growing {
    char** text;
    size_t* length;
    size_t room, at, used;
};

static ssize_t write_growing(FILE* stream, const void* data, size_t length) {
    struct growing* memory = stream->cookie;
    if (memory->at + length + 1 > memory->room) {
        size_t room =
            memory->room * 2 > memory->at + length + 1 ? memory->room * 2 : memory->at + length + 1;
        char* grown = realloc(*memory->text, room);
        if (!grown) return -1;
        memset(grown + memory->room, 0, room - memory->room);
        *memory->text = grown;
        memory->room = room;
    }
    memcpy(*memory->text + memory->at, data, length);
    memory->at += length;
    if (memory->at > memory->used) memory->used = memory->at;
    (*memory->text)[memory->used] = 0;
    *memory->length = memory->at;
    return (ssize_t)length;
}

static off_t move(size_t* at, size_t used, size_t most, off_t offset, int whence) {
    off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off_t)*at : (off_t)used;
    if (offset < -base || offset > (off_t)most - base) {
        errno = EINVAL;
        return -1;
    }
    return (off_t)(*at = (size_t)(base + offset));
}

static off_t seek_growing(FILE* stream, off_t offset, int whence) {
    struct growing* memory = stream->cookie;
    off_t at = move(&memory->at, memory->used, PTRDIFF_MAX / 2, offset, whence);
    *memory->length = memory->at < memory->used ? memory->at : memory->used;
    return at;
}

static int close_memory(FILE* stream) {
    free(stream->cookie);
    return 0;
}

static FILE* make(void* cookie, unsigned flags) {
    FILE* stream = cookie ? __stream_new(-1, flags) : 0;
    if (!stream) {
        free(cookie);
        return 0;
    }
    stream->flags &= ~STREAM_ASK_TERMINAL;
    stream->cookie = cookie;
    stream->close = close_memory;
    return stream;
}

FILE* open_memstream(char** text, size_t* length) {
    struct growing* memory = calloc(1, sizeof *memory);
    char* first = calloc(1, 128);
    if (!memory || !first) {
        free(memory);
        free(first);
        return 0;
    }
    *memory = (struct growing){.text = text, .length = length, .room = 128};
    FILE* stream = make(memory, STREAM_NO_READ);
    if (!stream) {
        free(first);
        return 0;
    }
    *text = first;
    *length = 0;
    stream->write = write_growing;
    stream->seek = seek_growing;
    return stream;
}

struct fixed {
    char* text;
    size_t room, at, used;
    int append, owned;
};

static ssize_t read_fixed(FILE* stream, void* target, size_t length) {
    struct fixed* memory = stream->cookie;
    size_t rest = memory->at < memory->used ? memory->used - memory->at : 0;
    if (length > rest) length = rest;
    memcpy(target, memory->text + memory->at, length);
    memory->at += length;
    return (ssize_t)length;
}

static ssize_t write_fixed(FILE* stream, const void* data, size_t length) {
    struct fixed* memory = stream->cookie;
    if (memory->append) memory->at = memory->used;
    if (length > memory->room - memory->at) length = memory->room - memory->at;
    if (length == 0) {
        errno = ENOSPC;
        return -1;
    }
    memcpy(memory->text + memory->at, data, length);
    memory->at += length;
    if (memory->at > memory->used) memory->used = memory->at;
    if (memory->used < memory->room) memory->text[memory->used] = 0;
    return (ssize_t)length;
}

static off_t seek_fixed(FILE* stream, off_t offset, int whence) {
    struct fixed* memory = stream->cookie;
    return move(&memory->at, memory->used, memory->room, offset, whence);
}

static int close_fixed(FILE* stream) {
    struct fixed* memory = stream->cookie;
    if (memory->owned) free(memory->text);
    return close_memory(stream);
}

FILE* fmemopen(void* __restrict buffer, size_t size, const char* __restrict mode) {
    int flags = __stream_mode(mode);
    if (flags < 0) return 0;
    struct fixed* memory = calloc(1, sizeof *memory);
    char* text = buffer ? buffer : calloc(1, size ? size : 1);
    if (!memory || !text) {
        free(memory);
        if (!buffer) free(text);
        return 0;
    }
    *memory =
        (struct fixed){.text = text, .room = size, .owned = !buffer, .append = flags & O_APPEND};
    if (flags & O_TRUNC) {
        if (size) *text = 0;
    } else {
        memory->used = *mode == 'a' ? strnlen(text, size) : size;
        if (memory->append) memory->at = memory->used;
    }
    int access = flags & O_ACCMODE;
    FILE* stream = make(memory, access == O_RDONLY   ? STREAM_NO_WRITE
                                : access == O_WRONLY ? STREAM_NO_READ
                                                     : 0);
    if (!stream) {
        if (!buffer) free(text);
        return 0;
    }
    stream->read = read_fixed;
    stream->write = write_fixed;
    stream->seek = seek_fixed;
    stream->close = close_fixed;
    return stream;
}

// Reading characters, lines and blocks.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

int fgetc(FILE* stream) { return STREAM_LOCKED(stream, int, stream_get(stream)); }
strong_alias(fgetc, getc)

    int getc_unlocked(FILE* stream) {
    return stream_get(stream);
}
strong_alias(getc_unlocked, fgetc_unlocked)

    int getchar(void) {
    return fgetc(stdin);
}
int getchar_unlocked(void) { return stream_get(stdin); }

static int unget(int character, FILE* stream) {
    if (character == EOF) return EOF;
    if (!stream->get) {
        if (stream->put) {
            if (__stream_flush(stream) == EOF) return EOF;
            stream->put = stream->put_end = 0;
        }
        stream->get = stream->get_end = stream->buffer;
    }
    if (stream->get == stream->buffer - UNGET_ROOM) return EOF;
    *--stream->get = (unsigned char)character;
    stream->flags &= ~STREAM_EOF;
    return (unsigned char)character;
}

int ungetc(int character, FILE* stream) {
    return STREAM_LOCKED(stream, int, unget(character, stream));
}

// Copies up to `limit` bytes, ending after `stop` if that is a byte. Returns how many.
static size_t take(FILE* stream, char* target, size_t limit, int stop) {
    size_t done = 0;
    while (done < limit) {
        if (stream->get == stream->get_end && __stream_fill(stream) == EOF) break;
        size_t part = (size_t)(stream->get_end - stream->get);
        if (part > limit - done) part = limit - done;
        unsigned char* end = stop < 0 ? 0 : memchr(stream->get, stop, part);
        if (end) part = (size_t)(end - stream->get) + 1;
        memcpy(target + done, stream->get, part);
        stream->get += part;
        done += part;
        if (end) break;
    }
    return done;
}

char* fgets(char* __restrict target, int size, FILE* __restrict stream) {
    if (size <= 0) return 0;
    unsigned before = stream->flags & STREAM_ERROR;
    size_t length = STREAM_LOCKED(stream, size_t, take(stream, target, (size_t)size - 1, '\n'));
    if (size > 1 && length == 0) return 0;
    if (!before && (stream->flags & STREAM_ERROR)) return 0;
    target[length] = 0;
    return target;
}

// Large blocks go past the buffer, straight to where they are wanted.
static size_t read_block(FILE* stream, char* target, size_t length) {
    size_t done = 0;
    while (done < length) {
        if (stream->get == stream->get_end && length - done >= stream->buffer_size &&
            !stream->put && !(stream->flags & (STREAM_NO_READ | STREAM_EOF))) {
            ssize_t count = stream->read(stream, target + done, length - done);
            if (count <= 0) {
                stream->flags |= count == 0 ? STREAM_EOF : STREAM_ERROR;
                break;
            }
            done += (size_t)count;
            continue;
        }
        size_t part = length - done < stream->buffer_size ? length - done : stream->buffer_size;
        size_t got = take(stream, target + done, part, -1);
        done += got;
        if (got < part) break;
    }
    return done;
}

size_t fread_unlocked(void* __restrict target, size_t size, size_t count, FILE* __restrict stream) {
    size_t length = size * count;
    if (length == 0) return 0;
    return read_block(stream, target, length) / size;
}

size_t fread(void* __restrict target, size_t size, size_t count, FILE* __restrict stream) {
    return STREAM_LOCKED(stream, size_t, fread_unlocked(target, size, count, stream));
}

static ssize_t get_delimited(char** line, size_t* room, int stop, FILE* stream) {
    if (!*line) *room = 0;
    size_t done = 0;
    for (;;) {
        if (*room < done + 2) {
            size_t wanted = *room < 60 ? 120 : *room * 2;
            char* grown = realloc(*line, wanted);
            if (!grown) return -1;
            *line = grown;
            *room = wanted;
        }
        size_t part = take(stream, *line + done, *room - done - 1, stop);
        done += part;
        if (part == 0 || (*line)[done - 1] == (char)stop) break;
    }
    if (done == 0) return -1;
    (*line)[done] = 0;
    return (ssize_t)done;
}

ssize_t getdelim(char** __restrict line, size_t* __restrict room, int stop,
                 FILE* __restrict stream) {
    if (!line || !room) {
        errno = EINVAL;
        return -1;
    }
    return STREAM_LOCKED(stream, ssize_t, get_delimited(line, room, (unsigned char)stop, stream));
}

ssize_t getline(char** __restrict line, size_t* __restrict room, FILE* __restrict stream) {
    return getdelim(line, room, '\n', stream);
}

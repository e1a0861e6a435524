// What is behind FILE*. One buffer serves both directions, one at a time:
//
//   reading: buffer ≤ get ≤ get_end, bytes [get, get_end) are still to be read
//   writing: buffer ≤ put ≤ put_end, bytes [buffer, put) are still to be written
//
// In the state that is not active both pointers are null, so that the fast paths of getc and putc
// need one comparison. UNGET_ROOM bytes before the buffer belong to ungetc.
#pragma once
#include <stdio.h>
#include <sys/types.h>

#include "libc_symbols.h"
#include "lock.h"

enum {
    STREAM_NO_READ = 1,
    STREAM_NO_WRITE = 2,
    STREAM_EOF = 4,
    STREAM_ERROR = 8,
    STREAM_LINE = 16, // flush at every newline
    STREAM_UNBUFFERED = 32,
    STREAM_APPEND = 64,
    STREAM_OWNS_BUFFER = 128,  // free it with the stream
    STREAM_STATIC = 256,       // the FILE itself isn't from malloc
    STREAM_ASK_TERMINAL = 512, // line-buffered if the first write finds a terminal
};
enum { UNGET_ROOM = 8 };

struct __FILE {
    unsigned char *get, *get_end, *put, *put_end;
    unsigned char* buffer;
    size_t buffer_size;
    unsigned flags;
    int fd; // −1: none
    ssize_t (*read)(FILE*, void*, size_t);
    ssize_t (*write)(FILE*, const void*, size_t);
    off_t (*seek)(FILE*, off_t, int);
    int (*close)(FILE*);
    void* cookie;
    int lock;
    int lock_depth;
    struct tcb* lock_owner;
    pid_t child; // of popen
    FILE *next, *previous;
};

// The three below take an unlocked stream's contents as they are: the caller holds its lock.
int __stream_fill(FILE*);                                      // 0, or EOF
int __stream_flush(FILE*);                                     // 0, or EOF
size_t __stream_write(FILE*, const void* data, size_t length); // how much of it was taken
int __stream_start_writing(FILE*);                             // 0, or EOF
int __stream_put_slow(FILE*, int character);
off_t __stream_tell(FILE*);

ssize_t __fd_read(FILE*, void*, size_t);
ssize_t __fd_write(FILE*, const void*, size_t);
off_t __fd_seek(FILE*, off_t, int);
int __fd_close(FILE*);

// A new stream with a buffer, on the list that exit() writes out. Null: no memory.
FILE* __stream_new(int fd, unsigned flags);
void __stream_link(FILE*);
void __stream_delete(FILE*);
// "r+" and so on as flags of open(2), or −1 (errno is set).
int __stream_mode(const char* mode);

void __stream_lock_slow(FILE*);
void __stream_unlock_slow(FILE*);
static inline int stream_lock(FILE* stream) {
    if (SINGLE_THREAD_P) return 0;
    __stream_lock_slow(stream);
    return 1;
}
static inline void stream_unlock(FILE* stream, int locked) {
    if (locked) __stream_unlock_slow(stream);
}
#define STREAM_LOCKED(stream, type, expression)                                                    \
    ({                                                                                             \
        int locked = stream_lock(stream);                                                          \
        type value = (expression);                                                                 \
        stream_unlock(stream, locked);                                                             \
        value;                                                                                     \
    })

static inline int stream_get(FILE* stream) {
    if (stream->get == stream->get_end && __stream_fill(stream) == EOF) return EOF;
    return *stream->get++;
}

static inline int stream_put(FILE* stream, int character) {
    if (stream->put == stream->put_end || (stream->flags & STREAM_LINE))
        return __stream_put_slow(stream, character);
    return *stream->put++ = (unsigned char)character;
}

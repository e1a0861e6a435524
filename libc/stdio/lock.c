// Locks of streams, which a thread may take more than once (flockfile(3)).
#include "stream.h"
#include "sysdep.h"
#include "threads.h"

extern FILE* __stream_list;
extern int __stream_list_lock;
extern FILE __stdin_stream __attribute__((weak)), __stdout_stream __attribute__((weak)),
    __stderr_stream __attribute__((weak));

void __stream_lock_slow(FILE* stream) {
    if (stream->lock_owner == THREAD_SELF) {
        stream->lock_depth++;
        return;
    }
    int free_value = 0;
    if (!__atomic_compare_exchange_n(&stream->lock, &free_value, 1, 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        __lock_slow(&stream->lock);
    stream->lock_owner = THREAD_SELF;
    stream->lock_depth = 1;
}

void __stream_unlock_slow(FILE* stream) {
    if (--stream->lock_depth) return;
    stream->lock_owner = 0;
    if (__atomic_exchange_n(&stream->lock, 0, __ATOMIC_RELEASE) == 2) __unlock_wake(&stream->lock);
}

void flockfile(FILE* stream) { __stream_lock_slow(stream); }
void funlockfile(FILE* stream) { __stream_unlock_slow(stream); }

int ftrylockfile(FILE* stream) {
    int free_value = 0;
    if (stream->lock_owner != THREAD_SELF &&
        !__atomic_compare_exchange_n(&stream->lock, &free_value, 1, 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return -1;
    if (stream->lock_owner == THREAD_SELF)
        stream->lock_depth++;
    else
        stream->lock_owner = THREAD_SELF, stream->lock_depth = 1;
    return 0;
}

static void for_each_stream(void (*function)(FILE*)) {
    FILE* standard[] = {&__stdin_stream, &__stdout_stream, &__stderr_stream};
    for (int i = 0; i < 3; i++)
        if (standard[i]) function(standard[i]);
    for (FILE* stream = __stream_list; stream; stream = stream->next) function(stream);
}

static void give_back(FILE* stream) {
    if (stream->lock_owner != THREAD_SELF) return;
    stream->lock_depth = 1;
    __stream_unlock_slow(stream);
}

// A thread cancelled in a read or write of a stream has that stream locked.
void __stdio_thread_exit(void) {
    libc_lock(&__stream_list_lock);
    for_each_stream(give_back);
    libc_unlock(&__stream_list_lock);
}

static void forget_other_owner(FILE* stream) {
    if (stream->lock_owner == THREAD_SELF) return;
    stream->lock_owner = 0;
    stream->lock = stream->lock_depth = 0;
}

void __fork_streams(enum fork_phase phase) {
    if (phase == FORK_PREPARE) {
        libc_lock(&__stream_list_lock);
    } else if (phase == FORK_PARENT) {
        libc_unlock(&__stream_list_lock);
    } else {
        __stream_list_lock = 0;
        for_each_stream(forget_other_owner);
    }
}

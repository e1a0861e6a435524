// Locks of streams, which a thread may take more than once (flockfile(3)).
#include "stream.h"
#include "sysdep.h"

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

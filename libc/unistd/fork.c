// fork(2), and what libc does round it in a program with threads: the child gets a copy of all
// memory but only of the thread that asks, so no other thread may be changing what libc keeps
// there.
#include <unistd.h>

#include "sysdep.h"
#include "threads.h"

static void prepare(void) {
    if (__fork_handlers) __fork_handlers(FORK_PREPARE);
    if (__fork_threads) __fork_threads(FORK_PREPARE);
    if (__fork_streams) __fork_streams(FORK_PREPARE);
    if (__fork_heap) __fork_heap(FORK_PREPARE);
}

static void finish(enum fork_phase phase) {
    if (__fork_heap) __fork_heap(phase);
    if (__fork_streams) __fork_streams(phase);
    if (__fork_threads) __fork_threads(phase);
    if (__fork_handlers) __fork_handlers(phase);
}

pid_t fork(void) {
    prepare();
    long result = INTERNAL_SYSCALL(fork, 0);
    if (result == 0) {
        // The child is one thread, with a number of its own.
        THREAD_FIELD(tid) = 0;
        THREAD_FIELD(multiple_threads) = 0;
        finish(FORK_CHILD);
    } else {
        finish(FORK_PARENT);
    }
    return (pid_t)__syscall_result(result);
}
// A child that borrowed its parent's memory would gain little over copy-on-write and risk much.
strong_alias(fork, vfork)

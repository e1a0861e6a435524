// The list of all threads, and what becomes of it in the child of a fork.
#include "lock.h"
#include "sysdep.h"
#include "threads.h"

struct tcb* __thread_list;
int __thread_list_lock;

void __thread_list_start(void) {
    if (__thread_list) return;
    __thread_tid();
    __thread_list = THREAD_SELF;
}

int __thread_tid(void) {
    struct tcb* self = THREAD_SELF;
    if (!self->tid) self->tid = (int)INTERNAL_SYSCALL(set_tid_address, 1, &self->tid);
    return self->tid;
}

void __fork_threads(enum fork_phase phase) {
    if (phase == FORK_PREPARE) {
        libc_lock(&__thread_list_lock);
    } else if (phase == FORK_PARENT) {
        libc_unlock(&__thread_list_lock);
    } else {
        struct tcb* self = THREAD_SELF;
        __stack_forget_others();
        self->next = self->previous = 0;
        self->robust.next = 0; // the kernel has forgotten the list, the locks are the parent's
        __thread_list = 0;
        __thread_list_lock = 0;
    }
}

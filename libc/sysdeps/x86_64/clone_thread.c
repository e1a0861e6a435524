// clone(2) for a thread: its thread pointer is the base of fs.
#include "clone_thread.h"

#include "sysdep.h"

long __clone(unsigned long flags, void* stack, int* parent_tid, int* child_tid, void* tls);

int __clone_thread(struct tcb* thread, void* stack_top) {
    long result = __clone(THREAD_CLONE_FLAGS, stack_top, &thread->tid, &thread->tid, thread);
    return INTERNAL_SYSCALL_ERROR_P(result) ? INTERNAL_SYSCALL_ERRNO(result) : 0;
}

// clone(2) for a thread: its thread pointer is the base of a segment. The slot in the GDT is the
// one that the creator's gs names; the kernel fills it for each thread with that thread's base.
#include "clone_thread.h"

#include "sysdep.h"
#include "user_desc.h"

long __clone(unsigned long flags, void* stack, int* parent_tid, void* tls, int* child_tid);

int __clone_thread(struct tcb* thread, void* stack_top) {
    unsigned selector;
    __asm__("movl %%gs, %0" : "=r"(selector));
    struct user_desc segment = user_desc_of(thread, (int)(selector >> 3));
    long result = __clone(THREAD_CLONE_FLAGS, stack_top, &thread->tid, &segment, &thread->tid);
    return INTERNAL_SYSCALL_ERROR_P(result) ? INTERNAL_SYSCALL_ERRNO(result) : 0;
}

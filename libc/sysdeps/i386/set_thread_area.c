// The thread pointer of i386 is the base of a segment of its own, which the kernel puts into one of
// three slots of the GDT (set_thread_area(2)); gs then holds that slot's selector.
#include "sysdep.h"
#include "user_desc.h"

int __set_thread_area(struct tcb* thread) {
    struct user_desc segment = user_desc_of(thread, -1);
    long result = INTERNAL_SYSCALL(set_thread_area, 1, &segment);
    if (result == 0) __asm__ volatile("movw %w0, %%gs" : : "r"(segment.entry_number * 8 + 3));
    return (int)result;
}

// The thread pointer of x86-64 is the base of fs (arch_prctl(2)).
#include <uapi/process.h>

#include "sysdep.h"

int __set_thread_area(struct tcb* thread) {
    return (int)INTERNAL_SYSCALL(arch_prctl, 2, ARCH_SET_FS, thread);
}

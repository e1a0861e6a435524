// The one system call of thread creation, which each architecture makes in its way.
#pragma once
#include <uapi/process.h>

#include "tcb.h"

#define THREAD_CLONE_FLAGS                                                                         \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |            \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

// Begins `thread` in __thread_main. Its number is in thread->tid when this returns, unless it has
// ended by then. Returns 0 or an errno.
int __clone_thread(struct tcb* thread, void* stack_top);
void __thread_main(void);

// What the files of libc/thread share, and what the rest of libc asks of them. The rest refers to
// it weakly, so that a program without threads is without their code.
#pragma once
#include "tcb.h"

// The signal that pthread_cancel(3) sends. It and the next one belong to the C library; the
// functions on signal sets leave both out.
#define SIGCANCEL 32
#define FIRST_INTERNAL_SIGNAL 32
#define LAST_INTERNAL_SIGNAL 33

struct deadline;

// All threads that haven't ended, in a list through tcb.next, under the lock.
extern struct tcb* __thread_list;
extern int __thread_list_lock;
void __thread_list_start(void); // the first thread enters itself, before there is a second

// This thread's number. Asks for it if need be, and tells the kernel to clear it when the thread
// ends.
int __thread_tid(void);
// Gives a thread's memory to one to come, once the kernel says that it has ended.
void __stack_release(struct tcb*);
void __stack_forget_others(void); // in a new child: its copies of the other threads' stacks

__attribute__((__noreturn__)) void __cancel_now(void);
static inline int cancel_enabled(const struct tcb* thread) {
    return thread->cancel_state == 0 && !thread->exiting;
}

// At the end of a thread.
void __run_key_destructors(void);
void __stdio_thread_exit(void) __attribute__((weak)); // gives back the streams that it has locked

// Round fork(2), in this order: handlers of pthread_atfork, then libc's own locks.
enum fork_phase { FORK_PREPARE, FORK_PARENT, FORK_CHILD };
void __fork_handlers(enum fork_phase) __attribute__((weak));
void __fork_threads(enum fork_phase) __attribute__((weak));
void __fork_streams(enum fork_phase) __attribute__((weak));
void __fork_heap(enum fork_phase) __attribute__((weak));

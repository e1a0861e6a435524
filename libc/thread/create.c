// Birth and end of threads (pthread_create(3), pthread_exit(3)).
#include <pthread.h>
#include <stdlib.h>

#include "clone_thread.h"
#include "lock.h"
#include "stack.h"
#include "sysdep.h"
#include "threads.h"

static void enter(struct tcb* thread) {
    libc_lock(&__thread_list_lock);
    thread->previous = 0;
    thread->next = __thread_list;
    thread->next->previous = thread;
    __thread_list = thread;
    libc_unlock(&__thread_list_lock);
}

static void unlink_thread(struct tcb* thread) {
    if (thread->next) thread->next->previous = thread->previous;
    if (thread->previous)
        thread->previous->next = thread->next;
    else
        __thread_list = thread->next;
}

// Returns 0, and leaves the list as it is, if the thread is the only one.
static int leave(struct tcb* thread) {
    libc_lock(&__thread_list_lock);
    int others = thread->next || thread->previous;
    if (others) unlink_thread(thread);
    libc_unlock(&__thread_list_lock);
    return others;
}

int pthread_create(pthread_t* __restrict id, const pthread_attr_t* __restrict attributes,
                   void* (*start)(void*), void* __restrict argument) {
    pthread_attr_t defaults;
    if (!attributes) {
        pthread_attr_init(&defaults);
        attributes = &defaults;
    }
    void* stack_top;
    struct tcb* thread = __stack_make(attributes, &stack_top);
    if (!thread) return EAGAIN;
    thread->start = start;
    thread->argument = argument;
    thread->join_state = attributes->__a.__detached ? THREAD_DETACHED : THREAD_JOINABLE;
    thread->multiple_threads = 1;
    __thread_list_start();
    THREAD_FIELD(multiple_threads) = 1;
    enter(thread);
    *id = (pthread_t)thread; // the new thread may use it at once
    int error = __clone_thread(thread, stack_top);
    if (error) {
        leave(thread);
        __stack_release(thread);
    }
    return error;
}

// Where clone begins a thread.
void __thread_main(void) { pthread_exit(THREAD_FIELD(start)(THREAD_FIELD(argument))); }

static void run_cleanup_handlers(struct tcb* self) {
    while (self->cleanup) {
        struct cleanup_handler* handler = self->cleanup;
        self->cleanup = handler->next;
        handler->routine(handler->argument);
    }
}

void pthread_exit(void* result) {
    struct tcb* self = THREAD_SELF;
    __thread_list_start();
    self->exiting = 1;
    self->result = result;
    run_cleanup_handlers(self);
    __run_key_destructors();
    if (__stdio_thread_exit) __stdio_thread_exit();
    if (!leave(self)) exit(0);
    // From here on another may free what a handler would use.
    uint64_t all = ~0ull;
    INTERNAL_SYSCALL(rt_sigprocmask, 4, SIG_SETMASK, &all, 0, sizeof all);
    if (__atomic_exchange_n(&self->join_state, THREAD_EXITED, __ATOMIC_ACQ_REL) == THREAD_DETACHED)
        __stack_release(self);
    for (;;) INTERNAL_SYSCALL(exit, 1, 0);
}

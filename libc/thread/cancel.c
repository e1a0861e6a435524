// Cancellation: asking a thread to end (pthread_cancel(3)), and the thread's side of it.
#include <pthread.h>
#include <string.h>
#include <sys/ucontext.h>
#include <unistd.h>

#include "sysdep.h"
#include "threads.h"

// The range in __cancellable_trap within which the call has not happened, and where to go then.
extern const char __cancellable_begin[], __cancellable_end[], __cancellable_act[];

#ifdef __x86_64__
#define PROGRAM_COUNTER REG_RIP
#else
#define PROGRAM_COUNTER REG_EIP
#endif

void __cancel_now(void) { pthread_exit(PTHREAD_CANCELED); }

static void on_cancel(int signal, siginfo_t* information, void* context) {
    (void)signal, (void)information;
    struct tcb* self = THREAD_SELF;
    ucontext_t* interrupted = context;
    if (!self->cancel_pending || !cancel_enabled(self)) return;
    // Once is enough. Blocked where the interrupted code goes on, not only in this handler.
    interrupted->uc_sigmask.__bits[0] |= 1UL << (SIGCANCEL - 1);
    if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) __cancel_now();
    uintptr_t at = (uintptr_t)interrupted->uc_mcontext.gregs[PROGRAM_COUNTER];
    if (at >= (uintptr_t)__cancellable_begin && at < (uintptr_t)__cancellable_end) {
        interrupted->uc_mcontext.gregs[PROGRAM_COUNTER] = (greg_t)(uintptr_t)__cancellable_act;
        return;
    }
    // What was interrupted may be a handler that itself interrupted a blocking call: when it
    // returns, and with it the mask from before, this signal comes again.
    INTERNAL_SYSCALL(tgkill, 3, getpid(), self->tid, SIGCANCEL);
}

static void install_handler(void) {
    struct kernel_action {
        void (*handler)(int, siginfo_t*, void*);
        unsigned long flags;
        void (*restorer)(void);
        unsigned long mask[8 / sizeof(long)];
    };
    void __restore_rt(void);
    struct kernel_action action = {
        on_cancel, SA_SIGINFO | SA_RESTART | SA_RESTORER, __restore_rt, {0}};
    memset(action.mask, 0xff, sizeof action.mask);
    INTERNAL_SYSCALL(rt_sigaction, 4, SIGCANCEL, &action, 0, sizeof action.mask);
}

int pthread_cancel(pthread_t id) {
    static pthread_once_t handler_is_installed;
    struct tcb* thread = (struct tcb*)id;
    pthread_once(&handler_is_installed, install_handler);
    __atomic_store_n(&thread->cancel_pending, 1, __ATOMIC_SEQ_CST);
    if (thread == THREAD_SELF) {
        thread->multiple_threads = 1; // so that cancellation points look, even in a lone thread
        if (cancel_enabled(thread) && thread->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS)
            __cancel_now();
        return 0;
    }
    // A thread that doesn't want it now looks for itself when it does; its calls aren't disturbed.
    if (__atomic_load_n(&thread->cancel_state, __ATOMIC_SEQ_CST) == PTHREAD_CANCEL_DISABLE)
        return 0;
    return pthread_kill(id, SIGCANCEL);
}

void pthread_testcancel(void) {
    struct tcb* self = THREAD_SELF;
    if (self->cancel_pending && cancel_enabled(self)) __cancel_now();
}

static void act_if_asynchronous(void) {
    if (THREAD_FIELD(cancel_type) == PTHREAD_CANCEL_ASYNCHRONOUS) pthread_testcancel();
}

int pthread_setcancelstate(int state, int* old) {
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
    int before = __atomic_exchange_n(&THREAD_SELF->cancel_state, state, __ATOMIC_SEQ_CST);
    if (old) *old = before;
    act_if_asynchronous();
    return 0;
}

int pthread_setcanceltype(int type, int* old) {
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
    int before = __atomic_exchange_n(&THREAD_SELF->cancel_type, type, __ATOMIC_SEQ_CST);
    if (old) *old = before;
    act_if_asynchronous();
    return 0;
}

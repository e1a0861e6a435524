// Signals (signal(7), sigaction(2)).
#pragma once
#include <bits/types.h>
#include <time.h>
#include <uapi/signal.h>
__BEGIN_DECLS
#define SIGPOLL SIGIO
#define SIGIOT SIGABRT
#define SIGCLD SIGCHLD
#define NSIG 65
#define _NSIG 65
#define SIGRTMIN 34
#define SIGRTMAX 64
#define SA_NOMASK SA_NODEFER
#define SA_ONESHOT SA_RESETHAND
#define SI_ASYNCIO (-4)
#define SI_MESGQ (-3)
typedef void (*sighandler_t)(int);
typedef int sig_atomic_t;
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)
#define SIG_ERR ((sighandler_t)-1)

typedef union sigval {
    int sival_int;
    void* sival_ptr;
} sigval_t;

typedef struct {
    int si_signo, si_errno, si_code;
    union {
        int __pad[(128 - 4 * sizeof(int)) / sizeof(int) + (sizeof(long) == 4)];
        struct {
            pid_t si_pid;
            uid_t si_uid;
            union {
                sigval_t si_value;
                struct {
                    int si_status;
                    long si_utime, si_stime;
                } __child;
            } __sent;
        } __process;
        struct {
            int si_tid, si_overrun;
            sigval_t si_value;
        } __timer;
        struct {
            void* si_addr;
            short si_addr_lsb;
        } __fault;
        struct {
            long si_band;
            int si_fd;
        } __poll;
        struct {
            void* si_call_addr;
            int si_syscall;
            unsigned si_arch;
        } __system;
    } __fields
#ifdef __x86_64__
        __attribute__((__aligned__(8)))
#endif
        ;
} siginfo_t;
#define si_pid __fields.__process.si_pid
#define si_uid __fields.__process.si_uid
#define si_value __fields.__process.__sent.si_value
#define si_int si_value.sival_int
#define si_ptr si_value.sival_ptr
#define si_status __fields.__process.__sent.__child.si_status
#define si_utime __fields.__process.__sent.__child.si_utime
#define si_stime __fields.__process.__sent.__child.si_stime
#define si_addr __fields.__fault.si_addr
#define si_band __fields.__poll.si_band
#define si_fd __fields.__poll.si_fd
#define si_timerid __fields.__timer.si_tid
#define si_overrun __fields.__timer.si_overrun
#define si_call_addr __fields.__system.si_call_addr
#define si_syscall __fields.__system.si_syscall
#define si_arch __fields.__system.si_arch

struct sigaction {
    union {
        sighandler_t sa_handler;
        void (*sa_sigaction)(int, siginfo_t*, void*);
    } __handler;
    sigset_t sa_mask;
    int sa_flags;
    void (*sa_restorer)(void);
};
#define sa_handler __handler.sa_handler
#define sa_sigaction __handler.sa_sigaction

typedef struct {
    void* ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;

extern const char* const sys_siglist[NSIG];

int sigaction(int, const struct sigaction* __restrict, struct sigaction* __restrict);
sighandler_t signal(int, sighandler_t);
int siginterrupt(int, int);
int sigprocmask(int, const sigset_t* __restrict, sigset_t* __restrict);
int pthread_sigmask(int, const sigset_t* __restrict, sigset_t* __restrict);
int pthread_kill(pthread_t, int);
int sigpending(sigset_t*);
int sigsuspend(const sigset_t*);
int sigwait(const sigset_t* __restrict, int* __restrict);
int sigwaitinfo(const sigset_t* __restrict, siginfo_t* __restrict);
int sigtimedwait(const sigset_t* __restrict, siginfo_t* __restrict,
                 const struct timespec* __restrict);
int sigqueue(pid_t, int, const union sigval);
int sigaltstack(const stack_t* __restrict, stack_t* __restrict);
int sigemptyset(sigset_t*);
int sigfillset(sigset_t*);
int sigaddset(sigset_t*, int);
int sigdelset(sigset_t*, int);
int sigismember(const sigset_t*, int);
int kill(pid_t, int);
int killpg(pid_t, int);
int tgkill(pid_t, pid_t, int);
int raise(int);
void psignal(int, const char*);
__END_DECLS
#include <sys/ucontext.h>

// Signals: delivery, masks, queues, frames, restarting, alternate stacks, faults.
#include "test.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int count, last, last_code, last_value;
static void* volatile last_address;
static void handler(int signal) {
    count++;
    last = signal;
}
static void info_handler(int signal, siginfo_t* info, void* context) {
    (void)context;
    handler(signal);
    last_code = info->si_code;
    last_value = info->si_value.sival_int;
    last_address = info->si_addr;
}

static void install(int signal, void* function, int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = function;
    action.sa_flags = flags;
    CHECK_EQ(sigaction(signal, &action, NULL), 0);
}

static void test_basic(void) {
    count = 0;
    install(SIGUSR1, handler, 0);
    double kept = 1.5;
    for (int i = 0; i < 10; i++) {
        kept *= 2;
        raise(SIGUSR1);
    }
    CHECK_EQ(count, 10);
    CHECK_EQ(kept, 1536);
    install(SIGUSR1, handler, SA_RESETHAND);
    raise(SIGUSR1);
    struct sigaction now;
    sigaction(SIGUSR1, NULL, &now);
    CHECK(now.sa_handler == SIG_DFL);
    CHECK_ERRNO(sigaction(SIGKILL, &now, NULL), EINVAL);
    CHECK_ERRNO(kill(getpid(), 65), EINVAL);
    CHECK_ERRNO(kill(999999, 0), ESRCH);
    CHECK_ERRNO(kill(1 << 22, 65), ESRCH);
    CHECK_EQ(kill(getpid(), 0), 0);
}

static void test_mask_and_queue(void) {
    sigset_t set, old, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 1);
    install(SIGUSR1, info_handler, SA_SIGINFO);
    install(SIGRTMIN + 1, info_handler, SA_SIGINFO);
    sigprocmask(SIG_BLOCK, &set, &old);
    count = 0;
    for (int i = 0; i < 3; i++) raise(SIGUSR1);
    for (int i = 0; i < 3; i++) {
        union sigval value = {.sival_int = 40 + i};
        CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 1, value), 0);
    }
    CHECK_EQ(count, 0);
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGUSR1));
    siginfo_t info;
    struct timespec zero = {0, 0};
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGRTMIN + 1);
    CHECK_EQ(sigtimedwait(&one, &info, &zero), SIGRTMIN + 1);
    CHECK_EQ(info.si_value.sival_int, 40);
    CHECK_EQ(info.si_code, SI_QUEUE);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(count, 3); // USR1 once, the queue's other two
    CHECK_ERRNO(sigtimedwait(&one, &info, &zero), EAGAIN);
}

static void test_restart(void) {
    int ends[2];
    char c;
    CHECK_EQ(pipe(ends), 0);
    struct itimerval soon = {{0, 0}, {0, 20000}};
    install(SIGALRM, handler, 0);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(read(ends[0], &c, 1), EINTR);
    install(SIGALRM, handler, SA_RESTART);
    pid_t child = fork();
    if (child == 0) {
        usleep(80000);
        _exit(write(ends[1], "y", 1) != 1);
    }
    count = 0;
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_EQ(read(ends[0], &c, 1), 1);
    CHECK_EQ(count, 1);
    CHECK_EQ(c, 'y');
    waitpid(child, NULL, 0);
    struct timespec wanted = {0, 200000000}, left = {0, 0};
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERRNO(nanosleep(&wanted, &left), EINTR); // never restarted
    CHECK(left.tv_nsec > 50000000 && left.tv_nsec < 200000000);
    close(ends[0]);
    close(ends[1]);
}

static void test_suspend(void) {
    sigset_t block, old, none;
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR2);
    install(SIGUSR2, handler, 0);
    sigprocmask(SIG_BLOCK, &block, &old);
    count = 0;
    raise(SIGUSR2);
    CHECK_EQ(count, 0);
    CHECK_ERRNO(sigsuspend(&none), EINTR);
    CHECK_EQ(count, 1);
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGUSR2));
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static sigjmp_buf back;
static void jump(int signal, siginfo_t* info, void* context) {
    info_handler(signal, info, context);
    siglongjmp(back, 1);
}

static void test_faults(void) {
    install(SIGSEGV, jump, SA_SIGINFO);
    install(SIGBUS, jump, SA_SIGINFO);
    install(SIGFPE, jump, SA_SIGINFO);
    install(SIGILL, jump, SA_SIGINFO);
    char* volatile nowhere = (char*)0x1234;
    if (!sigsetjmp(back, 1)) *nowhere = 1;
    CHECK_EQ(last, SIGSEGV);
    CHECK_EQ(last_code, SEGV_MAPERR);
    CHECK(last_address == (void*)0x1234);
    char* readonly = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!sigsetjmp(back, 1)) *(volatile char*)readonly = 1;
    CHECK_EQ(last_code, SEGV_ACCERR);
    CHECK(last_address == readonly);
    munmap(readonly, 4096);
    if (!sigsetjmp(back, 1))
        __asm__ volatile("xor %%edx, %%edx; xor %%ecx, %%ecx; div %%ecx" ::: "eax", "ecx", "edx");
    CHECK_EQ(last, SIGFPE);
    CHECK_EQ(last_code, FPE_INTDIV);
    if (!sigsetjmp(back, 1)) __asm__ volatile("ud2");
    CHECK_EQ(last, SIGILL);
    if (!sigsetjmp(back, 1)) __asm__ volatile("hlt");
    CHECK_EQ(last, SIGSEGV);
    int fd = open("/tmp/signal-test-file", O_CREAT | O_RDWR | O_TRUNC, 0600);
    CHECK_EQ(ftruncate(fd, 100), 0);
    char* file = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
    CHECK_EQ(file[99], 0);
    if (!sigsetjmp(back, 1)) (void)*(volatile char*)(file + 4096);
    CHECK_EQ(last, SIGBUS);
    munmap(file, 8192);
    close(fd);
    unlink("/tmp/signal-test-file");
    signal(SIGSEGV, SIG_DFL);
}

static volatile uintptr_t where;
static void on_stack(int signal) {
    char here;
    (void)signal;
    where = (uintptr_t)&here;
}
static void test_alternate_stack(void) {
    static char memory[65536];
    stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
    CHECK_EQ(sigaltstack(&stack, NULL), 0);
    install(SIGUSR1, on_stack, SA_ONSTACK);
    raise(SIGUSR1);
    CHECK(where - (uintptr_t)memory < sizeof memory);
    stack.ss_flags = SS_DISABLE;
    CHECK_EQ(sigaltstack(&stack, &old), 0);
    CHECK_EQ(old.ss_size, sizeof memory);
    stack.ss_flags = 0;
    stack.ss_size = 100;
    CHECK_ERRNO(sigaltstack(&stack, NULL), ENOMEM);
}

static void test_default_actions(void) {
    const int fatal[] = {SIGHUP, SIGINT, SIGTERM, SIGKILL, SIGSEGV, SIGRTMIN + 2};
    for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            signal(fatal[i], SIG_DFL);
            raise(fatal[i]);
            _exit(0);
        }
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == fatal[i]);
    }
    raise(SIGCHLD);
    raise(SIGURG);
    raise(SIGWINCH);
}

int main(void) {
    test_basic();
    test_mask_and_queue();
    test_restart();
    test_suspend();
    test_faults();
    test_alternate_stack();
    test_default_actions();
    return test_end();
}

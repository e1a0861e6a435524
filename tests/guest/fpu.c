// Floating point and SSE state belong to a thread: they survive other processes and threads that
// use them, system calls, and signal handlers that use them too.
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { rounds = 300 };

// Puts values that follow from `seed` into all eight registers that both architectures have and
// into the x87 stack, stays away for a while, and looks at them again. No compiler's code touches
// them in between.
static int keeps(uint32_t seed, int leave) {
    uint32_t in[8][4], out[8][4];
    double x87_in = seed * 1.25, x87_out = 0;
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 4; j++) in[i][j] = seed * 2654435761u + (uint32_t)(i * 4 + j);
    long number = leave ? 24 : 39; // sched_yield, getpid
#ifdef __i386__
    number = leave ? 158 : 20;
#endif
    __asm__ volatile(
        "fldl %[x87_in]\n"
        "movups 0(%[in]), %%xmm0\n movups 16(%[in]), %%xmm1\n movups 32(%[in]), %%xmm2\n movups 48(%[in]), %%xmm3\n"
        "movups 64(%[in]), %%xmm4\n movups 80(%[in]), %%xmm5\n movups 96(%[in]), %%xmm6\n movups 112(%[in]), %%xmm7\n"
#ifdef __x86_64__
        "syscall\n"
#else
        "int $0x80\n"
#endif
        "movl $20000, %%ecx\n 1: decl %%ecx\n jnz 1b\n" // long enough to be interrupted now and
                                                        // then
        "movups %%xmm0, 0(%[out])\n movups %%xmm1, 16(%[out])\n movups %%xmm2, 32(%[out])\n movups %%xmm3, 48(%[out])\n"
        "movups %%xmm4, 64(%[out])\n movups %%xmm5, 80(%[out])\n movups %%xmm6, 96(%[out])\n movups %%xmm7, 112(%[out])\n"
        "fstpl %[x87_out]\n"
        : [x87_out] "=m"(x87_out), "+a"(number)
        : [in] "D"(in), [out] "S"(out), [x87_in] "m"(x87_in)
        : "memory", "ecx", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7"
#ifdef __x86_64__
          ,
          "r11"
#endif
    );
    return memcmp(in, out, sizeof in) == 0 && x87_in == x87_out;
}

static int keeps_often(uint32_t seed) {
    int good = 0;
    for (int i = 0; i < rounds; i++) good += keeps(seed + (uint32_t)i, i & 1);
    return good;
}

static volatile sig_atomic_t alarms, handler_good = 1;
static void on_alarm(int signal) {
    (void)signal;
    alarms++;
    handler_good &= keeps(0x5000u + (uint32_t)alarms, 0);
}

static void* in_thread(void* seed) {
    return (void*)(intptr_t)keeps_often((uint32_t)(uintptr_t)seed);
}

int main(void) {
    CHECK_EQ(keeps_often(1), rounds);

    // Other processes: the child begins with the parent's state and then has its own.
    pid_t children[3];
    for (int i = 0; i < 3; i++)
        if ((children[i] = fork()) == 0)
            _exit(keeps_often(1000u * (unsigned)(i + 1)) == rounds ? 0 : 1);
    CHECK_EQ(keeps_often(77), rounds);
    for (int i = 0; i < 3; i++) {
        int status = -1;
        CHECK_EQ(waitpid(children[i], &status, 0), children[i]);
        CHECK_EQ(status, 0);
    }

    // Other threads.
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++)
        CHECK_EQ(pthread_create(&threads[i], 0, in_thread, (void*)(i * 5000)), 0);
    CHECK_EQ(keeps_often(99), rounds);
    for (int i = 0; i < 4; i++) {
        void* good;
        CHECK_EQ(pthread_join(threads[i], &good), 0);
        CHECK_EQ((intptr_t)good, rounds);
    }

    // Signal handlers.
    signal(SIGALRM, on_alarm);
    struct itimerval timer = {{0, 1000}, {0, 1000}};
    setitimer(ITIMER_REAL, &timer, 0);
    int good = 0, turns = 0;
    for (; turns < 100000 && alarms < 50; turns++) good += keeps((uint32_t)turns, 0);
    timer = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &timer, 0);
    CHECK_EQ(good, turns);
    CHECK(alarms >= 50);
    CHECK(handler_good);
    return test_end();
}

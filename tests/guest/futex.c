// futex(2): waiting, waking, moving, time-outs, words shared between processes.
#include "test.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int word, other;
static long futex(int* at, int operation, int value, const struct timespec* timeout, int* second,
                  int third) {
    return syscall(SYS_futex, at, operation, value, timeout, second, third);
}

static void* wait_on_word(void* unused) {
    (void)unused;
    return (void*)futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

// Waits until `count` threads sleep: each wake-up that finds fewer is tried again.
static int wake_all(int* at, int count) {
    int woken = 0;
    for (int tries = 0; tries < 2000 && woken < count; tries++) {
        woken += (int)futex(at, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
        usleep(1000);
    }
    return woken;
}

static void test_wait_and_wake(void) {
    pthread_t threads[4];
    CHECK_ERRNO(futex(&word, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0), EAGAIN);
    CHECK_EQ(futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0), 0);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, wait_on_word, NULL);
    CHECK_EQ(wake_all(&word, 4), 4);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}

static void test_timeout(void) {
    struct timespec wait = {0, 20000000}, bad = {0, -1};
    CHECK_ERRNO(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &wait, NULL, 0), ETIMEDOUT);
    CHECK_ERRNO(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &bad, NULL, 0), EINVAL);
    CHECK_ERRNO(futex((int*)((char*)&word + 1), FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EINVAL);
    CHECK_ERRNO(futex(&word, 99, 0, NULL, NULL, 0), ENOSYS);
    CHECK_ERRNO(futex(NULL, FUTEX_WAIT, 0, NULL, NULL, 0), EFAULT);
}

static void test_requeue(void) {
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, wait_on_word, NULL);
    int moved = 0;
    for (int tries = 0; tries < 2000 && moved < 3; tries++) {
        moved += (int)futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void*)3, &other, 0);
        usleep(1000);
    }
    CHECK_EQ(moved, 3);
    CHECK_ERRNO(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void*)3, &other, 1), EAGAIN);
    CHECK_EQ(futex(&word, FUTEX_WAKE_PRIVATE, 3, NULL, NULL, 0), 0);
    CHECK_EQ(wake_all(&other, 3), 3);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    CHECK_EQ(futex(&word, FUTEX_WAKE_OP_PRIVATE, 1, (void*)1, &other,
                   FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_EQ, 0)),
             0);
    CHECK_EQ(other, 5);
}

static void test_shared(void) {
    int* shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        while (*(volatile int*)shared == 0) futex(shared, FUTEX_WAIT, 0, NULL, NULL, 0);
        _exit(*shared);
    }
    usleep(20000);
    *(volatile int*)shared = 6;
    futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0);
    waitpid(child, &status, 0);
    CHECK_EQ(WEXITSTATUS(status), 6);
    munmap(shared, 4096);
}

static pthread_mutex_t robust;
static void* die_holding(void* unused) {
    pthread_mutex_lock(&robust);
    return unused;
}
static void test_robust(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&thread, NULL, die_holding, NULL);
    pthread_join(thread, NULL);
    CHECK_EQ(pthread_mutex_lock(&robust), EOWNERDEAD);
    CHECK_EQ(pthread_mutex_consistent(&robust), 0);
    CHECK_EQ(pthread_mutex_unlock(&robust), 0);
}

int main(void) {
    test_wait_and_wake();
    test_timeout();
    test_requeue();
    test_shared();
    test_robust();
    return test_end();
}

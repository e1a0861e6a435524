// What locks between threads promise, one thing at a time. Built with the host's library too, where
// the same must hold.
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "thread.h"

// --- mutexes ---

static pthread_mutex_t mutex;
static pthread_mutexattr_t mutex_attributes;

static void make_mutex(int type, int robust) {
    pthread_mutexattr_init(&mutex_attributes);
    CHECK(pthread_mutexattr_settype(&mutex_attributes, type) == 0);
    CHECK(pthread_mutexattr_setrobust(&mutex_attributes, robust) == 0);
    CHECK(pthread_mutex_init(&mutex, &mutex_attributes) == 0);
}

static void* unlock_it(void* unused) {
    (void)unused;
    return (void*)(long)pthread_mutex_unlock(&mutex);
}
static void* try_it(void* unused) {
    (void)unused;
    return (void*)(long)pthread_mutex_trylock(&mutex);
}
static void* lock_it_in_time(void* unused) {
    (void)unused;
    struct timespec end = in_milliseconds(CLOCK_REALTIME, 20);
    return (void*)(long)pthread_mutex_timedlock(&mutex, &end);
}

static void mutex_kinds(void) {
    make_mutex(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED);
    for (int i = 0; i < 3; i++) CHECK(pthread_mutex_lock(&mutex) == 0);
    CHECK(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_destroy(&mutex) == EBUSY);
    for (int i = 0; i < 4; i++) {
        CHECK(run(try_it, 0) == (void*)EBUSY && run(unlock_it, 0) == (void*)EPERM);
        CHECK(pthread_mutex_unlock(&mutex) == 0);
    }
    CHECK(run(try_it, 0) == 0);
    make_mutex(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED);
    CHECK(pthread_mutex_unlock(&mutex) == EPERM && pthread_mutex_lock(&mutex) == 0);
    CHECK(pthread_mutex_lock(&mutex) == EDEADLK && pthread_mutex_trylock(&mutex) == EBUSY);
    CHECK(run(lock_it_in_time, 0) == (void*)ETIMEDOUT && run(unlock_it, 0) == (void*)EPERM);
    CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_destroy(&mutex) == 0);
    make_mutex(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED);
    CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == EBUSY);
    struct timespec bad = {0, -1};
    CHECK(pthread_mutex_timedlock(&mutex, &bad) == EINVAL && pthread_mutex_unlock(&mutex) == 0);
    CHECK(pthread_mutexattr_settype(&mutex_attributes, 9) == EINVAL);
}

static void* die_holding(void* unused) {
    CHECK(pthread_mutex_lock(&mutex) == 0);
    usleep(20000); // somebody waits by now
    return unused;
}

static void robust_mutexes(void) {
    pthread_t thread;
    make_mutex(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST);
    CHECK(pthread_create(&thread, 0, die_holding, 0) == 0);
    usleep(5000);
    CHECK(pthread_mutex_lock(&mutex) == EOWNERDEAD && pthread_mutex_consistent(&mutex) == 0);
    CHECK(pthread_join(thread, 0) == 0);
    CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0);
    CHECK(pthread_mutex_consistent(&mutex) == EINVAL && pthread_mutex_unlock(&mutex) == 0);
    run(die_holding, 0);
    CHECK(pthread_mutex_trylock(&mutex) == EOWNERDEAD && pthread_mutex_unlock(&mutex) == 0);
    CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE); // nobody has called it consistent
    CHECK(pthread_mutex_destroy(&mutex) == 0);
    // Between processes: the owner is killed.
    int status;
    pthread_mutex_t* shared =
        mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(pthread_mutexattr_setpshared(&mutex_attributes, PTHREAD_PROCESS_SHARED) == 0);
    CHECK(pthread_mutex_init(shared, &mutex_attributes) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pthread_mutex_lock(shared);
        raise(SIGKILL);
    }
    CHECK(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
    CHECK(pthread_mutex_lock(shared) == EOWNERDEAD && pthread_mutex_consistent(shared) == 0);
    CHECK(pthread_mutex_unlock(shared) == 0);
    munmap(shared, 4096);
}

// --- waiting for one another ---

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int open_gates, waiting;

static void* wait_at_gate(void* unused) {
    pthread_mutex_lock(&gate);
    waiting++;
    while (!open_gates) pthread_cond_wait(&opened, &gate);
    open_gates--;
    pthread_mutex_unlock(&gate);
    return unused;
}

static void await_waiting(int count) {
    for (int now = 0; now < count; usleep(1000)) {
        pthread_mutex_lock(&gate);
        now = waiting;
        pthread_mutex_unlock(&gate);
    }
}

static void conditions(void) {
    pthread_t threads[8];
    pthread_condattr_t attributes;
    pthread_cond_t timed;
    for (int i = 0; i < 8; i++) pthread_create(&threads[i], 0, wait_at_gate, 0);
    await_waiting(8);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&gate);
        open_gates++;
        pthread_cond_signal(&opened);
        pthread_mutex_unlock(&gate);
    }
    pthread_mutex_lock(&gate);
    open_gates += 6;
    pthread_cond_broadcast(&opened);
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < 8; i++) CHECK(pthread_join(threads[i], 0) == 0);
    CHECK(open_gates == 0 && pthread_cond_destroy(&opened) == 0);
    clockid_t clock;
    CHECK(pthread_condattr_init(&attributes) == 0);
    CHECK(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
          pthread_condattr_getclock(&attributes, &clock) == 0 && clock == CLOCK_MONOTONIC);
    CHECK(pthread_condattr_setclock(&attributes, 77) == EINVAL);
    CHECK(pthread_cond_init(&timed, &attributes) == 0);
    pthread_mutex_lock(&gate);
    struct timespec end = in_milliseconds(CLOCK_MONOTONIC, 20), now, bad = {0, 1000000000};
    CHECK(pthread_cond_timedwait(&timed, &gate, &end) == ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec));
    CHECK(pthread_cond_timedwait(&timed, &gate, &bad) == EINVAL);
    bad = (struct timespec){-1, 0};
    CHECK(pthread_cond_timedwait(&timed, &gate, &bad) == ETIMEDOUT);
    CHECK(pthread_cond_clockwait(&timed, &gate, CLOCK_PROCESS_CPUTIME_ID, &bad) == EINVAL);
    CHECK(pthread_mutex_trylock(&gate) == EBUSY && pthread_mutex_unlock(&gate) == 0);
    CHECK(pthread_cond_destroy(&timed) == 0);
}

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static void* try_reading(void* unused) {
    (void)unused;
    int result = pthread_rwlock_tryrdlock(&table);
    if (result == 0) pthread_rwlock_unlock(&table);
    return (void*)(long)result;
}
static void* try_writing(void* unused) {
    (void)unused;
    struct timespec end = in_milliseconds(CLOCK_REALTIME, 10);
    int result = pthread_rwlock_timedwrlock(&table, &end);
    if (result == 0) pthread_rwlock_unlock(&table);
    return (void*)(long)result;
}
// By the other clock, on which now is long ago for CLOCK_REALTIME.
static void* try_by_clock(void* unused) {
    (void)unused;
    struct timespec end = in_milliseconds(CLOCK_MONOTONIC, 10), now;
    CHECK(pthread_rwlock_clockwrlock(&table, CLOCK_PROCESS_CPUTIME_ID, &end) == EINVAL);
    CHECK(pthread_rwlock_clockrdlock(&table, CLOCK_MONOTONIC, &end) == 0);
    CHECK(pthread_rwlock_unlock(&table) == 0);
    int result = pthread_rwlock_clockwrlock(&table, CLOCK_MONOTONIC, &end);
    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec >= end.tv_nsec));
    return (void*)(long)result;
}

static void readers_and_writers(void) {
    CHECK(pthread_rwlock_rdlock(&table) == 0 && pthread_rwlock_rdlock(&table) == 0);
    CHECK(run(try_reading, 0) == 0 && run(try_writing, 0) == (void*)ETIMEDOUT);
    CHECK(run(try_by_clock, 0) == (void*)ETIMEDOUT);
    CHECK(pthread_rwlock_unlock(&table) == 0 && pthread_rwlock_trywrlock(&table) == EBUSY);
    CHECK(pthread_rwlock_unlock(&table) == 0 && run(try_writing, 0) == 0);
    CHECK(pthread_rwlock_wrlock(&table) == 0 && run(try_reading, 0) == (void*)EBUSY);
    CHECK(pthread_rwlock_rdlock(&table) == EDEADLK && pthread_rwlock_unlock(&table) == 0);
    CHECK(pthread_rwlock_destroy(&table) == 0);
}

static pthread_barrier_t barrier;
static void* meet(void* unused) {
    (void)unused;
    return (void*)(long)(pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD);
}

static void barriers(void) {
    CHECK(pthread_barrier_init(&barrier, 0, 0) == EINVAL);
    for (int round = 0; round < 20; round++) {
        pthread_t threads[4];
        long serial = 0;
        void* result;
        CHECK(pthread_barrier_init(&barrier, 0, 5) == 0);
        for (int i = 0; i < 4; i++) pthread_create(&threads[i], 0, meet, 0);
        serial += (long)meet(0);
        CHECK(pthread_barrier_destroy(&barrier) == 0); // at once, while the others leave
        for (int i = 0; i < 4; i++) pthread_join(threads[i], &result), serial += (long)result;
        CHECK(serial == 1);
    }
}

static pthread_once_t once = PTHREAD_ONCE_INIT, cancelled_once = PTHREAD_ONCE_INIT;
static int once_calls;
static void call_once(void) {
    usleep(10000);
    once_calls++;
}
static void* do_once(void* unused) {
    pthread_once(&once, call_once);
    CHECK(once_calls == 1);
    return unused;
}
static int sleep_first = 1;
static void sleep_once(void) {
    if (sleep_first) sleep(100);
    once_calls++;
}
static void* do_cancelled_once(void* unused) {
    pthread_once(&cancelled_once, sleep_once);
    return unused;
}

static void once_only(void) {
    pthread_t threads[6];
    for (int i = 0; i < 6; i++) pthread_create(&threads[i], 0, do_once, 0);
    for (int i = 0; i < 6; i++) pthread_join(threads[i], 0);
    CHECK(once_calls == 1);
    pthread_create(&threads[0], 0, do_cancelled_once, 0);
    usleep(10000);
    CHECK(pthread_cancel(threads[0]) == 0 && pthread_join(threads[0], 0) == 0);
    sleep_first = 0;
    do_cancelled_once(0);
    CHECK(once_calls == 2);
}

// --- semaphores, spin locks ---

static void semaphores(void) {
    sem_t semaphore;
    int value;
    CHECK(sem_init(&semaphore, 0, 2) == 0 && sem_wait(&semaphore) == 0 &&
          sem_trywait(&semaphore) == 0);
    CHECK(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
    struct timespec end = in_milliseconds(CLOCK_REALTIME, 10), bad = {0, -1};
    CHECK(sem_timedwait(&semaphore, &end) == -1 && errno == ETIMEDOUT);
    CHECK(sem_timedwait(&semaphore, &bad) == -1 && errno == EINVAL);
    CHECK(sem_post(&semaphore) == 0 && sem_getvalue(&semaphore, &value) == 0 && value == 1);
    CHECK(sem_timedwait(&semaphore, &end) == 0 && sem_destroy(&semaphore) == 0);
    CHECK(sem_init(&semaphore, 0, 0x80000000u) == -1 && errno == EINVAL);
    CHECK(sem_init(&semaphore, 0, SEM_VALUE_MAX) == 0 && sem_post(&semaphore) == -1 &&
          errno == EOVERFLOW);
    // Between processes.
    sem_t* shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&shared[0], 1, 0), sem_init(&shared[1], 1, 0);
    fflush(stdout);
    pid_t child = fork();
    for (int i = 0; i < 100; i++) {
        if (child == 0) {
            sem_post(&shared[0]), sem_wait(&shared[1]);
        } else {
            CHECK(sem_wait(&shared[0]) == 0 && sem_post(&shared[1]) == 0);
        }
    }
    if (child == 0) _exit(4);
    CHECK(waitpid(child, &value, 0) == child && WEXITSTATUS(value) == 4);
    munmap(shared, 4096);
}

// Deadlines that are no time: some locks look at them at once, some only when they must wait.
static void bad_times(void) {
    static const struct timespec bad[] = {{0, -1}, {0, 1000000000}};
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    sem_t semaphore;
    CHECK(sem_init(&semaphore, 0, 1) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_rwlock_timedrdlock(&lock, &bad[i]) == EINVAL);
        CHECK(pthread_rwlock_timedwrlock(&lock, &bad[i]) == EINVAL);
        CHECK(pthread_rwlock_wrlock(&lock) == 0);
        CHECK(pthread_rwlock_timedrdlock(&lock, &bad[i]) == EINVAL);
        CHECK(pthread_rwlock_timedwrlock(&lock, &bad[i]) == EINVAL);
        CHECK(pthread_rwlock_unlock(&lock) == 0);
        CHECK(sem_timedwait(&semaphore, &bad[i]) == -1 && errno == EINVAL);
        for (int kind = 0; kind < 6; kind++) {
            int type = kind % 3 == 0   ? PTHREAD_MUTEX_NORMAL
                       : kind % 3 == 1 ? PTHREAD_MUTEX_RECURSIVE
                                       : PTHREAD_MUTEX_ERRORCHECK;
            int again[] = {EINVAL, 0, EDEADLK}; // who has it already, and doesn't wait
            make_mutex(type, kind < 3 ? PTHREAD_MUTEX_STALLED : PTHREAD_MUTEX_ROBUST);
            CHECK(pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &bad[i]) == EINVAL);
            CHECK(pthread_mutex_timedlock(&mutex, &bad[i]) == 0);
            CHECK(pthread_mutex_timedlock(&mutex, &bad[i]) == again[kind % 3]);
        }
    }
    struct timespec past = {-1, 5}; // a time all the same
    CHECK(pthread_rwlock_timedwrlock(&lock, &past) == 0);
    CHECK(pthread_rwlock_timedwrlock(&lock, &past) == EDEADLK);
    CHECK(sem_timedwait(&semaphore, &past) == 0);
    CHECK(sem_timedwait(&semaphore, &past) == -1 && errno == ETIMEDOUT);
    past.tv_nsec = -1; // a mutex asks first whether it is past
    make_mutex(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED);
    CHECK(pthread_mutex_lock(&mutex) == 0);
    CHECK(pthread_mutex_timedlock(&mutex, &past) == ETIMEDOUT);
    CHECK(pthread_rwlock_timedwrlock(&lock, &past) == EINVAL);
}

static pthread_spinlock_t spin;
static long spun;
static void* spin_a_while(void* unused) {
    for (int i = 0; i < 2000; i++) {
        pthread_spin_lock(&spin);
        spun++;
        pthread_spin_unlock(&spin);
    }
    return unused;
}

static void spinning(void) {
    pthread_t threads[4];
    CHECK(pthread_spin_init(&spin, 0) == 0);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], 0, spin_a_while, 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
    CHECK(spun == 8000 && pthread_spin_trylock(&spin) == 0 && pthread_spin_trylock(&spin) == EBUSY);
}

int main(void) {
    mutex_kinds();
    robust_mutexes();
    conditions();
    readers_and_writers();
    barriers();
    once_only();
    semaphores();
    bad_times();
    spinning();
    return report();
}

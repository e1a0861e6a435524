// What threads promise, one thing at a time; the load is in tests/guest/pthread_*.c. Built with the
// host's library too, where the same must hold. Long because it is one program of many small
// promises.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static struct timespec in_milliseconds(clockid_t clock, long milliseconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void* run(void* (*function)(void*), void* argument) {
    pthread_t thread;
    void* result = (void*)-77;
    CHECK(pthread_create(&thread, 0, function, argument) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    return result;
}

// --- birth, identity, end ---

static __thread int own = 5;
static __thread char wide[64] __attribute__((aligned(64))) = "initial";
static pthread_t main_thread;

static void* look_around(void* argument) {
    CHECK(own == 5 && !strcmp(wide, "initial") && (uintptr_t)wide % 64 == 0);
    own = 6, wide[0] = 'x';
    errno = 0;
    CHECK(close(-1) == -1 && errno == EBADF);
    CHECK(!pthread_equal(pthread_self(), main_thread) && gettid() != getpid());
    CHECK((uintptr_t)__builtin_frame_address(0) % 16 == 0 || sizeof(long) == 4);
    return argument;
}

static void* exit_early(void* argument) {
    pthread_exit(argument);
    return 0;
}

static void* join_main(void* unused) {
    (void)unused;
    return (void*)(long)pthread_join(pthread_self(), 0);
}

static void birth_and_end(void) {
    main_thread = pthread_self();
    errno = 33;
    for (long i = 0; i < 100; i++) CHECK(run(look_around, (void*)i) == (void*)i);
    CHECK(errno == 33 && own == 5 && !strcmp(wide, "initial"));
    CHECK(run(exit_early, &own) == &own);
    CHECK(run(join_main, 0) == (void*)EDEADLK);
    pthread_t thread;
    CHECK(pthread_create(&thread, 0, look_around, 0) == 0 && pthread_detach(thread) == 0);
    CHECK(pthread_kill(pthread_self(), 0) == 0 && pthread_kill(pthread_self(), 99) == EINVAL);
}

static void* stack_deep(void* argument) {
    volatile char room[200000];
    memset((char*)room, 1, sizeof room);
    return room[sizeof room - 1] ? argument : 0;
}

static void* overflow(void* depth) {
    volatile char room[4096];
    room[0] = 1;
    void* result = depth < (void*)100000 ? overflow((char*)depth + 1) : 0;
    return room[0] ? result : depth; // looked at after the call, so that there is a frame for each
}

static void attributes(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    size_t size;
    int state, status;
    void *start, *result,
        *memory = mmap(0, 1 << 18, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, 100) == EINVAL);
    CHECK(pthread_attr_setstacksize(&attributes, 1 << 18) == 0 &&
          pthread_attr_getstacksize(&attributes, &size) == 0 && size == 1 << 18);
    CHECK(pthread_create(&thread, &attributes, stack_deep, &size) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result == &size);
    CHECK(pthread_attr_setguardsize(&attributes, 8192) == 0 &&
          pthread_attr_getguardsize(&attributes, &size) == 0 && size == 8192);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { // a stack that overflows meets the guard pages
        pthread_create(&thread, &attributes, overflow, 0);
        pthread_join(thread, 0);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
          WTERMSIG(status) == SIGSEGV);
    CHECK(pthread_attr_setstack(&attributes, memory, 1 << 18) == 0 &&
          pthread_attr_getstack(&attributes, &start, &size) == 0 && start == memory &&
          size == 1 << 18);
    CHECK(pthread_create(&thread, &attributes, stack_deep, &state) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result == &state);
    munmap(memory, 1 << 18);
    CHECK(pthread_attr_getdetachstate(&attributes, &state) == 0 &&
          state == PTHREAD_CREATE_JOINABLE);
    CHECK(pthread_attr_setdetachstate(&attributes, 5) == EINVAL);
    CHECK(pthread_attr_destroy(&attributes) == 0);
}

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

static void readers_and_writers(void) {
    CHECK(pthread_rwlock_rdlock(&table) == 0 && pthread_rwlock_rdlock(&table) == 0);
    CHECK(run(try_reading, 0) == 0 && run(try_writing, 0) == (void*)ETIMEDOUT);
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

// --- keys ---

static pthread_key_t key, second_key;
static int destroyed, destroyed_again;
static void destroy(void* value) {
    destroyed += *(int*)value;
    if (destroyed_again++ == 0) pthread_setspecific(key, value); // once more, please
}
static void* use_keys(void* value) {
    CHECK(pthread_getspecific(key) == 0);
    CHECK(pthread_setspecific(key, value) == 0 && pthread_getspecific(key) == value);
    CHECK(pthread_setspecific(second_key, value) == 0);
    return 0;
}

static void keys(void) {
    int seven = 7;
    CHECK(pthread_key_create(&key, destroy) == 0 && pthread_key_create(&second_key, 0) == 0);
    run(use_keys, &seven);
    CHECK(destroyed == 14 && destroyed_again == 2);
    CHECK(pthread_setspecific(key, &seven) == 0 && pthread_key_delete(key) == 0);
    CHECK(pthread_key_create(&key, 0) == 0 && pthread_getspecific(key) == 0);
    CHECK(pthread_key_delete(key) == 0 && pthread_key_delete(second_key) == 0);
    CHECK(pthread_key_delete(key) == EINVAL && pthread_setspecific(99999, 0) == EINVAL);
    pthread_key_t many[PTHREAD_KEYS_MAX + 1];
    int made = 0;
    while (made <= PTHREAD_KEYS_MAX && pthread_key_create(&many[made], 0) == 0) made++;
    CHECK(made >= 100 && made <= PTHREAD_KEYS_MAX);
    while (made) pthread_key_delete(many[--made]);
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

// --- signals, streams, fork ---

static volatile int signalled_tid;
static void note_tid(int signal) { signalled_tid = signal == SIGUSR1 ? gettid() : -1; }
static void* await_signal(void* tid) {
    sigset_t set;
    CHECK(pthread_sigmask(SIG_BLOCK, 0, &set) == 0 && sigismember(&set, SIGUSR2) == 1);
    sigemptyset(&set);
    *(volatile int*)tid = gettid();
    while (!signalled_tid) usleep(1000);
    return tid;
}

static void signals(void) {
    pthread_t thread;
    sigset_t set;
    volatile int tid = 0;
    signal(SIGUSR1, note_tid);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(pthread_sigmask(SIG_BLOCK, &set, 0) == 0); // the new thread inherits it
    CHECK(pthread_create(&thread, 0, await_signal, (void*)&tid) == 0);
    while (!tid) usleep(1000);
    CHECK(pthread_kill(thread, SIGUSR1) == 0 && pthread_join(thread, 0) == 0);
    CHECK(signalled_tid == tid && pthread_sigmask(SIG_UNBLOCK, &set, 0) == 0);
    CHECK(pthread_sigmask(99, &set, 0) == EINVAL);
}

static FILE* stream;
static void* print_lines(void* letter) {
    for (int i = 0; i < 500; i++)
        fprintf(stream, "%c%c%c\n", (int)(long)letter, (int)(long)letter, (int)(long)letter);
    for (int i = 0; i < 100; i++) free(malloc((size_t)(i * 37 % 5000)));
    return 0;
}

static void streams(void) {
    pthread_t threads[8];
    char line[16];
    int lines = 0, good = 1;
    stream = tmpfile();
    CHECK(stream != 0);
    for (long i = 0; i < 8; i++) pthread_create(&threads[i], 0, print_lines, (void*)('a' + i));
    for (int i = 0; i < 8; i++) pthread_join(threads[i], 0);
    rewind(stream);
    for (; fgets(line, sizeof line, stream); lines++)
        good &= strlen(line) == 4 && line[0] == line[1] && line[1] == line[2];
    CHECK(good && lines == 4000);
    fclose(stream);
}

static int ends[2];
static FILE* reader;
static void* read_line(void* unused) {
    char line[16];
    (void)!fgets(line, sizeof line, reader);
    return unused;
}

// A thread that is cancelled while it waits for a stream leaves the stream to others.
static void cancelled_reader(void) {
    pthread_t thread;
    void* result;
    CHECK(pipe(ends) == 0 && (reader = fdopen(ends[0], "r")));
    pthread_create(&thread, 0, read_line, 0);
    usleep(10000);
    pthread_cancel(thread);
    CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    CHECK(write(ends[1], "x\n", 2) == 2 && getc(reader) == 'x');
    fclose(reader);
    close(ends[1]);
}

static int order[6], ordered;
static void prepare_1(void) { order[ordered++] = 1; }
static void prepare_2(void) { order[ordered++] = 2; }
static void parent_1(void) { order[ordered++] = 3; }
static void parent_2(void) { order[ordered++] = 4; }
static void child_1(void) { order[ordered++] = 5; }
static void child_2(void) { order[ordered++] = 6; }

static volatile int busy;
static void* allocate(void* unused) {
    while (busy) free(malloc(100)), fprintf(stderr, "%s", "");
    return unused;
}
static void* answer(void* number) { return number; }

// Children of a program with busy threads: libc's locks are free there, and threads can be made.
static void forks(void) {
    pthread_t threads[3];
    int status;
    CHECK(pthread_atfork(prepare_1, parent_1, child_1) == 0);
    CHECK(pthread_atfork(prepare_2, parent_2, child_2) == 0);
    busy = 1;
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, allocate, 0);
    fflush(stdout);
    for (int i = 0; i < 20; i++) {
        ordered = 0;
        pid_t child = fork();
        if (child == 0) {
            void* result = 0;
            int good = order[0] == 2 && order[1] == 1 && order[2] == 5 && order[3] == 6;
            for (int size = 0; size < 2000; size += 99) good &= malloc((size_t)size) != 0;
            good &=
                !pthread_create(threads, 0, answer, &status) && !pthread_join(threads[0], &result);
            _exit(good && result == &status ? 9 : 1);
        }
        CHECK(ordered == 4 && order[2] == 3 && order[3] == 4);
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 9);
    }
    busy = 0;
    for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
}

static void* report_last(void* main_id) {
    CHECK(pthread_join((pthread_t)main_id, 0) == 0);
    exit(report());
}

int main(void) {
    birth_and_end();
    attributes();
    mutex_kinds();
    robust_mutexes();
    conditions();
    readers_and_writers();
    barriers();
    once_only();
    keys();
    semaphores();
    spinning();
    signals();
    streams();
    cancelled_reader();
    forks();
    // The first thread ends before the others.
    pthread_t last;
    pthread_create(&last, 0, report_last, (void*)pthread_self());
    pthread_exit(0);
}

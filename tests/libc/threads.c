// What threads promise, one thing at a time; locks.c has the locks, and the load is in
// tests/guest/pthread_*.c. Built with the host's library too, where the same must hold.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "thread.h"

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
    keys();
    signals();
    streams();
    cancelled_reader();
    forks();
    // The first thread ends before the others.
    pthread_t last;
    pthread_create(&last, 0, report_last, (void*)pthread_self());
    pthread_exit(0);
}

// fork, vfork and threads: what is copied, what is shared, and that nothing of a child is left.
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_of(pid_t child) {
    int status = -1;
    if (waitpid(child, &status, 0) != child) return -1;
    return status;
}

static int global = 1;

static void test_copy_on_write(void) {
    int* heap = malloc(100 * sizeof *heap);
    int* shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    heap[50] = 7;
    pid_t child = fork();
    if (child == 0) {
        int ok = global == 1 && heap[50] == 7;
        global = 2;
        heap[50] = 8;
        *shared = 9;
        _exit(ok ? 3 : 4);
    }
    CHECK_EQ(WEXITSTATUS(status_of(child)), 3);
    CHECK_EQ(global, 1);
    CHECK_EQ(heap[50], 7);
    CHECK_EQ(*shared, 9);
    munmap(shared, 4096);
    free(heap);
}

static void test_descriptors(void) {
    int ends[2];
    char c = 0;
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
    }
    close(ends[1]);
    CHECK_EQ(read(ends[0], &c, 1), 1);
    CHECK_EQ(c, 'x');
    CHECK_EQ(read(ends[0], &c, 1), 0); // the child's end has gone
    CHECK_EQ(status_of(child), 0);
    close(ends[0]);
}

static void test_vfork(void) {
    volatile int seen = 0;
    pid_t child = vfork();
    if (child == 0) {
        seen = 1; // in the parent's memory
        _exit(0);
    }
    CHECK_EQ(seen, 1);
    CHECK_EQ(status_of(child), 0);
}

static void test_many(void) {
    for (int round = 0; round < 5; round++) {
        pid_t children[20];
        for (int i = 0; i < 20; i++) {
            children[i] = fork();
            if (children[i] == 0) _exit(i);
        }
        int right = 0;
        for (int i = 0; i < 20; i++) right += WEXITSTATUS(status_of(children[i])) == i;
        CHECK_EQ(right, 20);
    }
    CHECK_ERRNO(wait(NULL), ECHILD);
}

static int sum;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void* add(void* times) {
    for (long i = 0; i < (long)times; i++) {
        pthread_mutex_lock(&lock);
        sum++;
        pthread_mutex_unlock(&lock);
    }
    return times;
}

static void test_threads(void) {
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) CHECK_EQ(pthread_create(&threads[i], NULL, add, (void*)1000), 0);
    for (int i = 0; i < 8; i++) {
        void* result = NULL;
        CHECK_EQ(pthread_join(threads[i], &result), 0);
        CHECK_EQ((long)result, 1000);
    }
    CHECK_EQ(sum, 8000);
    pid_t child = fork(); // with threads' leftovers
    if (child == 0) {
        pthread_t one;
        _exit(pthread_create(&one, NULL, add, (void*)1) || pthread_join(one, NULL));
    }
    CHECK_EQ(status_of(child), 0);
}

static __thread int thread_local_value = 5;
static void* change_local(void* unused) {
    (void)unused;
    long before = thread_local_value;
    thread_local_value = 6;
    return (void*)before;
}

static void test_thread_storage(void) {
    pthread_t thread;
    void* before = NULL;
    thread_local_value = 9;
    pthread_create(&thread, NULL, change_local, NULL);
    pthread_join(thread, &before);
    CHECK_EQ((long)before, 5);
    CHECK_EQ(thread_local_value, 9);
}

int main(void) {
    test_copy_on_write();
    test_descriptors();
    test_vfork();
    test_many();
    test_threads();
    test_thread_storage();
    return test_end();
}

// Threads under load: 64 of them on mutexes, condition variables, semaphores, a barrier, a
// readers-writer lock, and threads made and ended without pause. Argument or PTHREAD_SECONDS: for
// how long (2); what it prints doesn't depend on that.
#include "test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, ROOM = 8 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
static volatile int over;
static void* of_number(long number) { return (void*)number; }

// Each thread adds to a counter of its own and, under the lock, to the common one.
static pthread_mutex_t counter_lock = PTHREAD_MUTEX_INITIALIZER, recursive_lock;
static long counter, recursive_counter;
static void* count(void* number) {
    long own = 0;
    while (!over) {
        pthread_mutex_lock(&counter_lock);
        counter++;
        if (own % 64 == (long)number) sched_yield();
        pthread_mutex_unlock(&counter_lock);
        if (own % 4 == 0 && pthread_mutex_trylock(&recursive_lock) == 0) {
            pthread_mutex_lock(&recursive_lock);
            recursive_counter++;
            pthread_mutex_unlock(&recursive_lock);
            recursive_counter--;
            pthread_mutex_unlock(&recursive_lock);
        }
        own++;
    }
    return of_number(own);
}

// Producers and consumers round a small ring.
static pthread_mutex_t ring_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static long ring[ROOM], ring_count, ring_first;
static int producers_left;
static void* produce(void* unused) {
    (void)unused;
    long sum = 0;
    for (long value = 1; !over; value++) {
        pthread_mutex_lock(&ring_lock);
        while (ring_count == ROOM) pthread_cond_wait(&not_full, &ring_lock);
        ring[(ring_first + ring_count++) % ROOM] = value;
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&ring_lock);
        sum += value;
    }
    pthread_mutex_lock(&ring_lock);
    if (--producers_left == 0) pthread_cond_broadcast(&not_empty);
    pthread_mutex_unlock(&ring_lock);
    return of_number(sum);
}
static void* consume(void* unused) {
    (void)unused;
    long sum = 0;
    pthread_mutex_lock(&ring_lock);
    for (;;) {
        while (ring_count == 0 && producers_left) pthread_cond_wait(&not_empty, &ring_lock);
        if (ring_count == 0) break;
        sum += ring[ring_first];
        ring_first = (ring_first + 1) % ROOM;
        ring_count--;
        pthread_cond_signal(&not_full);
    }
    pthread_mutex_unlock(&ring_lock);
    return of_number(sum);
}

// At most three inside; each round of the barrier has one serial thread.
static sem_t places;
static int inside, most_inside;
static void* pass(void* unused) {
    (void)unused;
    long passes = 0;
    while (!over) {
        sem_wait(&places);
        int here = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        if (here > __atomic_load_n(&most_inside, __ATOMIC_SEQ_CST)) most_inside = here;
        sched_yield();
        __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
        sem_post(&places);
        passes++;
    }
    return of_number(passes);
}

static pthread_barrier_t barrier;
static int last_round;
static void* meet(void* unused) {
    (void)unused;
    long serial = 0;
    while (!__atomic_load_n(&last_round, __ATOMIC_SEQ_CST)) {
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
            serial++;
            __atomic_store_n(&last_round, over, __ATOMIC_SEQ_CST);
        }
        pthread_barrier_wait(&barrier);
    }
    return of_number(serial);
}

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static long table[16];
static int torn;
static void* use_table(void* number) {
    for (long i = 0; !over; i++) {
        if ((i + (long)number) % 16 == 0) {
            pthread_rwlock_wrlock(&table_lock);
            for (int at = 0; at < 16; at++) table[at]++;
        } else {
            pthread_rwlock_rdlock(&table_lock);
            for (int at = 1; at < 16; at++) torn |= table[at] != table[0];
        }
        pthread_rwlock_unlock(&table_lock);
        if (i % 64 == 0) sched_yield();
    }
    return NULL;
}

static void* end_at_once(void* argument) { return argument; }
static void* make_threads(void* unused) {
    (void)unused;
    long bad = 0;
    for (long i = 0; !over; i++) {
        pthread_t thread;
        void* result = NULL;
        if (pthread_create(&thread, NULL, end_at_once, of_number(i))) {
            bad++;
        } else if (i % 3 == 0) {
            pthread_detach(thread);
        } else {
            pthread_join(thread, &result);
            bad += result != of_number(i);
        }
    }
    return of_number(bad);
}

static long sum_of(void* (*function)(void*), int threads, double seconds) {
    pthread_t ids[THREADS];
    long sum = 0;
    over = 0;
    for (int i = 0; i < threads; i++)
        CHECK_EQ(pthread_create(&ids[i], NULL, function, of_number(i)), 0);
    usleep((useconds_t)(seconds * 1e6));
    over = 1;
    for (int i = 0; i < threads; i++) {
        void* result;
        CHECK_EQ(pthread_join(ids[i], &result), 0);
        sum += (long)result;
    }
    return sum;
}

static void produce_and_consume(double seconds) {
    pthread_t consumers[THREADS / 2];
    long consumed = 0;
    producers_left = THREADS / 2;
    for (int i = 0; i < THREADS / 2; i++)
        CHECK_EQ(pthread_create(&consumers[i], NULL, consume, NULL), 0);
    long produced = sum_of(produce, THREADS / 2, seconds);
    for (int i = 0; i < THREADS / 2; i++) {
        void* result;
        pthread_join(consumers[i], &result);
        consumed += (long)result;
    }
    CHECK(produced > 0);
    CHECK_EQ(consumed, produced);
}

int main(int argc, char** argv) {
    const char* wanted = argc > 1 ? argv[1] : getenv("PTHREAD_SECONDS");
    double end = now() + (wanted ? atof(wanted) : 2), step = 0.25;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive_lock, &attributes);
    do {
        test_passed = 0;
        counter = 0;
        last_round = 0;
        sem_init(&places, 0, 3);
        pthread_barrier_init(&barrier, NULL, THREADS);
        long counted = sum_of(count, THREADS, step);
        CHECK_EQ(counted, counter);
        CHECK_EQ(recursive_counter, 0);
        produce_and_consume(step);
        CHECK(sum_of(pass, THREADS, step) > 0);
        CHECK(most_inside <= 3);
        CHECK(sum_of(meet, THREADS, step) > 0);
        CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
        CHECK_EQ(sum_of(use_table, THREADS, step) | torn, 0);
        CHECK_EQ(sum_of(make_threads, 4, step), 0);
    } while (now() < end && !test_failed);
    return test_end();
}

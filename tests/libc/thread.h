// What the tests of threads share.
#pragma once
#include <pthread.h>
#include <time.h>

#include "check.h"

static inline struct timespec in_milliseconds(clockid_t clock, long milliseconds) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static inline void* run(void* (*function)(void*), void* argument) {
    pthread_t thread;
    void* result = (void*)-77;
    CHECK(pthread_create(&thread, 0, function, argument) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    return result;
}

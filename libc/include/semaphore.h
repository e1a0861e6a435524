// Semaphores without names (sem_overview(7)).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
typedef union {
    char __size[4 * sizeof(long)];
    struct {
        unsigned __value, __waiters;
        int __shared;
    } __s;
    uint64_t __both; // value and count of waiters, changed in one step
} sem_t;
#define SEM_FAILED ((sem_t*)0)
int sem_init(sem_t*, int shared, unsigned value);
int sem_destroy(sem_t*);
int sem_wait(sem_t*);
int sem_trywait(sem_t*);
int sem_timedwait(sem_t* __restrict, const struct timespec* __restrict);
int sem_clockwait(sem_t* __restrict, clockid_t, const struct timespec* __restrict);
int sem_post(sem_t*);
int sem_getvalue(sem_t* __restrict, int* __restrict);
__END_DECLS

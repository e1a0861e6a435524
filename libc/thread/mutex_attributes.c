// What a mutex to come shall be like (pthread_mutexattr_init(3)).
#include <errno.h>
#include <pthread.h>

#include "mutex.h"

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
    attributes->__kind = 0;
    return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type) {
    if (type < PTHREAD_MUTEX_NORMAL || type > PTHREAD_MUTEX_ERRORCHECK) return EINVAL;
    attributes->__kind = (attributes->__kind & ~MUTEX_TYPE) | type;
    return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t* __restrict attributes,
                              int* __restrict type) {
    *type = attributes->__kind & MUTEX_TYPE;
    return 0;
}

static int set_bit(pthread_mutexattr_t* attributes, int bit, int value) {
    if (value != 0 && value != 1) return EINVAL;
    attributes->__kind = (attributes->__kind & ~bit) | (value ? bit : 0);
    return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t* attributes, int shared) {
    return set_bit(attributes, MUTEX_SHARED, shared);
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t* __restrict attributes,
                                 int* __restrict shared) {
    *shared = (attributes->__kind & MUTEX_SHARED) != 0;
    return 0;
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t* attributes, int robust) {
    return set_bit(attributes, MUTEX_ROBUST, robust);
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t* __restrict attributes,
                                int* __restrict robust) {
    *robust = (attributes->__kind & MUTEX_ROBUST) != 0;
    return 0;
}

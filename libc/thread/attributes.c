// What a thread to come shall be like (pthread_attr_init(3)).
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>

enum { DEFAULT_STACK = 1 << 20, DEFAULT_GUARD = 4096 };

int pthread_attr_init(pthread_attr_t* attributes) {
    *attributes =
        (pthread_attr_t){.__a = {.__stack_size = DEFAULT_STACK, .__guard_size = DEFAULT_GUARD}};
    return 0;
}

int pthread_attr_destroy(pthread_attr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state) {
    if (state != PTHREAD_CREATE_JOINABLE && state != PTHREAD_CREATE_DETACHED) return EINVAL;
    attributes->__a.__detached = state;
    return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t* attributes, int* state) {
    *state = attributes->__a.__detached;
    return 0;
}

int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size) {
    if (size < PTHREAD_STACK_MIN || size > PTRDIFF_MAX / 2) return EINVAL;
    attributes->__a.__stack_size = size;
    return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t* __restrict attributes,
                              size_t* __restrict size) {
    *size = attributes->__a.__stack_size;
    return 0;
}

int pthread_attr_setguardsize(pthread_attr_t* attributes, size_t size) {
    if (size > PTRDIFF_MAX / 2) return EINVAL;
    attributes->__a.__guard_size = size;
    return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t* __restrict attributes,
                              size_t* __restrict size) {
    *size = attributes->__a.__guard_size;
    return 0;
}

// __stack is the stack's end: it grows downwards.
int pthread_attr_setstack(pthread_attr_t* attributes, void* start, size_t size) {
    if (size < PTHREAD_STACK_MIN) return EINVAL;
    attributes->__a.__stack = (char*)start + size;
    attributes->__a.__stack_size = size;
    return 0;
}

int pthread_attr_getstack(const pthread_attr_t* __restrict attributes, void** __restrict start,
                          size_t* __restrict size) {
    char* end = attributes->__a.__stack;
    *size = attributes->__a.__stack_size;
    *start = end ? end - *size : 0;
    return 0;
}

int pthread_attr_setscope(pthread_attr_t* attributes, int scope) {
    (void)attributes;
    if (scope == PTHREAD_SCOPE_SYSTEM) return 0;
    return scope == PTHREAD_SCOPE_PROCESS ? EOPNOTSUPP : EINVAL;
}

int pthread_attr_getscope(const pthread_attr_t* __restrict attributes, int* __restrict scope) {
    (void)attributes;
    *scope = PTHREAD_SCOPE_SYSTEM;
    return 0;
}

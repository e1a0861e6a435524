// Data of a thread under a key (pthread_key_create(3p)).
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include "lock.h"
#include "sysdep.h"
#include "threads.h"

// In use if not null; keys without a destructor have one that does nothing.
static void (*destructors[PTHREAD_KEYS_MAX])(void*);

static void nothing(void* value) { (void)value; }

// A key may be one that was deleted: no thread may see what was under it then.
static void forget_values(unsigned key) {
    for (struct tcb* thread = __thread_list; thread; thread = thread->next)
        if (thread->specific) thread->specific[key] = 0;
    if (THREAD_FIELD(specific)) THREAD_FIELD(specific)[key] = 0;
}

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
    int result = EAGAIN;
    libc_lock(&__thread_list_lock);
    for (unsigned i = 0; i < PTHREAD_KEYS_MAX && result; i++)
        if (!destructors[i]) {
            forget_values(i);
            destructors[i] = destructor ? destructor : nothing;
            *key = i;
            result = 0;
        }
    libc_unlock(&__thread_list_lock);
    return result;
}

int pthread_key_delete(pthread_key_t key) {
    if (key >= PTHREAD_KEYS_MAX || !destructors[key]) return EINVAL;
    destructors[key] = 0;
    return 0;
}

void* pthread_getspecific(pthread_key_t key) {
    void** values = THREAD_FIELD(specific);
    return values && key < PTHREAD_KEYS_MAX && destructors[key] ? values[key] : 0;
}

int pthread_setspecific(pthread_key_t key, const void* value) {
    if (key >= PTHREAD_KEYS_MAX || !destructors[key]) return EINVAL;
    if (!THREAD_FIELD(specific)) {
        int saved = errno;
        THREAD_FIELD(specific) = calloc(PTHREAD_KEYS_MAX, sizeof(void*));
        errno = saved;
        if (!THREAD_FIELD(specific)) return ENOMEM;
    }
    THREAD_FIELD(specific)[key] = (void*)value;
    return 0;
}

// A destructor may set values again: a few rounds, then no more.
void __run_key_destructors(void) {
    void** values = THREAD_FIELD(specific);
    int found = values != 0;
    for (int round = 0; found && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        found = 0;
        for (unsigned key = 0; key < PTHREAD_KEYS_MAX; key++) {
            void* value = values[key];
            void (*destructor)(void*) = destructors[key];
            if (!value || !destructor) continue;
            values[key] = 0;
            found = 1;
            destructor(value);
        }
    }
    libc_lock(&__thread_list_lock); // pthread_key_create reads other threads' values
    THREAD_FIELD(specific) = 0;
    libc_unlock(&__thread_list_lock);
    free(values);
}

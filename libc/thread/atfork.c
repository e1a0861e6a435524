// Handlers round fork (pthread_atfork(3)).
#include <pthread.h>
#include <stdlib.h>

#include "lock.h"
#include "sysdep.h"
#include "threads.h"

struct handlers {
    void (*call[3])(void); // by fork_phase
    struct handlers *next, *previous;
};
static struct handlers *first, *last;
static int handlers_lock;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    struct handlers* entry = malloc(sizeof *entry);
    if (!entry) return ENOMEM;
    libc_lock(&handlers_lock);
    *entry = (struct handlers){{prepare, parent, child}, 0, last};
    *(last ? &last->next : &first) = entry;
    last = entry;
    libc_unlock(&handlers_lock);
    return 0;
}

// The last registered prepares first, and comes back last. The lock is held from prepare on.
void __fork_handlers(enum fork_phase phase) {
    if (phase == FORK_PREPARE) {
        libc_lock(&handlers_lock);
        for (struct handlers* each = last; each; each = each->previous)
            if (each->call[phase]) each->call[phase]();
        return;
    }
    for (struct handlers* each = first; each; each = each->next)
        if (each->call[phase]) each->call[phase]();
    if (phase == FORK_CHILD)
        handlers_lock = 0;
    else
        libc_unlock(&handlers_lock);
}

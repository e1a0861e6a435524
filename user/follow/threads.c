// The threads that records are about.
#include "user/follow/follow.h"

#include <stdlib.h>

static struct Thread** threads;
static unsigned count;

struct Thread* thread_of(unsigned tid) {
    for (unsigned i = 0; i < count; i++)
        if (threads[i]->tid == tid) return threads[i];
    threads = realloc(threads, (count + 1) * sizeof *threads);
    struct Thread* fresh = calloc(1, sizeof *fresh);
    if (!threads || !fresh) exit(1);
    fresh->tid = fresh->pid = tid;
    snprintf(fresh->name, sizeof fresh->name, tid ? "?" : "kernel");
    return threads[count++] = fresh;
}

unsigned thread_count(void) {
    unsigned followed = 0;
    for (unsigned i = 0; i < count; i++) followed += threads[i]->followed;
    return followed;
}

// The threads that records are about.
#include "user/follow/follow.h"

#include <stdlib.h>
#include <string.h>

static struct Thread** threads;
static unsigned count;

// Of one that isn't followed there is no record that names it.
static void name_from_proc(struct Thread* thread) {
    snprintf(thread->name, sizeof thread->name, thread->tid ? "?" : "kernel");
    char path[32];
    snprintf(path, sizeof path, "/proc/%u/comm", thread->tid);
    FILE* file = thread->tid ? fopen(path, "r") : NULL;
    if (!file) return;
    if (fgets(thread->name, sizeof thread->name, file))
        thread->name[strcspn(thread->name, "\n")] = 0;
    fclose(file);
}

struct Thread* thread_of(unsigned tid) {
    for (unsigned i = 0; i < count; i++)
        if (threads[i]->tid == tid) return threads[i];
    threads = realloc(threads, (count + 1) * sizeof *threads);
    struct Thread* fresh = calloc(1, sizeof *fresh);
    if (!threads || !fresh) exit(1);
    fresh->tid = fresh->pid = tid;
    name_from_proc(fresh);
    return threads[count++] = fresh;
}

unsigned thread_count(void) {
    unsigned followed = 0;
    for (unsigned i = 0; i < count; i++) followed += threads[i]->followed;
    return followed;
}

// The end of a program: exit(3), atexit(3), and what C++ registers.
#include <stdlib.h>
#include <unistd.h>

#include "lock.h"
#include "start.h"
#include "sysdep.h"

struct exit_entry {
    void (*function)(void*);
    void* argument;
};
enum { BLOCK_ENTRIES = 32 };
struct exit_block {
    struct exit_block* previous;
    int count;
    struct exit_entry entries[BLOCK_ENTRIES];
};
static struct exit_block first_block;
static struct exit_block* last_block = &first_block;
static int exit_lock;
void* __dso_handle attribute_hidden;

void __stdio_exit(void) __attribute__((weak));
extern void (*__fini_array_start[])(void) attribute_hidden;
extern void (*__fini_array_end[])(void) attribute_hidden;

int __cxa_atexit(void (*function)(void*), void* argument, void* dso) {
    (void)dso;
    libc_lock(&exit_lock);
    if (last_block->count == BLOCK_ENTRIES) {
        struct exit_block* block = malloc(sizeof *block);
        if (!block) {
            libc_unlock(&exit_lock);
            return -1;
        }
        block->previous = last_block;
        block->count = 0;
        last_block = block;
    }
    last_block->entries[last_block->count++] = (struct exit_entry){function, argument};
    libc_unlock(&exit_lock);
    return 0;
}

static void call_plain(void* function) { ((void (*)(void))function)(); }

int atexit(void (*function)(void)) { return __cxa_atexit(call_plain, (void*)function, 0); }

static void run_handlers(void) {
    for (;;) {
        libc_lock(&exit_lock);
        while (last_block->count == 0 && last_block->previous) last_block = last_block->previous;
        if (last_block->count == 0) break;
        struct exit_entry entry = last_block->entries[--last_block->count];
        libc_unlock(&exit_lock);
        entry.function(entry.argument);
    }
    libc_unlock(&exit_lock);
}

void exit(int status) {
    run_handlers();
    for (void (**next)(void) = __fini_array_end; next > __fini_array_start;) (*--next)();
    if (__stdio_exit) __stdio_exit();
    _exit(status);
}

void _exit(int status) {
    for (;;) INTERNAL_SYSCALL(exit_group, 1, status);
}
strong_alias(_exit, _Exit)

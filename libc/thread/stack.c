// The memory of threads: guard pages, stack, thread-local storage and control block in one mapping.
//
// A thread can't free what it stands on. It leaves its mapping on a list, and whoever makes the
// next thread takes one there whose former owner has ended: its tid is 0, which the kernel writes
// last.
#include "stack.h"

#include <string.h>
#include <sys/mman.h>

#include "lock.h"
#include "sysdep.h"
#include "threads.h"

enum { PAGE = 4096, KEPT = 16 }; // mappings that are kept for threads to come

static struct tcb* released; // through tcb.next, under the lock of the thread list
static int released_count;

static size_t round_up(size_t value, size_t unit) { return (value + unit - 1) & -unit; }

// Takes an ended thread's block out of the list: one with these lengths, or any (0, 0).
static struct tcb* take_ended(size_t length, size_t guard) {
    for (struct tcb** at = &released; *at; at = &(*at)->next) {
        struct tcb* thread = *at;
        int fits = !length || (thread->mapping_length == length && thread->guard_length == guard);
        if (!fits || __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE)) continue;
        *at = thread->next;
        released_count--;
        return thread;
    }
    return 0;
}

void __stack_release(struct tcb* thread) {
    if (!thread->mapping) return;
    libc_lock(&__thread_list_lock);
    struct tcb* surplus = released_count >= KEPT ? take_ended(0, 0) : 0;
    thread->next = released;
    released = thread;
    released_count++;
    libc_unlock(&__thread_list_lock);
    if (surplus) munmap(surplus->mapping, surplus->mapping_length);
}

static char* map(size_t length, size_t guard) {
    char* mapping = mmap(0, length, guard ? PROT_NONE : PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) return 0;
    if (guard && mprotect(mapping + guard, length - guard, PROT_READ | PROT_WRITE) < 0) {
        munmap(mapping, length);
        return 0;
    }
    return mapping;
}

struct tcb* __stack_make(const pthread_attr_t* attributes, void** stack_top) {
    size_t area = round_up(__tls_area_size(), 64);
    char *mapping = 0, *end;
    size_t guard = 0, length = 0;
    if (attributes->__a.__stack) {
        end = (char*)((uintptr_t)attributes->__a.__stack & -(uintptr_t)64);
    } else {
        guard = round_up(attributes->__a.__guard_size, PAGE);
        length = round_up(attributes->__a.__stack_size + area, PAGE) + guard;
        libc_lock(&__thread_list_lock);
        struct tcb* ended = take_ended(length, guard);
        libc_unlock(&__thread_list_lock);
        mapping = ended ? ended->mapping : map(length, guard);
        if (!mapping) return 0;
        end = mapping + length;
    }
    memset(end - area, 0, area);
    struct tcb* thread = __tls_lay_out(end - area);
    thread->mapping = mapping;
    thread->mapping_length = length;
    thread->guard_length = guard;
    thread->stack_guard = THREAD_FIELD(stack_guard);
    *stack_top = end - area;
    return thread;
}

void __stack_forget_others(void) {
    struct tcb* next;
    for (struct tcb* each = __thread_list; each; each = next) {
        next = each->next;
        if (each != THREAD_SELF && each->mapping) munmap(each->mapping, each->mapping_length);
    }
    for (struct tcb* each = released; each; each = next) {
        next = each->next;
        munmap(each->mapping, each->mapping_length);
    }
    released = 0;
    released_count = 0;
}

// The thread control block: what the thread pointer (fs on x86-64, gs on i386) points to.
//
// Below it lie the thread's .tdata and .tbss (variant II of "ELF Handling For Thread-Local
// Storage", U. Drepper); the first fields have the places that compilers know: the pointer to
// itself at 0, the stack protector's canary at fs:0x28 and gs:0x14.
#pragma once
#include <bits/types.h>

struct cleanup_handler;

struct tcb {
    void* self;            // 0
    void* dynamic_vector;  // none: all thread-local storage is static
    struct tcb* thread;    // the same address as self
    int multiple_threads;  // 0x18 / 0x0c: SINGLE_THREAD_P is its being 0
    uintptr_t system_info; // of the processor supplement; unused
    uintptr_t stack_guard; // 0x28 / 0x14

    volatile int cancel_pending; // 0x30 / 0x18: pthread_cancel(3) has asked for it
    volatile int cancel_state;   // PTHREAD_CANCEL_ENABLE or _DISABLE
    volatile int cancel_type;    // PTHREAD_CANCEL_DEFERRED or _ASYNCHRONOUS
    volatile int exiting;        // no longer to be cancelled
    struct cleanup_handler* cleanup;

    int tid;        // 0: not asked for yet, or ended: the kernel clears it then
    int join_state; // THREAD_JOINABLE …
    void* (*start)(void*);
    void* argument;
    void* result;
    void* mapping; // what was mapped for the thread: guard, stack, this; null if nothing was
    size_t mapping_length, guard_length;
    void** specific; // values of pthread_setspecific, made when first used
    struct tcb *next, *previous;
    struct {
        void* next; // a ring through the mutexes' __next, closed by this one's address
        long word_offset;
        void* pending;
    } robust; // as get_robust_list(2) has it; registered if next isn't null
};

enum { THREAD_JOINABLE, THREAD_DETACHED, THREAD_EXITED };

#ifdef __x86_64__
#define THREAD_SEGMENT __seg_fs
#else
#define THREAD_SEGMENT __seg_gs
#endif
#define THREAD_FIELD(field) (((THREAD_SEGMENT struct tcb*)0)->field)
#define THREAD_SELF (THREAD_FIELD(thread))
#define SINGLE_THREAD_P (THREAD_FIELD(multiple_threads) == 0)

// Lays out a thread's storage in [memory, memory + __tls_area_size()), returns its control block.
struct tcb* __tls_lay_out(void* memory);
size_t __tls_area_size(void);
// Points this thread's segment register at `thread`. Returns 0 or −errno.
int __set_thread_area(struct tcb* thread);

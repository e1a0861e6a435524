// Threads come into being, and go.
#include "kernel/sched/thread.h"
#include "kernel/arch/fpu.h"
#include "kernel/arch/paging.h"
#include "kernel/base/assert.h"
#include "kernel/base/ref.h"
#include "kernel/sched/threads.h"

extern "C" void thread_trampoline();
extern "C" [[noreturn]] void leave_to_user(TrapFrame* frame);

namespace {

// The registers that switch_context restores from a new thread's stack, lowest address first.
struct FirstContext {
    u64 r15, r14, argument, start, rbx, rbp;
    void (*return_address)();
    u64 end_of_backtrace;
};

Thread& owner_of(Timer& timer) {
    return *reinterpret_cast<Thread*>(reinterpret_cast<u8*>(&timer) - offsetof(Thread, wake_timer));
}

void wait_timed_out(Timer& timer) {
    Thread& thread = owner_of(timer);
    thread.timed_out = thread.state == ThreadState::blocked;
    scheduler_resume(thread);
}

// `start` is null for a thread that begins in user mode.
Result<Thread*> create(void (*start)(void*), void* argument) {
    void* memory = kmalloc(sizeof(Thread));
    if (!memory) return Errno{ENOMEM};
    void* stack = kernel_stack_allocate();
    if (!stack) {
        kfree(memory);
        return Errno{ENOMEM};
    }
    Thread* thread = new (memory) Thread;
    thread->kernel_stack = stack;
    auto* context = reinterpret_cast<FirstContext*>(&thread->trap_frame()) - 1;
    context = reinterpret_cast<FirstContext*>(reinterpret_cast<uptr>(context) & ~uptr{15});
    *context = {0,
                0,
                reinterpret_cast<u64>(argument),
                reinterpret_cast<u64>(start),
                0,
                0,
                thread_trampoline,
                0};
    thread->kernel_rsp = reinterpret_cast<u64>(context);
    return thread;
}

} // namespace

Thread::Thread() : wake_timer(wait_timed_out) {}

Result<Thread*> thread_create(void (*start)(void*), void* argument) {
    return create(start, argument);
}
Result<Thread*> thread_create_user() { return create(nullptr, nullptr); }

void thread_discard(Thread& thread) {
    fpu_discard(thread);
    kernel_stack_free(thread.kernel_stack);
    thread.~Thread();
    kfree(&thread);
}

// Called by thread_trampoline, on the new thread's stack.
extern "C" [[noreturn]] void thread_begin(void (*start)(void*), void* argument) {
    scheduler_finish_switch();
    if (!start) thread_enter_user();
    start(argument);
    thread_exit();
}

void thread_enter_user() { leave_to_user(&current_thread().trap_frame()); }

// The scheduler: one round-robin queue. The kernel isn't preempted: a thread runs until it blocks,
// yields or returns to user mode with its time slice over.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/sched/thread.h"

// A kernel thread that will run start(argument) once made runnable; when start returns, the thread
// ends. ENOMEM.
Result<Thread*> thread_create(void (*start)(void*), void* argument);
// A thread that begins by returning to user mode with what the caller puts into its trap_frame().
// It is blocked until make_runnable(). ENOMEM.
Result<Thread*> thread_create_user();
// Frees a thread that was never made runnable.
void thread_discard(Thread& thread);
// Ends the calling thread. Its stack and its Thread are freed as soon as another one runs; whoever
// keeps a pointer to it must drop that first.
[[noreturn]] void thread_exit();
// Leaves the kernel with the calling thread's trap_frame(): the end of execve.
[[noreturn]] void thread_enter_user();

// The address space in which `thread` runs user code, and its top page table; loaded at once when
// the thread is the current one. Null and 0: none.
void thread_set_address_space(Thread& thread, AddressSpace* space, PhysicalAddress root);
// Must be called before the tables under `root` are freed: makes sure that they aren't in use.
void page_root_unload(PhysicalAddress root);

// Makes a blocked or stopped thread run; on any other, notes that it was told (wake_pending).
void make_runnable(Thread& thread);
// Ends the thread's wait when that is interruptible: for the sender of a signal.
void thread_interrupt(Thread& thread);
// Job control: stops the calling thread until thread_continue().
void thread_stop_current();
void thread_continue(Thread& thread);

// Gives up the processor; returns when the calling thread is next. The caller has set its state.
void schedule();
// Lets the others run first.
void yield();
// EINTR when interruptible and a signal came; otherwise returns at `deadline` (monotonic).
Result<void> sleep_until(Nanoseconds deadline, bool interruptible = true);

// --- work noted by interrupt handlers, done at safe points ---

struct Work {
    explicit Work(void (*run)(Work&)) : run(run) {}
    ListNode node;
    void (*run)(Work&);
};
// May be called from an interrupt handler. Raising what is already raised is harmless.
void work_raise(Work& work);
// Runs raised work and timers that are due. A safe point: on the way to user mode, before blocking,
// in the idle loop; a long loop in the kernel may call it too.
void run_pending_work();

// A device that is polled while there is nothing else to run, before the processor sleeps.
struct IdlePoller {
    explicit IdlePoller(bool (*poll)(IdlePoller&), void (*before_sleep)(IdlePoller&) = nullptr)
        : poll(poll), before_sleep(before_sleep) {}
    ListNode node;
    bool (*poll)(IdlePoller&);         // true when it found something to do
    void (*before_sleep)(IdlePoller&); // unmasks the device's interrupt; may be null
};
void register_idle_poller(IdlePoller& poller);

// How long the idle loop polls before it sleeps.
constexpr Nanoseconds idle_poll_time = us_to_ns(150);
constexpr Nanoseconds time_slice = ms_to_ns(5);
// While a program runs the clock's interrupt comes at least this often, to see where the time goes.
constexpr Nanoseconds sample_interval = ms_to_ns(10);

struct SchedulerStatistics {
    u64 context_switches;
    Nanoseconds idle_time;
    u32 runnable; // with the current one, without idle
};
SchedulerStatistics scheduler_statistics();

// Processor time as the samples of proc/cpu_time.h attribute it.
struct CpuTimes {
    Nanoseconds user = 0, system = 0;

    CpuTimes& operator+=(const CpuTimes& other) {
        user += other.user;
        system += other.system;
        return *this;
    }
    Nanoseconds sum() const { return user + system; }
};
extern CpuTimes machine_cpu_times; // of all programs since the start

// Makes the boot thread the idle thread.
void scheduler_init();
// The idle thread's loop.
[[noreturn]] void scheduler_idle();

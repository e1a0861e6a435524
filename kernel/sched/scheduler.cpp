// The run queue and the switch between threads.
#include "kernel/sched/scheduler.h"
#include "kernel/arch/clock.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/fpu.h"
#include "kernel/arch/paging.h"
#include "kernel/arch/segments.h"
#include "kernel/base/assert.h"
#include "kernel/base/math.h"
#include "kernel/sched/threads.h"

extern "C" void switch_context(u64* save_rsp, u64 load_rsp);
extern "C" u8 boot_stack[];

namespace {

List<Thread, &Thread::run_node> run_queue;
u32 queued = 0;
List<Work, &Work::node> raised_work;
Thread idle_thread;
Thread* dying = nullptr; // has left its stack for ever; freed by the next thread
u64 switches = 0;

// A thread that has run for this long makes way for one that was just woken.
constexpr Nanoseconds wakeup_granularity = ms_to_ns(1);
// When work keeps coming, programs still get this long before it is looked at again.
constexpr Nanoseconds work_pause = us_to_ns(200);

void enqueue(Thread& thread) {
    thread.state = ThreadState::runnable;
    run_queue.push_back(thread);
    ++queued;
    this_cpu().work_pending = 1; // the running thread's time slice begins to count
}

void load_page_root(PhysicalAddress root) {
    Cpu& cpu = this_cpu();
    if (root == cpu.page_root) return;
    cpu.page_root = root;
    write_cr3(root);
}

void switch_to(Thread& next) {
    Cpu& cpu = this_cpu();
    Thread& previous = *cpu.current;
    const Nanoseconds now = clock_monotonic();
    previous.cpu_time += now - previous.switched_in;
    previous.need_resched = false;
    next.switched_in = now;
    next.state = ThreadState::running;
    cpu.current = &next;
    ++switches;
    if (next.page_root) load_page_root(next.page_root);
    segments_set_kernel_stack(reinterpret_cast<u64>(next.kernel_stack) + Thread::kernel_stack_size);
    segments_switch(previous, next);
    fpu_switch(next);
    switch_context(&previous.kernel_rsp, next.kernel_rsp);
    scheduler_finish_switch();
}

} // namespace

CpuTimes machine_cpu_times;

void scheduler_finish_switch() {
    if (current_thread().trace.followed) TRACE_EVENT(sched);
    if (Thread* thread = std::exchange(dying, nullptr)) thread_discard(*thread);
}

void schedule() {
    Cpu& cpu = this_cpu();
    Thread* next = run_queue.pop_front();
    if (next)
        --queued;
    else
        next = cpu.idle;
    if (next == cpu.current) {
        next->state = ThreadState::running;
        next->need_resched = false;
        return;
    }
    if (cpu.current->trace.followed || next->trace.followed)
        TRACE_EVENT(sched, "to", TraceTid{static_cast<u32>(next->tid)});
    switch_to(*next);
}

void yield() {
    Thread& thread = current_thread();
    thread.need_resched = false;
    if (run_queue.empty()) return;
    if (&thread != this_cpu().idle) enqueue(thread);
    schedule();
}

void scheduler_resume(Thread& thread) {
    if (thread.state != ThreadState::blocked) return;
    if (thread.trace.followed) [[unlikely]] {
        TraceContext told(TRACE_CONTEXT_WORK); // by whomever
        TRACE_EVENT(sched, "thread", TraceTid{static_cast<u32>(thread.tid)});
    }
    enqueue(thread);
    Thread& current = current_thread();
    if (!current.process || clock_monotonic() - current.switched_in <= wakeup_granularity) return;
    current.need_resched = true;
    run_queue.remove(thread); // and it is next
    run_queue.push_front(thread);
}

void make_runnable(Thread& thread) {
    thread.wake_pending = true;
    scheduler_resume(thread);
}

void thread_stop_current() {
    current_thread().state = ThreadState::stopped;
    schedule();
}

void thread_continue(Thread& thread) {
    if (thread.state == ThreadState::stopped) enqueue(thread);
}

void thread_exit() {
    Thread& thread = current_thread();
    thread.wake_timer.~Timer();
    new (&thread.wake_timer) Timer(nullptr);
    thread.state = ThreadState::zombie;
    ASSERT(!dying);
    dying = &thread;
    schedule();
    panic("a dead thread ran");
}

void thread_set_address_space(Thread& thread, AddressSpace* space, PhysicalAddress root) {
    thread.address_space = space;
    thread.page_root = root;
    if (&thread == &current_thread() && root) load_page_root(root);
}

void page_root_unload(PhysicalAddress root) {
    if (this_cpu().page_root == root) load_page_root(kernel_page_root());
}

void work_raise(Work& work) {
    if (!work.node.linked()) raised_work.push_back(work);
    this_cpu().work_pending = 1;
}

static void run_raised_work() {
    TRACE_STATION(irq);
    List<Work, &Work::node> batch; // what is raised meanwhile has to wait
    batch.splice_back(raised_work);
    while (Work* work = batch.pop_front()) work->run(*work);
}

void run_pending_work() {
    Cpu& cpu = this_cpu();
    TraceContext for_everyone(TRACE_CONTEXT_WORK);
    cpu.work_pending = 0;
    if (!raised_work.empty()) run_raised_work();
    const Nanoseconds now = clock_monotonic();
    TimerQueue& timers = kernel_timers();
    if (timers.next_expiry() <= now) timers.run(now);

    // When must the next interrupt come?
    Nanoseconds deadline = timers.next_expiry();
    if (!raised_work.empty()) deadline = min(deadline, now + work_pause);
    if (cpu.current != cpu.idle) deadline = min(deadline, now + sample_interval);
    if (!run_queue.empty() && cpu.current != cpu.idle) {
        const Nanoseconds slice_end = cpu.current->switched_in + time_slice;
        if (slice_end <= now)
            cpu.current->need_resched = true;
        else
            deadline = min(deadline, slice_end);
    }
    clock_arm(deadline);
    cpu.work_pending = 0; // timers that were set meanwhile are in `deadline`
}

SchedulerStatistics scheduler_statistics() {
    const bool idle = this_cpu().current == &idle_thread;
    return {switches, idle_thread.cpu_time, queued + !idle};
}

bool scheduler_has_runnable() { return !run_queue.empty(); }
bool scheduler_has_work() { return !raised_work.empty(); }

void scheduler_init() {
    Cpu& cpu = this_cpu();
    idle_thread.kernel_stack = boot_stack;
    idle_thread.state = ThreadState::running;
    cpu.idle = cpu.current = &idle_thread;
}

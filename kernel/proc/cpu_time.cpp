// Sampling processor time.
#include "kernel/proc/cpu_time.h"

namespace {

// The kernel runs with interrupts off, so an interrupt that falls due in it comes right after the
// return: behind an instruction that enters the kernel, or at one that has just faulted.
bool came_from_kernel(const TrapFrame& frame, const Task& task) {
    if (frame.rip == task.fault_instruction) return true;
    u8 code[2];
    if (!copy_from_user(code, UserPtr<const void>(frame.rip - sizeof code), sizeof code).ok())
        return false;
    const bool syscall = code[0] == 0x0f && code[1] == 0x05;
    const bool int80 = code[0] == 0xcd && code[1] == 0x80;
    return syscall || int80;
}

void attribute(Nanoseconds& to, Nanoseconds& of_machine, Nanoseconds time) {
    to += time;
    of_machine += time;
}

Nanoseconds unsampled(const Task& task) {
    const Nanoseconds total = task_cpu_time(task), known = task.times.sum();
    return total > known ? total - known : 0;
}

} // namespace

void sample_cpu_time(const TrapFrame& frame) {
    if (!in_process()) return;
    Task& task = current_task();
    if (came_from_kernel(frame, task))
        attribute(task.times.system, machine_cpu_times.system, unsampled(task));
    else
        attribute(task.times.user, machine_cpu_times.user, unsampled(task));
}

// A thread without a sample has done little more than begin and end.
void settle_cpu_time(Task& task) {
    const Nanoseconds rest = unsampled(task), known = task.times.sum();
    const u64 per_mille = task.times.user / (known / 1000 + 1);
    const Nanoseconds user = rest / 1000 * per_mille;
    attribute(task.times.user, machine_cpu_times.user, user);
    attribute(task.times.system, machine_cpu_times.system, rest - user);
}

CpuTimes cpu_times_of(const Process& process) {
    CpuTimes total = process.dead_threads_times;
    for (const Task& task : process.threads) total += task.times;
    return total;
}

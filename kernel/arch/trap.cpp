// Where the entries of entry_trap.asm arrive: exceptions are sorted into page faults, first uses of
// the FPU, faults of user copies, the user's own errors, and bugs of ours.
#include "kernel/arch/cpu.h"
#include "kernel/arch/fpu.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/paging.h"
#include "kernel/arch/panic.h"
#include "kernel/arch/vectors.h"
#include "kernel/base/format.h"
#include "kernel/sched/scheduler.h"

TrapHooks trap_hooks;

namespace {

enum : u64 { vector_nmi = 2, vector_no_fpu = 7, vector_protection = 13, vector_page_fault = 14 };

struct ExceptionTableEntry {
    u64 fault, fixup;
};
extern "C" const ExceptionTableEntry ex_table_start[], ex_table_end[];

void user_error(TrapFrame& frame, uptr address) {
    if (!trap_hooks.user_exception)
        panic_with_frame(frame, "%s in user mode", exception_name(frame.vector));
    trap_hooks.user_exception(frame, address);
}

[[noreturn]] void kernel_error(TrapFrame& frame, uptr address) {
    if (frame.vector != vector_page_fault)
        panic_with_frame(frame, "%s in the kernel", exception_name(frame.vector));
    if (kernel_stack_guard_hit(address)) panic_with_frame(frame, "kernel stack overflow");
    panic_with_frame(frame, "page fault in the kernel: %s of %#lx",
                     frame.error_code & fault_fetch   ? "execution"
                     : frame.error_code & fault_write ? "write"
                                                      : "read",
                     address);
}

bool repaired(uptr address, u64 error_code) {
    return address < user_end64 && trap_hooks.handle_user_fault &&
           trap_hooks.handle_user_fault(address, error_code).ok();
}

void page_fault(TrapFrame& frame) {
    const uptr address = read_cr2();
    if (frame.from_user()) {
        if (!repaired(address, frame.error_code)) user_error(frame, address);
        return;
    }
    // The kernel touches user memory only in the user copies, each of which has a fix-up.
    const uptr fixup = exception_fixup(frame.rip);
    if (!fixup) kernel_error(frame, address);
    if (!repaired(address, frame.error_code)) frame.rip = fixup;
}

void exception(TrapFrame& frame) {
    if (frame.vector == vector_nmi) {
        kprintf("non-maskable interrupt\n");
        return;
    }
    if (frame.from_user()) {
        if (frame.vector == vector_no_fpu && fpu_first_use()) return;
        user_error(frame, 0);
        return;
    }
    const uptr fixup = exception_fixup(frame.rip); // a non-canonical user address gives vector 13
    if (!fixup || frame.vector != vector_protection) {
        if (frame.vector == 8 && kernel_stack_guard_hit(read_cr2()))
            panic_with_frame(frame, "kernel stack overflow (double fault)");
        kernel_error(frame, 0);
    }
    frame.rip = fixup;
}

void tick(const TrapFrame& frame) {
    TraceContext interrupt(TRACE_CONTEXT_INTERRUPT);
    if (current_thread().trace.followed) TRACE_EVENT(irq);
    clock_interrupt();
    if (frame.from_user() && trap_hooks.user_tick) trap_hooks.user_tick(frame);
}

} // namespace

uptr exception_fixup(uptr rip) {
    for (const ExceptionTableEntry* entry = ex_table_start; entry < ex_table_end; ++entry)
        if (entry->fault == rip) return entry->fixup;
    return 0;
}

extern "C" void trap_dispatch(TrapFrame& frame) {
    if (frame.vector == vector_page_fault)
        page_fault(frame);
    else if (frame.vector < exception_count)
        exception(frame);
    else if (frame.vector == timer_vector)
        tick(frame);
    else if (frame.vector < irq_vector_base + 16)
        interrupt_dispatch(frame.vector - irq_vector_base);
}

// The slow way back to user mode: something is to be done first. Signals come last, since work and
// other threads may send some.
extern "C" void return_to_user(TrapFrame& frame) {
    Thread& thread = current_thread();
    for (;;) {
        run_pending_work();
        if (thread.need_resched) {
            yield();
        } else if (thread.signal_pending) {
            if (trap_hooks.deliver_signals)
                trap_hooks.deliver_signals(frame);
            else
                thread.signal_pending = false;
        } else if (!this_cpu().work_pending) {
            return;
        }
    }
}

// A frame that IRETQ would refuse, made by a program's sigreturn: the program's own fault.
extern "C" void trap_bad_return(TrapFrame& frame) {
    frame.vector = vector_protection;
    frame.error_code = 0;
    frame.cs = user_code64_selector;
    frame.ss = user_data_selector;
    frame.rip = 0;
    user_error(frame, 0);
}

// Device interrupts. A handler runs with interrupts off on the stack of whatever was interrupted:
// it acknowledges its device, notes what happened (work_raise, kernel/sched/scheduler.h) and
// leaves. It must not block, allocate, or touch the network or a file.
#pragma once

#include "kernel/arch/trap_frame.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"

struct InterruptHandler {
    // True when its device had raised the line.
    using Function = bool (*)(void* context);

    InterruptHandler(Function function, void* context) : function(function), context(context) {}

    ListNode node;
    Function function;
    void* context;
};

// Adds a handler to IRQ line 0-15 (as PCI configuration byte 0x3c gives it) and unmasks the line.
// `level`: the line is level-triggered and may be shared (PCI). EINVAL for no such line.
Result<void> interrupt_register(unsigned irq, InterruptHandler& handler, bool level);
u64 interrupt_count(unsigned irq);

// Loads the IDT, moves the 8259s' vectors out of the exceptions' way, masks every line.
void interrupts_init();

// What a higher floor has to say about a fault of user code; null until it registers.
struct TrapHooks {
    // Makes the page at `address` present as `error_code` (SDM vol. 3, 4.7) wants it, or an errno
    // when the program has no right to it: SIGSEGV, or EFAULT in a user copy.
    Result<void> (*handle_user_fault)(uptr address, u64 error_code) = nullptr;
    // An exception of user code that is to become a signal.
    void (*user_exception)(TrapFrame& frame, uptr fault_address) = nullptr;
    // Delivers pending signals, on the way back to user mode.
    void (*deliver_signals)(TrapFrame& frame) = nullptr;
    // The clock's interrupt came while user code ran (or as soon as it ran again).
    void (*user_tick)(const TrapFrame& frame) = nullptr;
};
extern TrapHooks trap_hooks;

const char* exception_name(u64 vector);

// Looks up the fix-up for a fault at `rip` in the __ex_table section (pairs of 64-bit addresses:
// instruction that may fault, where to go on); 0 when there is none.
uptr exception_fixup(uptr rip);

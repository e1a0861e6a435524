// Exceptions of user code: page faults that demand paging resolves, and the signals that the rest
// become. Mapping as on Linux (arch/x86/kernel/traps.c as documented in sigaction(2)).
#include "kernel/arch/fpu.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/proc/cpu_time.h"
#include "kernel/proc/process.h"
#include "kernel/proc/procfs_pid.h"
#include "kernel/proc/signal_owner.h"
#include "kernel/proc/tty.h"

Result<void> handle_user_fault(uptr address, u64 error_code) {
    TRACE_STATION(mem, "address", TraceHex{address}, "access", TraceHex{error_code});
    if (!in_process()) return Errno{EFAULT};
    Task& task = current_task();
    Process& process = *task.process;
    process.minor_faults++;
    task.fault_instruction = task.thread->trap_frame().rip;
    const FaultOutcome outcome = process.memory->handle_fault(address, error_code);
    if (outcome == FaultOutcome::resolved) [[likely]]
        return {};
    task.last_fault = outcome;
    if (outcome == FaultOutcome::out_of_memory) {
        kprintf("out of memory: killed process %d (%s), %llu KiB resident\n", process.pid,
                task.name, static_cast<unsigned long long>(process.memory->resident_pages()) * 4);
        force_signal(task, SignalInfo{.signal = SIGKILL, .code = SI_KERNEL});
    }
    return Errno{EFAULT};
}

namespace {

// The first unmasked exception in a set of flags (x87 status word and MXCSR have the same order).
int float_code(u32 raised) {
    if (raised & 1) return FPE_FLTINV;
    if (raised & 4) return FPE_FLTDIV;
    if (raised & 8) return FPE_FLTOVF;
    if (raised & 2 || raised & 16) return FPE_FLTUND;
    return FPE_FLTRES;
}

// Where the words lie in an FXSAVE area: Intel SDM vol. 1, table 10-2.
constexpr usize fx_control = 0, fx_status = 2, fx_mxcsr = 24;

int float_exception_code(bool simd) {
    const FpuState* state = fpu_state(current_thread());
    if (!state) return FPE_FLTINV;
    u16 control, status;
    u32 mxcsr;
    memcpy(&control, state->bytes + fx_control, sizeof(control));
    memcpy(&status, state->bytes + fx_status, sizeof(status));
    memcpy(&mxcsr, state->bytes + fx_mxcsr, sizeof(mxcsr));
    return simd ? float_code(mxcsr & ~(mxcsr >> 7) & 0x3f) : float_code(status & ~control & 0x3f);
}

SignalInfo fault_info(int signal, int code, uptr address) {
    SignalInfo info;
    info.signal = signal;
    info.code = code;
    info.kind = SignalInfo::Kind::fault;
    info.value = address;
    return info;
}

SignalInfo page_fault_info(const Task& task, uptr address) {
    switch (task.last_fault) {
    case FaultOutcome::beyond_end:
        return fault_info(SIGBUS, BUS_ADRERR, address);
    case FaultOutcome::no_access:
        return fault_info(SIGSEGV, SEGV_ACCERR, address);
    case FaultOutcome::out_of_memory:
        return SignalInfo{.signal = SIGKILL, .code = SI_KERNEL};
    default:
        return fault_info(SIGSEGV, SEGV_MAPERR, address);
    }
}

SignalInfo exception_info(const Task& task, const TrapFrame& frame, uptr address) {
    switch (frame.vector) {
    case 0:
        return fault_info(SIGFPE, FPE_INTDIV, frame.rip);
    case 1:
        return fault_info(SIGTRAP, TRAP_TRACE, frame.rip);
    case 3:
        return SignalInfo{.signal = SIGTRAP, .code = SI_KERNEL};
    case 6:
        return fault_info(SIGILL, ILL_ILLOPN, frame.rip);
    case 11: // segment not present
    case 12:
        return SignalInfo{.signal = SIGBUS, .code = SI_KERNEL};
    case 14:
        return page_fault_info(task, address);
    case 16:
        return fault_info(SIGFPE, float_exception_code(false), frame.rip);
    case 17:
        return fault_info(SIGBUS, BUS_ADRALN, 0);
    case 19:
        return fault_info(SIGFPE, float_exception_code(true), frame.rip);
    default:
        return SignalInfo{.signal = SIGSEGV, .code = SI_KERNEL};
    }
}

} // namespace

void user_exception(TrapFrame& frame, uptr address) {
    Task& task = current_task();
    task.last_vector = frame.vector;
    task.last_error_code = frame.error_code;
    if (frame.vector == 14) {
        // A kernel address never reached handle_user_fault().
        if (address >= task.process->memory->end()) task.last_fault = FaultOutcome::not_mapped;
        task.last_fault_address = address;
    }
    force_signal(task, exception_info(task, frame, address));
}

void proc_init() {
    trap_hooks.handle_user_fault = handle_user_fault;
    trap_hooks.user_exception = user_exception;
    trap_hooks.user_tick = sample_cpu_time;
    trap_hooks.deliver_signals = deliver_signals;
    signal_owner_init();
    tty_init();
    register_proc_pids();
}

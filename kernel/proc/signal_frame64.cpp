// The x86-64 signal frame: what a handler finds on its stack, and the way back by rt_sigreturn.
// Layout: Linux's struct rt_sigframe; asm/sigcontext.h, asm/ucontext.h.
#include "kernel/arch/fpu.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/proc/signal_frame.h"

namespace {

struct Frame64 {
    u64 return_address;
    ucontext_native context;
    siginfo_native info;
};
constexpr u64 red_zone = 128; // System V ABI, 3.2.2
constexpr u64 uc_sigcontext_ss = 2, uc_strict_restore_ss = 4;

sigcontext_native save_registers(const TrapFrame& f, const Task& task) {
    sigcontext_native c{};
    c.r8 = f.r8, c.r9 = f.r9, c.r10 = f.r10, c.r11 = f.r11;
    c.r12 = f.r12, c.r13 = f.r13, c.r14 = f.r14, c.r15 = f.r15;
    c.rdi = f.rdi, c.rsi = f.rsi, c.rbp = f.rbp, c.rbx = f.rbx;
    c.rdx = f.rdx, c.rax = f.rax, c.rcx = f.rcx, c.rsp = f.rsp;
    c.rip = f.rip, c.eflags = f.rflags;
    c.cs = static_cast<u16>(f.cs), c.ss = static_cast<u16>(f.ss);
    c.err = task.last_error_code, c.trapno = task.last_vector, c.cr2 = task.last_fault_address;
    c.oldmask = task.blocked;
    return c;
}

void load_registers(TrapFrame& f, const sigcontext_native& c) {
    f.r8 = c.r8, f.r9 = c.r9, f.r10 = c.r10, f.r11 = c.r11;
    f.r12 = c.r12, f.r13 = c.r13, f.r14 = c.r14, f.r15 = c.r15;
    f.rdi = c.rdi, f.rsi = c.rsi, f.rbp = c.rbp, f.rbx = c.rbx;
    f.rdx = c.rdx, f.rax = c.rax, f.rcx = c.rcx, f.rsp = c.rsp;
    f.rip = c.rip;
    f.rflags = (f.rflags & ~rflags_restorable) | (c.eflags & rflags_restorable);
    // Only user segments, whatever the frame says.
    f.cs = c.cs == user_code32_selector ? user_code32_selector : user_code64_selector;
    f.ss = user_data_selector;
    f.original_rax = -1;
}

} // namespace

siginfo_native to_native(const SignalInfo& info) {
    siginfo_native out{};
    out.si_signo = info.signal;
    out.si_errno = info.error;
    out.si_code = info.code;
    switch (info.kind) {
    case SignalInfo::Kind::sender:
        out.sender = {info.pid, info.uid, info.value};
        break;
    case SignalInfo::Kind::fault:
        out.fault.address = info.value;
        break;
    case SignalInfo::Kind::child:
        out.child = {info.pid,
                     info.uid,
                     static_cast<i32>(info.value),
                     0,
                     static_cast<i64>(info.user_ticks),
                     static_cast<i64>(info.system_ticks)};
        break;
    case SignalInfo::Kind::timer:
        out.timer = {info.pid, static_cast<i32>(info.uid), info.value};
        break;
    case SignalInfo::Kind::poll:
        out.poll.band = static_cast<i64>(info.value);
        out.poll.fd = static_cast<i32>(info.user_ticks);
        break;
    }
    return out;
}

SignalInfo from_native(const siginfo_native& in) {
    SignalInfo info;
    info.signal = in.si_signo;
    info.error = in.si_errno;
    info.code = in.si_code;
    info.pid = in.sender.pid;
    info.uid = in.sender.uid;
    info.value = in.sender.value;
    return info;
}

Result<void> push_signal_frame64(TrapFrame& frame, const SignalAction& action,
                                 const SignalInfo& info, SignalSet saved_mask) {
    if (!(action.flags & SA_RESTORER)) return Errno{EFAULT};
    Task& task = current_task();
    u64 top = signal_stack_top(task, frame.rsp, action);
    if (top == frame.rsp) top -= red_zone;
    Frame64 out{};
    if (const FpuState* state = fpu_state(*task.thread)) {
        top = align_down(top - sizeof(FpuState), 16);
        TRY(copy_to_user(UserPtr<void>(top), state->bytes, sizeof(state->bytes)));
        out.context.uc_mcontext.fpstate = top;
    }
    const u64 at = align_down(top - sizeof(Frame64), 16) - 8;
    const u64 fpstate = out.context.uc_mcontext.fpstate;
    out.return_address = action.restorer;
    out.context.uc_flags = uc_sigcontext_ss | uc_strict_restore_ss;
    out.context.uc_stack = described_stack(task, frame.rsp);
    out.context.uc_mcontext = save_registers(frame, task);
    out.context.uc_mcontext.fpstate = fpstate;
    out.context.uc_sigmask = saved_mask;
    out.info = to_native(info);
    TRY(put_user(UserPtr<Frame64>(at), out));
    frame.rdi = static_cast<u64>(info.signal);
    frame.rsi = at + offsetof(Frame64, info);
    frame.rdx = at + offsetof(Frame64, context);
    frame.rax = 0;
    frame.rip = action.handler;
    frame.rsp = at;
    frame.cs = user_code64_selector;
    frame.ss = user_data_selector;
    frame.rflags &= ~rflags_cleared_for_handler;
    frame.original_rax = -1;
    return {};
}

long pop_signal_frame64(Task& task) {
    TrapFrame& frame = task.thread->trap_frame();
    const u64 at = frame.rsp - offsetof(Frame64, context); // `ret` has taken the return address
    const auto context = get_user(UserPtr<const ucontext_native>(at + offsetof(Frame64, context)));
    if (!context.ok()) {
        bad_signal_frame(task);
        return 0;
    }
    const ucontext_native& c = context.value();
    if (c.uc_mcontext.fpstate) {
        FpuState state;
        if (!copy_from_user(state.bytes, UserPtr<const void>(c.uc_mcontext.fpstate),
                            sizeof(state.bytes))
                 .ok() ||
            !fpu_set_state(*task.thread, &state).ok()) {
            bad_signal_frame(task);
            return 0;
        }
    } else {
        (void)fpu_set_state(*task.thread, nullptr);
    }
    set_blocked_signals(task, c.uc_sigmask);
    load_registers(frame, c.uc_mcontext);
    (void)set_alternate_stack(task, c.uc_stack, frame.rsp, 0);
    return static_cast<long>(frame.rax);
}

// The i386 signal frames (with and without siginfo) and the way back by sigreturn and rt_sigreturn.
// Layout: Linux's struct sigframe_ia32 and rt_sigframe_ia32; asm/sigcontext.h.
#include "kernel/arch/fpu.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/proc/signal_frame.h"
#include "kernel/proc/sigpage.h"

namespace {

struct Frame32 {
    u32 return_address;
    i32 signal;
    sigcontext32 context;
    u8 unused_fpstate[sizeof(fpstate32)];
    u32 extra_mask;
    u8 return_code[8];
};
struct RtFrame32 {
    u32 return_address;
    i32 signal;
    u32 info_pointer, context_pointer;
    siginfo32 info;
    ucontext32 context;
    u8 return_code[8];
};

// Where things lie in an FXSAVE area: Intel SDM vol. 1, table 10-2.
constexpr usize fx_control = 0, fx_status = 2, fx_tags = 4, fx_registers = 32;

// The x87 part in the form of FSAVE, in front of the FXSAVE area: what old programs look at.
fpstate32 to_fpstate32(const FpuState& state) {
    fpstate32 out{};
    u16 word;
    memcpy(&word, state.bytes + fx_control, 2);
    out.cw = word | 0xffff0000;
    memcpy(&word, state.bytes + fx_status, 2);
    out.sw = word | 0xffff0000;
    out.status = word;
    out.tag = 0xffff0000;
    for (unsigned i = 0; i < 8; i++) // one bit a register becomes two: 0 valid, 3 empty
        if (!(state.bytes[fx_tags] >> i & 1)) out.tag |= 3u << (2 * i);
    for (unsigned i = 0; i < 8; i++)
        memcpy(out.registers + 10 * i, state.bytes + fx_registers + 16 * i, 10);
    memcpy(out.fxsave, state.bytes, sizeof(out.fxsave));
    return out;
}

// Both parts may have been changed by the handler: the x87's from the front, SSE's from behind.
void from_fpstate32(const fpstate32& in, FpuState& state) {
    memcpy(state.bytes, in.fxsave, sizeof(in.fxsave));
    const u16 control = static_cast<u16>(in.cw), status = static_cast<u16>(in.sw);
    memcpy(state.bytes + fx_control, &control, 2);
    memcpy(state.bytes + fx_status, &status, 2);
    u8 tags = 0;
    for (unsigned i = 0; i < 8; i++)
        if ((in.tag >> (2 * i) & 3) != 3) tags |= static_cast<u8>(1u << i);
    state.bytes[fx_tags] = tags;
    for (unsigned i = 0; i < 8; i++)
        memcpy(state.bytes + fx_registers + 16 * i, in.registers + 10 * i, 10);
}

sigcontext32 save_registers(const TrapFrame& f, const Task& task, u32 fpstate, SignalSet mask) {
    sigcontext32 c{};
    const auto low = [](u64 value) { return static_cast<u32>(value); };
    u16 gs, fs;
    asm("mov %%gs, %0" : "=r"(gs)); // the kernel leaves the selectors as the program set them
    asm("mov %%fs, %0" : "=r"(fs));
    c.gs = gs, c.fs = fs, c.es = c.ds = user_data_selector;
    c.edi = low(f.rdi), c.esi = low(f.rsi), c.ebp = low(f.rbp), c.esp = low(f.rsp);
    c.ebx = low(f.rbx), c.edx = low(f.rdx), c.ecx = low(f.rcx), c.eax = low(f.rax);
    c.trapno = low(task.last_vector), c.err = low(task.last_error_code);
    c.eip = low(f.rip), c.cs = low(f.cs), c.eflags = low(f.rflags);
    c.esp_at_signal = low(f.rsp), c.ss = low(f.ss);
    c.fpstate = fpstate, c.oldmask = low(mask), c.cr2 = low(task.last_fault_address);
    return c;
}

Result<void> load_registers(TrapFrame& f, const sigcontext32& c, Task& task) {
    if (c.fpstate) {
        const auto saved = TRY(get_user(UserPtr<const fpstate32>(c.fpstate)));
        FpuState state;
        from_fpstate32(saved, state);
        TRY(fpu_set_state(*task.thread, &state));
    } else {
        TRY(fpu_set_state(*task.thread, nullptr));
    }
    f.rdi = c.edi, f.rsi = c.esi, f.rbp = c.ebp, f.rsp = c.esp;
    f.rbx = c.ebx, f.rdx = c.edx, f.rcx = c.ecx, f.rax = c.eax;
    f.rip = c.eip;
    f.rflags = (f.rflags & ~rflags_restorable) | (c.eflags & rflags_restorable);
    f.cs = user_code32_selector;
    f.ss = user_data_selector;
    f.original_rax = -1;
    return {};
}

// Puts the FPU's state below `top` and moves it. The address, 0 when there is none.
Result<u32> push_fpstate(Task& task, u64& top) {
    const FpuState* state = fpu_state(*task.thread);
    if (!state) return 0;
    // The FXSAVE part is 16-byte aligned behind the 112 bytes of the other.
    top = align_down(top - sizeof(fpstate32), 16);
    TRY(put_user(UserPtr<fpstate32>(top), to_fpstate32(*state)));
    return static_cast<u32>(top);
}

// As the ABI wants it at a function's first instruction: (esp + 4) divisible by 16.
u64 place_frame(u64 top, usize bytes) { return align_down(top - bytes + 4, 16) - 4; }

void enter(TrapFrame& frame, const SignalAction& action, const SignalInfo& info, u64 at) {
    frame.rsp = at;
    frame.rip = action.handler;
    frame.rax = static_cast<u64>(info.signal);
    frame.rdx = frame.rcx = 0;
    frame.cs = user_code32_selector;
    frame.ss = user_data_selector;
    frame.rflags &= ~rflags_cleared_for_handler;
    frame.original_rax = -1;
}

u32 restorer_of(const SignalAction& action, uptr ours) {
    return static_cast<u32>(action.flags & SA_RESTORER ? action.restorer : ours);
}

Result<void> push_plain(TrapFrame& frame, const SignalAction& action, const SignalInfo& info,
                        SignalSet mask) {
    Task& task = current_task();
    u64 top = signal_stack_top(task, frame.rsp, action);
    const u32 fpstate = TRY(push_fpstate(task, top));
    const u64 at = place_frame(top, sizeof(Frame32));
    Frame32 out{};
    out.return_address = restorer_of(action, sigpage_sigreturn);
    out.signal = info.signal;
    out.context = save_registers(frame, task, fpstate, mask);
    out.extra_mask = static_cast<u32>(mask >> 32);
    // popl %eax; movl $119, %eax; int $0x80: debuggers know a frame by it
    constexpr u8 code[8] = {0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80};
    memcpy(out.return_code, code, sizeof(code));
    TRY(put_user(UserPtr<Frame32>(at), out));
    enter(frame, action, info, at);
    return {};
}

Result<void> push_with_info(TrapFrame& frame, const SignalAction& action, const SignalInfo& info,
                            SignalSet mask) {
    Task& task = current_task();
    u64 top = signal_stack_top(task, frame.rsp, action);
    const u32 fpstate = TRY(push_fpstate(task, top));
    const u64 at = place_frame(top, sizeof(RtFrame32));
    RtFrame32 out{};
    out.return_address = restorer_of(action, sigpage_rt_sigreturn);
    out.signal = info.signal;
    out.info_pointer = static_cast<u32>(at + offsetof(RtFrame32, info));
    out.context_pointer = static_cast<u32>(at + offsetof(RtFrame32, context));
    out.info = to_compat(info);
    const stack_native stack = described_stack(task, frame.rsp);
    out.context.uc_stack = {static_cast<u32>(stack.ss_sp), stack.ss_flags,
                            static_cast<u32>(stack.ss_size)};
    out.context.uc_mcontext = save_registers(frame, task, fpstate, mask);
    out.context.uc_sigmask[0] = static_cast<u32>(mask);
    out.context.uc_sigmask[1] = static_cast<u32>(mask >> 32);
    // movl $173, %eax; int $0x80
    constexpr u8 code[8] = {0xb8, 0xad, 0, 0, 0, 0xcd, 0x80, 0};
    memcpy(out.return_code, code, sizeof(code));
    TRY(put_user(UserPtr<RtFrame32>(at), out));
    enter(frame, action, info, at);
    frame.rdx = out.info_pointer;
    frame.rcx = out.context_pointer;
    return {};
}

} // namespace

siginfo32 to_compat(const SignalInfo& info) {
    siginfo32 out{};
    out.si_signo = info.signal;
    out.si_errno = info.error;
    out.si_code = info.code;
    switch (info.kind) {
    case SignalInfo::Kind::sender:
        out.sender = {info.pid, info.uid, static_cast<u32>(info.value)};
        break;
    case SignalInfo::Kind::fault:
        out.fault.address = static_cast<u32>(info.value);
        break;
    case SignalInfo::Kind::child:
        out.child = {info.pid, info.uid, static_cast<i32>(info.value),
                     static_cast<i32>(info.user_ticks), static_cast<i32>(info.system_ticks)};
        break;
    case SignalInfo::Kind::timer:
        out.timer = {info.pid, static_cast<i32>(info.uid), static_cast<u32>(info.value)};
        break;
    case SignalInfo::Kind::poll:
        out.poll = {static_cast<i32>(info.value), static_cast<i32>(info.user_ticks)};
        break;
    }
    return out;
}

Result<void> push_signal_frame32(TrapFrame& frame, const SignalAction& action,
                                 const SignalInfo& info, SignalSet saved_mask) {
    if (action.flags & SA_SIGINFO) return push_with_info(frame, action, info, saved_mask);
    return push_plain(frame, action, info, saved_mask);
}

long pop_signal_frame32(Task& task) {
    TrapFrame& frame = task.thread->trap_frame();
    const u64 at = frame.rsp - 8; // the return address and the signal's number have been popped
    const auto context = get_user(UserPtr<const sigcontext32>(at + offsetof(Frame32, context)));
    const auto extra = get_user(UserPtr<const u32>(at + offsetof(Frame32, extra_mask)));
    if (!context.ok() || !extra.ok() || !load_registers(frame, context.value(), task).ok()) {
        bad_signal_frame(task);
        return 0;
    }
    set_blocked_signals(task, context.value().oldmask | u64{extra.value()} << 32);
    return static_cast<long>(frame.rax);
}

long pop_signal_frame32_with_info(Task& task) {
    TrapFrame& frame = task.thread->trap_frame();
    const u64 at = frame.rsp - 4; // the return address has been popped
    const auto context = get_user(UserPtr<const ucontext32>(at + offsetof(RtFrame32, context)));
    if (!context.ok() || !load_registers(frame, context.value().uc_mcontext, task).ok()) {
        bad_signal_frame(task);
        return 0;
    }
    const ucontext32& c = context.value();
    set_blocked_signals(task, c.uc_sigmask[0] | u64{c.uc_sigmask[1]} << 32);
    (void)set_alternate_stack(task, {c.uc_stack.ss_sp, c.uc_stack.ss_flags, 0, c.uc_stack.ss_size},
                              frame.rsp, 0);
    return static_cast<long>(frame.rax);
}

// See fpu.h.
#include "kernel/arch/fpu.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/ref.h"
#include "kernel/base/string.h"

namespace {

void save(FpuState& state) { asm volatile("fxsave64 %0" : "=m"(state)); }
void restore(const FpuState& state) { asm volatile("fxrstor64 %0" : : "m"(state)); }

// What FNINIT and the reset value of MXCSR give (SDM vol. 1, 8.1.5 and 10.2.3).
void make_initial(FpuState& state) {
    memset(&state, 0, sizeof state);
    state.bytes[0] = 0x7f, state.bytes[1] = 0x03;   // FCW: all exceptions masked, 64-bit precision
    state.bytes[24] = 0x80, state.bytes[25] = 0x1f; // MXCSR
}

Result<void> allocate(Thread& thread) {
    if (!thread.fpu) thread.fpu = static_cast<FpuState*>(kmalloc(sizeof(FpuState)));
    if (!thread.fpu) return Errno{ENOMEM};
    return {};
}

void set_trap(bool on) {
    const u64 cr0 = read_cr0();
    if (on && !(cr0 & cr0_ts)) write_cr0(cr0 | cr0_ts);
    if (!on && cr0 & cr0_ts) clear_ts();
}

// Writes the registers back to their owner. The FPU must not trap.
void save_owner() {
    Cpu& cpu = this_cpu();
    if (cpu.fpu_owner) save(*cpu.fpu_owner->fpu);
    cpu.fpu_owner = nullptr;
}

} // namespace

bool fpu_first_use() {
    Cpu& cpu = this_cpu();
    Thread& thread = *cpu.current;
    if (!thread.fpu) {
        if (!allocate(thread)) return false;
        make_initial(*thread.fpu);
    }
    clear_ts();
    if (cpu.fpu_owner == &thread) return true;
    save_owner();
    restore(*thread.fpu);
    cpu.fpu_owner = &thread;
    return true;
}

void fpu_switch(Thread& next) {
    Cpu& cpu = this_cpu();
    if (cpu.fpu_owner == nullptr && next.fpu == nullptr) return; // traps already
    if (next.process) set_trap(cpu.fpu_owner != &next);
}

FpuState* fpu_state(Thread& thread) {
    if (this_cpu().fpu_owner == &thread) {
        const bool trapping = read_cr0() & cr0_ts;
        clear_ts();
        save(*thread.fpu);
        set_trap(trapping);
    }
    return thread.fpu;
}

Result<void> fpu_set_state(Thread& thread, const FpuState* state) {
    if (!state) {
        fpu_discard(thread);
        return {};
    }
    TRY(allocate(thread));
    memcpy(thread.fpu, state, sizeof *state);
    // Bits of MXCSR that don't exist would fault in FXRSTOR (SDM vol. 1, 11.6.6).
    u32 mxcsr;
    memcpy(&mxcsr, thread.fpu->bytes + 24, sizeof mxcsr);
    mxcsr &= 0xffbf;
    memcpy(thread.fpu->bytes + 24, &mxcsr, sizeof mxcsr);
    if (this_cpu().fpu_owner == &thread) this_cpu().fpu_owner = nullptr;
    if (&thread == &current_thread()) set_trap(true);
    return {};
}

Result<void> fpu_copy(Thread& from, Thread& to) {
    const FpuState* state = fpu_state(from);
    if (!state) return {};
    TRY(allocate(to));
    memcpy(to.fpu, state, sizeof *state);
    return {};
}

void fpu_discard(Thread& thread) {
    if (this_cpu().fpu_owner == &thread) this_cpu().fpu_owner = nullptr;
    if (&thread == &current_thread()) set_trap(true);
    kfree(thread.fpu);
    thread.fpu = nullptr;
}

// Instructions of the processor that C++ has no words for. SDM = Intel's manual.
#pragma once

#include "kernel/base/types.h"

// Model-specific registers (SDM vol. 4).
constexpr u32 msr_apic_base = 0x1b;
constexpr u32 msr_efer = 0xc0000080;
constexpr u32 msr_star = 0xc0000081;
constexpr u32 msr_lstar = 0xc0000082;
constexpr u32 msr_cstar = 0xc0000083;
constexpr u32 msr_sfmask = 0xc0000084;
constexpr u32 msr_fs_base = 0xc0000100;
constexpr u32 msr_gs_base = 0xc0000101;        // in the kernel: the kernel's own
constexpr u32 msr_kernel_gs_base = 0xc0000102; // in the kernel: the user's (SWAPGS)

constexpr u64 efer_syscall = 1 << 0, efer_nx = 1 << 11;
constexpr u64 cr0_mp = 1 << 1, cr0_em = 1 << 2, cr0_ts = 1 << 3, cr0_ne = 1 << 5, cr0_wp = 1 << 16;
constexpr u64 cr4_pge = 1 << 7, cr4_osfxsr = 1 << 9, cr4_osxmmexcpt = 1 << 10, cr4_umip = 1 << 11,
              cr4_smep = 1 << 20, cr4_smap = 1 << 21;
constexpr u64 rflags_fixed = 1 << 1, rflags_if = 1 << 9, rflags_df = 1 << 10, rflags_ac = 1 << 18;

inline u64 rdmsr(u32 msr) {
    u32 low, high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return u64{high} << 32 | low;
}
inline void wrmsr(u32 msr, u64 value) {
    asm volatile("wrmsr"
                 :
                 : "c"(msr), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32))
                 : "memory");
}
inline u64 read_cr0() {
    u64 value;
    asm volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}
inline void write_cr0(u64 value) { asm volatile("mov %0, %%cr0" : : "r"(value) : "memory"); }
inline void clear_ts() { asm volatile("clts"); }
inline u64 read_cr2() {
    u64 value;
    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}
inline u64 read_cr3() {
    u64 value;
    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}
inline void write_cr3(u64 value) { asm volatile("mov %0, %%cr3" : : "r"(value) : "memory"); }
inline u64 read_cr4() {
    u64 value;
    asm volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}
inline void write_cr4(u64 value) { asm volatile("mov %0, %%cr4" : : "r"(value) : "memory"); }
inline void invlpg(uptr address) { asm volatile("invlpg (%0)" : : "r"(address) : "memory"); }
inline u64 rdtsc() {
    u32 low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return u64{high} << 32 | low;
}

struct CpuidResult {
    u32 eax, ebx, ecx, edx;
};
inline CpuidResult cpuid(u32 leaf, u32 subleaf = 0) {
    CpuidResult r;
    asm volatile("cpuid"
                 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                 : "a"(leaf), "c"(subleaf));
    return r;
}

inline void pause() { asm volatile("pause"); }
// Sleeps until an interrupt has been handled. (STI takes effect after the HLT has begun, so none is
// missed in between: SDM vol. 2, STI.)
inline void wait_for_interrupt() { asm volatile("sti; hlt; cli" : : : "memory"); }
[[noreturn]] inline void halt_forever() {
    for (;;) asm volatile("cli; hlt");
}

// Turns on what the processor has of NX, SMEP, SMAP, UMIP, FXSAVE and SYSCALL, for good.
void cpu_init_features();

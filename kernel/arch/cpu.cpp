// Turns the processor's protections on, as far as it has them.
#include "kernel/arch/cpu.h"
#include "kernel/base/string.h"

namespace {

// Places that were assembled as NOPs and the instruction they are to hold (kernel/arch/smap.inc).
struct SmapSite {
    u8* address;
    u64 instruction; // three bytes
};
extern "C" const SmapSite smap_sites_start[], smap_sites_end[];

// Before paging_init(), while the image can still be written.
void patch_smap_sites() {
    for (const SmapSite* site = smap_sites_start; site < smap_sites_end; ++site)
        memcpy(site->address, &site->instruction, 3);
}

} // namespace

void cpu_init_features() {
    if (cpuid(0x80000001).edx >> 20 & 1) wrmsr(msr_efer, rdmsr(msr_efer) | efer_nx);

    u64 cr4 = read_cr4() | cr4_osfxsr | cr4_osxmmexcpt;
    if (cpuid(1).edx >> 13 & 1) cr4 |= cr4_pge;
    if (cpuid(0).eax >= 7) {
        const CpuidResult features = cpuid(7);
        if (features.ebx >> 7 & 1) cr4 |= cr4_smep;
        if (features.ebx >> 20 & 1) cr4 |= cr4_smap;
        if (features.ecx >> 2 & 1) cr4 |= cr4_umip;
    }
    if (cr4 & cr4_smap) patch_smap_sites();
    write_cr4(cr4);

    u64 cr0 = read_cr0() | cr0_wp | cr0_mp | cr0_ne | cr0_ts; // the FPU is loaded on first use
    write_cr0(cr0 & ~cr0_em);
}

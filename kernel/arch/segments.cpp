// See segments.h. Descriptor formats: Intel SDM vol. 3, 3.4.5 and 7.2.3.
#include "kernel/arch/segments.h"
#include "kernel/arch/cpu.h"

extern "C" u8 boot_stack[];
extern "C" void syscall_door();
extern "C" void syscall_door32();

namespace {

constexpr usize stack_size = 4096; // of double fault, NMI, machine check

struct [[gnu::packed]] TaskState {
    u32 reserved0;
    u64 rsp[3];
    u64 reserved1;
    u64 ist[7];
    u64 reserved2;
    u16 reserved3;
    u16 io_map_base;
};

enum GdtIndex : unsigned { gdt_tss = tss_selector / 8, gdt_tls = tls_selector_first / 8 };

alignas(16) u64 gdt[16] = {
    0,
    0,
    0x00af9b000000ffff, // 0x10 kernel code
    0x00cf93000000ffff, // 0x18 kernel data
    0x00cffb000000ffff, // 0x23 user code, 32-bit
    0x00cff3000000ffff, // 0x2b user data
    0x00affb000000ffff, // 0x33 user code, 64-bit
};
TaskState task_state;
Cpu boot_cpu;
alignas(16) u8 exception_stacks[3][stack_size];

void load_gdt() {
    struct [[gnu::packed]] {
        u16 limit;
        u64 base;
    } pointer{sizeof gdt - 1, reinterpret_cast<u64>(gdt)};
    asm volatile("lgdt %0\n"
                 "push %1\n"
                 "lea 1f(%%rip), %%rax\n"
                 "push %%rax\n"
                 "lretq\n"
                 "1: mov %2, %%ss\n"
                 :
                 : "m"(pointer), "i"(kernel_code_selector), "r"(kernel_data_selector)
                 : "rax", "memory");
}

void load_task_state() {
    for (unsigned i = 0; i < 3; ++i)
        task_state.ist[i] = reinterpret_cast<u64>(exception_stacks[i] + stack_size);
    task_state.io_map_base = sizeof task_state;
    const u64 base = reinterpret_cast<u64>(&task_state);
    gdt[gdt_tss] = (sizeof task_state - 1) | (base & 0xffffff) << 16 | u64{0x89} << 40 |
                   (base >> 24 & 0xff) << 56;
    gdt[gdt_tss + 1] = base >> 32;
    asm volatile("ltr %0" : : "r"(tss_selector));
}

// SDM vol. 3, 5.8.8.
void open_syscall_door() {
    wrmsr(msr_efer, rdmsr(msr_efer) | efer_syscall);
    wrmsr(msr_star, u64{kernel_code_selector} << 32 | u64{user_code32_selector} << 48);
    wrmsr(msr_lstar, reinterpret_cast<u64>(&syscall_door));
    wrmsr(msr_cstar, reinterpret_cast<u64>(&syscall_door32));
    // TF, IF, DF, IOPL, NT, AC, and the arithmetic flags for good measure.
    wrmsr(msr_sfmask, 0x100 | rflags_if | rflags_df | 0x3000 | 0x4000 | rflags_ac | 0xd5);
}

void load_data_selectors(u16 ds, u16 es) {
    asm volatile("mov %0, %%ds" : : "r"(ds));
    asm volatile("mov %0, %%es" : : "r"(es));
}
u16 read_fs() {
    u16 value;
    asm volatile("mov %%fs, %0" : "=r"(value));
    return value;
}
u16 read_gs() {
    u16 value;
    asm volatile("mov %%gs, %0" : "=r"(value));
    return value;
}
u16 read_ds() {
    u16 value;
    asm volatile("mov %%ds, %0" : "=r"(value));
    return value;
}
u16 read_es() {
    u16 value;
    asm volatile("mov %%es, %0" : "=r"(value));
    return value;
}
void load_fs(u16 selector) { asm volatile("mov %0, %%fs" : : "r"(selector)); }
// Loading a selector changes the base that is active, which in the kernel isn't the user's.
void load_user_gs(u16 selector) {
    asm volatile("swapgs; mov %0, %%gs; swapgs" : : "r"(selector) : "memory");
}

// A selector with nothing behind it may not be loaded.
bool loadable(const Thread& thread, u16 selector) {
    if (selector < 4) return true;
    if (selector == user_data_selector) return true;
    const unsigned slot = (selector - tls_selector_first) / 8;
    return selector >= tls_selector_first && (selector & 7) == 3 && slot < 3 &&
           thread.tls_descriptors[slot] != 0;
}

constexpr u64 unknown_base = ~u64{0};

void load_fs_of(Cpu& cpu, const Thread& thread) {
    if (thread.fs) {
        load_fs(loadable(thread, thread.fs) ? thread.fs : 0);
        cpu.fs_base = unknown_base;
    } else {
        if (read_fs()) load_fs(0), cpu.fs_base = unknown_base;
        if (cpu.fs_base != thread.fs_base) wrmsr(msr_fs_base, cpu.fs_base = thread.fs_base);
    }
}
void load_gs_of(Cpu& cpu, const Thread& thread) {
    if (thread.gs) {
        load_user_gs(loadable(thread, thread.gs) ? thread.gs : 0);
        cpu.gs_base = unknown_base;
    } else {
        if (read_gs()) load_user_gs(0), cpu.gs_base = unknown_base;
        if (cpu.gs_base != thread.gs_base) wrmsr(msr_kernel_gs_base, cpu.gs_base = thread.gs_base);
    }
}

} // namespace

void segments_init() {
    load_gdt();
    load_task_state();
    load_data_selectors(user_data_selector, user_data_selector);
    wrmsr(msr_gs_base, reinterpret_cast<u64>(&boot_cpu));
    wrmsr(msr_kernel_gs_base, 0);
    wrmsr(msr_fs_base, 0);
    open_syscall_door();
    segments_set_kernel_stack(reinterpret_cast<u64>(boot_stack + Thread::kernel_stack_size));
}

void segments_set_kernel_stack(u64 top) {
    task_state.rsp[0] = top;
    this_cpu().kernel_rsp_top = top;
}

// Kernel threads use none of this: what is loaded stays until the next thread with user code.
void segments_switch(Thread& previous, Thread& next) {
    if (previous.process) {
        previous.fs = read_fs(), previous.gs = read_gs();
        previous.ds = read_ds(), previous.es = read_es();
    }
    if (!next.process) return;
    Cpu& cpu = this_cpu();
    for (unsigned i = 0; i < 3; ++i) gdt[gdt_tls + i] = next.tls_descriptors[i];
    if (next.ds != read_ds() || next.es != read_es()) {
        load_data_selectors(loadable(next, next.ds) ? next.ds : 0,
                            loadable(next, next.es) ? next.es : 0);
    }
    load_fs_of(cpu, next);
    load_gs_of(cpu, next);
}

Result<void> tls_set_descriptor(unsigned index, u64 descriptor) {
    // Present, DPL 3, a data segment (S = 1, type without the code bit): access byte 1111 0xxx.
    if (index >= 3 || (descriptor && (descriptor >> 40 & 0xf8) != 0xf0)) return Errno{EINVAL};
    Thread& thread = current_thread();
    thread.tls_descriptors[index] = descriptor;
    gdt[gdt_tls + index] = descriptor;
    // A register that already holds this selector gets the new base, as on Linux.
    const u16 selector = tls_selector_first + 8 * index;
    if (read_fs() == selector)
        load_fs(descriptor ? selector : 0), this_cpu().fs_base = unknown_base;
    if (read_gs() == selector)
        load_user_gs(descriptor ? selector : 0), this_cpu().gs_base = unknown_base;
    return {};
}

Result<void> tls_set_fs_base(u64 base) {
    if (base >= user_end64) return Errno{EPERM};
    load_fs(0);
    current_thread().fs_base = base;
    wrmsr(msr_fs_base, this_cpu().fs_base = base);
    return {};
}
Result<void> tls_set_gs_base(u64 base) {
    if (base >= user_end64) return Errno{EPERM};
    load_user_gs(0);
    current_thread().gs_base = base;
    wrmsr(msr_kernel_gs_base, this_cpu().gs_base = base);
    return {};
}
u64 tls_fs_base() { return rdmsr(msr_fs_base); }
u64 tls_gs_base() { return rdmsr(msr_kernel_gs_base); }

void segments_reset() {
    Thread& thread = current_thread();
    for (unsigned i = 0; i < 3; ++i) thread.tls_descriptors[i] = gdt[gdt_tls + i] = 0;
    load_data_selectors(user_data_selector, user_data_selector);
    thread.fs_base = thread.gs_base = 0;
    thread.fs = thread.gs = 0;
    load_fs(0);
    load_user_gs(0);
    wrmsr(msr_fs_base, this_cpu().fs_base = 0);
    wrmsr(msr_kernel_gs_base, this_cpu().gs_base = 0);
}

void segments_copy(Thread& to) {
    const Thread& from = current_thread();
    for (unsigned i = 0; i < 3; ++i) to.tls_descriptors[i] = from.tls_descriptors[i];
    to.fs_base = from.fs_base, to.gs_base = from.gs_base;
    to.fs = read_fs(), to.gs = read_gs(), to.ds = read_ds(), to.es = read_es();
}

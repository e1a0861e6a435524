// GDT, task-state segment, and the user's segment registers, which carry thread-local storage:
// x86-64 programs set a base (arch_prctl), i386 programs a descriptor (set_thread_area) and a
// selector.
#pragma once

#include "kernel/base/result.h"
#include "kernel/sched/thread.h"

// Interrupt-stack-table slots of the exceptions that need a stack of their own.
constexpr u8 ist_double_fault = 1, ist_nmi = 2, ist_machine_check = 3;

// Loads the GDT, the TSS and the per-processor data (gs), and opens the syscall door. From here on
// this_cpu() works.
void segments_init();

// Puts the thread's TLS descriptors, selectors and bases into the processor; `previous` are the
// ones that are in it.
void segments_switch(Thread& previous, Thread& next);
// The stack on which the processor enters the kernel.
void segments_set_kernel_stack(u64 top);

// For the calling thread. TLS slot `index` is 0-2 (selectors 0x63, 0x6b, 0x73); `descriptor` is a
// raw GDT entry, 0 for an empty one; it must be a data segment of DPL 3, or EINVAL.
Result<void> tls_set_descriptor(unsigned index, u64 descriptor);
// arch_prctl(2): EPERM for an address outside user space.
Result<void> tls_set_fs_base(u64 base);
Result<void> tls_set_gs_base(u64 base);
// The calling thread's bases as arch_prctl reads them.
u64 tls_fs_base();
u64 tls_gs_base();
// What a new program starts with: no TLS, all selectors as on Linux.
void segments_reset();
// fork and clone: `to` gets the calling thread's TLS.
void segments_copy(Thread& to);

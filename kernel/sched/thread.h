// A thread: a kernel stack, a saved context, and where it stands in the scheduler. Everything that
// belongs to the program it runs (address space, files, signals) is in its Process.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/arch/trap_frame.h"
#include "kernel/base/list.h"
#include "kernel/base/timer.h"
#include "kernel/base/trace.h"
#include "kernel/base/wait.h"

struct Process;
struct Task;
struct FpuState;
class AddressSpace;

enum class ThreadState : u8 { runnable, running, blocked, stopped, zombie };

struct Thread {
    // The exit to user mode looks at these two with one load (kernel/arch/entry.inc).
    alignas(2) bool signal_pending = false; // an unblocked signal is there (kept by proc/signal)
    bool need_resched = false;              // its time is up
    ListNode run_node;                      // in the run queue
    ListNode process_node;                  // in its process's list of threads
    Process* process = nullptr;             // null for kernel threads and idle
    Task* task = nullptr;                   // what proc knows of it; null likewise
    AddressSpace* address_space = nullptr;  // null: runs in whichever is loaded
    PhysicalAddress page_root = 0;          // top page table of that address space; 0 for none
    u64 kernel_rsp = 0;                     // saved by switch_context while not running
    void* kernel_stack = nullptr;           // kernel_stack_size bytes
    FpuState* fpu = nullptr;                // allocated when the thread first uses the FPU
    int tid = 0;
    ThreadState state = ThreadState::blocked;
    bool wake_pending = false;    // told while not (yet) blocked
    bool interruptible = false;   // a signal ends its wait
    bool timed_out = false;       // its wait ended by the deadline
    u64 fs_base = 0, gs_base = 0; // x86-64 TLS (arch_prctl), while the selector is 0
    u16 fs = 0, gs = 0;           // selectors, as saved while not running
    u16 ds = user_data_selector, es = user_data_selector;
    u64 tls_descriptors[3] = {}; // set_thread_area(2): raw GDT entries
    Nanoseconds cpu_time = 0;    // ns
    Nanoseconds switched_in = 0; // when it got the processor
    Timer wake_timer;
    TraceThread trace;

    static constexpr usize kernel_stack_size = 16384;

    Thread();
    // The registers of the user code that this thread entered the kernel from.
    TrapFrame& trap_frame() const {
        return *reinterpret_cast<TrapFrame*>(static_cast<u8*>(kernel_stack) + kernel_stack_size -
                                             sizeof(TrapFrame));
    }
};

// Per-processor data; the only way to it is this_cpu().
// The assembly entries know the first five (kernel/arch/entry.inc).
struct Cpu {
    Cpu* self = this;
    Thread* current = nullptr;
    u64 user_rsp_scratch = 0; // the syscall entry parks the user's rsp here for three instructions
    u64 kernel_rsp_top = 0;   // top of the current thread's kernel stack, for the syscall entry
    u32 work_pending = 0;     // there is something to do at the next safe point
    Thread* idle = nullptr;
    Thread* fpu_owner = nullptr;   // whose state is in the FPU registers
    PhysicalAddress page_root = 0; // what CR3 holds
    u64 fs_base = 0, gs_base = 0;  // what the user's base registers hold
};
inline Cpu& this_cpu() {
    Cpu* cpu;
    asm("mov %%gs:0, %0" : "=r"(cpu));
    return *cpu;
}
inline Thread& current_thread() { return *this_cpu().current; }

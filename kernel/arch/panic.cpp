// Prints message, registers and backtrace.
#include "kernel/arch/panic.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/layout.h"
#include "kernel/arch/power.h"
#include "kernel/arch/symbols.h"
#include "kernel/base/format.h"
#include "kernel/sched/thread.h"

extern "C" u8 boot_stack[];
extern "C" u8 data_end[];

namespace {

bool panicking = false;

void print_registers(const TrapFrame& f) {
    kprintf("rip %016lx  cs %04lx  rflags %08lx  vector %lu  error %lx  cr2 %016lx\n", f.rip, f.cs,
            f.rflags, f.vector, f.error_code, read_cr2());
    kprintf("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", f.rax, f.rbx, f.rcx, f.rdx);
    kprintf("rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", f.rsi, f.rdi, f.rbp, f.rsp);
    kprintf("r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", f.r8, f.r9, f.r10, f.r11);
    kprintf("r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", f.r12, f.r13, f.r14, f.r15);
}

void print_address(uptr address) {
    const Symbol symbol = symbol_of(address);
    if (symbol.name) kprintf("  %016lx %s+%#zx\n", address, symbol.name, symbol.offset);
}

// A frame pointer can be followed as long as it points into the running thread's stack or, in an
// exception, into the image's data, where the exception stacks are.
bool on_a_stack(uptr frame) {
    if (frame % 8) return false;
    const uptr stack = reinterpret_cast<uptr>(current_thread().kernel_stack);
    if (frame >= stack && frame < stack + Thread::kernel_stack_size - 16) return true;
    return frame >= kernel_image_base && frame < reinterpret_cast<uptr>(data_end) - 16;
}

void print_backtrace(uptr rip, uptr rbp) {
    kprintf("backtrace:\n");
    print_address(rip);
    for (int depth = 0; depth < 32 && on_a_stack(rbp); ++depth) {
        const uptr* frame = reinterpret_cast<const uptr*>(rbp);
        print_address(frame[1] - 1); // inside the call, not behind it
        if (frame[0] <= rbp) break;
        rbp = frame[0];
    }
}

void begin(const char* format, va_list args) {
    if (panicking) { // in the panic itself
        debug_exit(126);
        halt_forever();
    }
    panicking = true;
    char message[256];
    kvsnprintf(message, sizeof message, format, args);
    kprintf("\nkernel panic: %s\n", message);
    const Thread* thread = this_cpu().current;
    if (thread) kprintf("thread %d\n", thread->tid);
}

[[noreturn]] void finish() {
    debug_exit(127);
    halt_forever();
}

} // namespace

void panic(const char* format, ...) {
    asm volatile("cli");
    va_list args;
    va_start(args, format);
    begin(format, args);
    va_end(args);
    if (this_cpu().current)
        print_backtrace(reinterpret_cast<uptr>(__builtin_return_address(0)) - 1,
                        *static_cast<const uptr*>(__builtin_frame_address(0)));
    finish();
}

void panic_with_frame(const TrapFrame& frame, const char* format, ...) {
    va_list args;
    va_start(args, format);
    begin(format, args);
    va_end(args);
    print_registers(frame);
    if (this_cpu().current) print_backtrace(frame.rip, frame.rbp);
    finish();
}

// The IDT, the two 8259 interrupt controllers, and the dispatch of device interrupts. The local
// APIC passes the 8259s' line through (virtual wire mode: Intel MultiProcessor Specification 1.4,
// 3.6.2.2), which every PC's firmware sets up and which needs no tables of it.
#include "kernel/arch/interrupts.h"
#include "kernel/arch/io.h"
#include "kernel/arch/segments.h"
#include "kernel/arch/vectors.h"
#include "kernel/base/format.h"
#include "kernel/base/trace.h"

extern "C" void int80_door();
extern "C" const u64 trap_stubs[stub_count + 1]; // the last is the spurious vector's

namespace {

struct Gate {
    u16 offset_low, selector;
    u8 ist, type;
    u16 offset_middle;
    u32 offset_high, reserved;
};
Gate idt[256];

constexpr u8 interrupt_gate = 0x8e;

void set_gate(u8 vector, u64 address, u8 ist = 0, u8 dpl = 0) {
    idt[vector] = {static_cast<u16>(address),
                   kernel_code_selector,
                   ist,
                   static_cast<u8>(interrupt_gate | dpl << 5),
                   static_cast<u16>(address >> 16),
                   static_cast<u32>(address >> 32),
                   0};
}

// 8259A: command and mask ports; initialisation words and end of interrupt as in its data sheet.
constexpr u16 master_command = 0x20, master_mask = 0x21, slave_command = 0xa0, slave_mask = 0xa1;
constexpr u16 edge_level_control = 0x4d0; // ELCR, a bit per line (82371AB data sheet, 4.2.5)
constexpr u8 specific_eoi = 0x60, read_in_service = 0x0b, cascade_line = 2;

void remap_controllers() {
    out8(master_command, 0x11), out8(slave_command, 0x11);
    out8(master_mask, irq_vector_base), out8(slave_mask, irq_vector_base + 8);
    out8(master_mask, 1 << cascade_line), out8(slave_mask, cascade_line);
    out8(master_mask, 1), out8(slave_mask, 1);
    out8(master_mask, 0xff & ~(1 << cascade_line)), out8(slave_mask, 0xff);
}

void end_of_interrupt(unsigned irq) {
    if (irq >= 8) {
        out8(slave_command, specific_eoi | (irq - 8));
        out8(master_command, specific_eoi | cascade_line);
    } else {
        out8(master_command, specific_eoi | irq);
    }
}

// A line that went away before it was acknowledged comes as the controller's line 7, without its
// in-service bit.
bool is_spurious(unsigned irq) {
    if (irq != 7 && irq != 15) return false;
    const u16 port = irq == 7 ? master_command : slave_command;
    out8(port, read_in_service);
    if (in8(port) & 0x80) return false;
    if (irq == 15) out8(master_command, specific_eoi | cascade_line);
    return true;
}

struct Line {
    List<InterruptHandler, &InterruptHandler::node> handlers;
    u64 count = 0;
};
Line lines[16];

const char* const exception_names[32] = {
    "divide error",
    "debug",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection fault",
    "page fault",
    "reserved 15",
    "x87 floating-point error",
    "alignment check",
    "machine check",
    "SIMD floating-point error",
    "virtualization exception",
    "control protection fault",
    "reserved 22",
    "reserved 23",
    "reserved 24",
    "reserved 25",
    "reserved 26",
    "reserved 27",
    "hypervisor injection",
    "VMM communication",
    "security exception",
    "reserved 31",
};

} // namespace

const char* exception_name(u64 vector) {
    return vector < 32 ? exception_names[vector] : "interrupt";
}

void interrupts_init() {
    for (unsigned vector = 0; vector < stub_count; ++vector) set_gate(vector, trap_stubs[vector]);
    set_gate(spurious_vector, trap_stubs[stub_count]);
    set_gate(2, trap_stubs[2], ist_nmi);
    set_gate(8, trap_stubs[8], ist_double_fault);
    set_gate(18, trap_stubs[18], ist_machine_check);
    set_gate(3, trap_stubs[3], 0, 3); // int3 and into are for programs
    set_gate(4, trap_stubs[4], 0, 3);
    set_gate(0x80, reinterpret_cast<u64>(&int80_door), 0, 3);
    struct [[gnu::packed]] {
        u16 limit;
        u64 base;
    } pointer{sizeof idt - 1, reinterpret_cast<u64>(idt)};
    asm volatile("lidt %0" : : "m"(pointer));
    remap_controllers();
}

Result<void> interrupt_register(unsigned irq, InterruptHandler& handler, bool level) {
    if (irq >= 16 || irq == cascade_line) return Errno{EINVAL};
    lines[irq].handlers.push_back(handler);
    if (level) {
        const u16 port = edge_level_control + irq / 8;
        out8(port, in8(port) | 1 << irq % 8);
    }
    const u16 mask = irq < 8 ? master_mask : slave_mask;
    out8(mask, in8(mask) & ~(1 << irq % 8));
    return {};
}

u64 interrupt_count(unsigned irq) { return irq < 16 ? lines[irq].count : 0; }

void interrupt_dispatch(unsigned irq) {
    if (is_spurious(irq)) return;
    TraceContext interrupt(TRACE_CONTEXT_INTERRUPT);
    TRACE_STATION(irq, "irq", irq);
    Line& line = lines[irq];
    ++line.count;
    for (InterruptHandler& handler : line.handlers) handler.function(handler.context);
    end_of_interrupt(irq);
}

// Power off by ACPI's PM1a control register at the places where QEMU's machines have it; reset by
// the chipset, the keyboard controller, or a triple fault.
#include "kernel/arch/power.h"
#include "kernel/arch/clock.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/io.h"
#include "kernel/base/format.h"

void debug_exit(u8 code) { out32(0xf4, code); }

void machine_reboot() {
    out8(0xcf9, 0x06); // 82371AB data sheet, 4.3.4: reset control
    out8(0x64, 0xfe);  // 8042: pulse the reset line
    struct [[gnu::packed]] {
        u16 limit;
        u64 base;
    } nothing{0, 0};
    asm volatile("lidt %0; int3" : : "m"(nothing));
    halt_forever();
}

void machine_power_off() {
    constexpr u16 sleep_enable = 1 << 13; // ACPI 6.4, 4.8.3.2.1; S5 is sleep type 0 in QEMU
    out16(0x604, sleep_enable);           // pc and q35
    out16(0xb004, sleep_enable);          // before QEMU 1.7
    clock_busy_wait(ms_to_ns(500));       // QEMU takes a moment
    kprintf("the machine may be switched off now\n");
    halt_forever();
}

void machine_halt() {
    kprintf("system halted\n");
    halt_forever();
}

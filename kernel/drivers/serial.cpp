// Registers: PC16550D data sheet, table II.
#include "kernel/drivers/serial.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/io.h"
#include "kernel/base/assert.h"
#include "kernel/drivers/console.h"

namespace {

constexpr u16 base = 0x3f8;
constexpr unsigned irq = 4;
enum Register : u16 {
    data = 0,
    interrupt_enable = 1,
    fifo_control = 2,
    line_control = 3,
    modem_control = 4,
    line_status = 5
};
constexpr u8 status_received = 1 << 0, status_transmit_empty = 1 << 5;

void put(char c) {
    while (!(in8(base + line_status) & status_transmit_empty)) {
    }
    out8(base + data, c);
}

bool receive(void*) {
    bool any = false;
    while (in8(base + line_status) & status_received) {
        console_input(in8(base + data));
        any = true;
    }
    return any;
}
InterruptHandler handler(receive, nullptr);

} // namespace

void serial_init() {
    out8(base + interrupt_enable, 0);
    out8(base + line_control, 0x80); // the divisor's registers
    out8(base + data, 1);            // 115200 baud
    out8(base + interrupt_enable, 0);
    out8(base + line_control, 3);     // 8 bits, no parity, one stop bit
    out8(base + fifo_control, 0x07);  // FIFOs on, empty, interrupt at each byte
    out8(base + modem_control, 0x0b); // DTR, RTS, OUT2: which lets the interrupt through
}

void serial_write(std::span<const char> text) {
    for (char c : text) {
        if (c == '\n') put('\r');
        put(c);
    }
}

void serial_write_raw(std::span<const char> text) {
    for (char c : text) put(c);
}

void serial_start_input() {
    ASSERT(interrupt_register(irq, handler, false).ok());
    out8(base + interrupt_enable, 1);
}

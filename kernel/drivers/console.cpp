// Joins the devices that make up the console.
#include "kernel/drivers/console.h"
#include "kernel/base/types.h"
#include "kernel/drivers/keyboard.h"
#include "kernel/drivers/serial.h"
#include "kernel/drivers/vga.h"
#include "kernel/sched/scheduler.h"

namespace {

void (*receiver)(char c) = nullptr;

// Typed characters on their way from the interrupt to the safe point. Full: the newest are lost, as
// with any terminal.
char typed[256];
u32 typed_head = 0, typed_tail = 0;

void hand_over(Work&) {
    while (receiver && typed_tail != typed_head) receiver(typed[typed_tail++ % sizeof typed]);
}
Work input_work(hand_over);

} // namespace

void console_init() {
    serial_start_input();
    if (vga_present()) keyboard_init();
}

void console_write(std::span<const char> text) {
    serial_write(text);
    if (vga_present()) vga_write(text);
}

void console_write_raw(std::span<const char> text) {
    serial_write_raw(text);
    if (vga_present()) vga_write(text);
}

void set_console_input(void (*receive)(char c)) {
    receiver = receive;
    work_raise(input_work);
}

void console_input(char c) {
    if (typed_head - typed_tail == sizeof typed) return;
    typed[typed_head++ % sizeof typed] = c;
    work_raise(input_work);
}

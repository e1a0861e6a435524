// The console's terminal, and /dev/tty, which is whatever terminal the process has.
#include "kernel/proc/tty.h"
#include "kernel/drivers/console.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tty_line.h"

namespace {

constexpr u32 tty_major = 4, tty_aux_major = 5;
constexpr u32 minor_tty1 = 1, minor_ttys0 = 64, minor_tty = 0, minor_console = 1;

struct ConsoleTty final : Tty {
    ConsoleTty() : Tty(make_device(tty_aux_major, minor_console)) {}
    void transmit(std::string_view text) override { console_write_raw(text); }
};
Tty& console_tty() {
    static ConsoleTty tty; // its first reference is its own
    return tty;
}

void receive(char c) { tty_receive(console_tty(), c); }

Result<Ref<file>> open_terminal(Device device, u32 flags) {
    Tty& tty = console_tty();
    // A session's leader gets its terminal by opening it; the console is excepted, as on Linux.
    if (device != make_device(tty_aux_major, minor_console)) tty_opened(tty, flags);
    return Ref<file>(TRY(make_ref<TtyFile>(tty, flags)));
}

Result<Ref<file>> open_current(Device, u32 flags) {
    if (!in_process()) return open_terminal(make_device(tty_aux_major, minor_console), flags);
    Tty* tty = current_process().controlling_terminal;
    if (!tty) return Errno{ENXIO};
    return Ref<file>(TRY(make_ref<TtyFile>(*tty, flags)));
}

} // namespace

void tty_init() {
    register_device(tty_aux_major, minor_console, "console", 0600, open_terminal);
    register_device(tty_aux_major, minor_tty, "tty", 0666, open_current);
    register_device(tty_major, minor_tty1, "tty1", 0620, open_terminal);
    register_device(tty_major, minor_ttys0, "ttyS0", 0660, open_terminal);
    pty_init();
    set_console_input(receive);
}

// The console terminal. Output is written at once, so there is never anything to drain.
#include "kernel/proc/tty.h"

#include "kernel/base/clock.h"
#include "kernel/base/restart.h"
#include "kernel/drivers/console.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/line_discipline.h"
#include "kernel/proc/process.h"
#include "kernel/uapi/ioctl.h"

namespace {

struct WindowSize {
    u16 rows, columns, width, height; // characters; pixels
};

struct Tty {
    LineDiscipline discipline;
    WaitQueue readable, writable;
    int session = 0;      // whose controlling terminal it is; 0: nobody's
    int foreground = 0;   // process group
    bool stopped = false; // ^S
    WindowSize window = {};
};
Tty& console_tty() {
    static Tty tty;
    return tty;
}

// Collects output characters and hands them to the console in runs.
class ConsoleOutput final : public LineDiscipline::Output {
  public:
    ~ConsoleOutput() { flush(); }
    void put(u8 c) override {
        if (used_ == sizeof(buffer_)) flush();
        buffer_[used_++] = static_cast<char>(c);
    }
    void flush() {
        if (used_) console_write_raw({buffer_, used_});
        used_ = 0;
    }

  private:
    char buffer_[256];
    usize used_ = 0;
};

void signal_foreground(Tty& tty, int signal) {
    if (tty.foreground) send_signal_to_group(tty.foreground, signal);
}

void receive(char c) {
    Tty& tty = console_tty();
    ConsoleOutput echo;
    switch (tty.discipline.receive(static_cast<u8>(c), echo)) {
    case LineEvent::none:
        break;
    case LineEvent::interrupt:
        signal_foreground(tty, SIGINT);
        break;
    case LineEvent::quit:
        signal_foreground(tty, SIGQUIT);
        break;
    case LineEvent::suspend:
        signal_foreground(tty, SIGTSTP);
        break;
    case LineEvent::stop:
        tty.stopped = true;
        break;
    case LineEvent::start:
        tty.stopped = false;
        tty.writable.wake_all(POLLOUT);
        break;
    }
    if (tty.discipline.readable()) tty.readable.wake_all(POLLIN);
}

bool is_controlling(const Tty& tty) {
    return current_process().controlling_terminal == &tty && tty.session == current_process().sid;
}

// Job control: a background process that reads (or changes the terminal) is stopped. EIO when that
// can't be done.
Result<void> check_foreground(const Tty& tty, int signal) {
    Process& process = current_process();
    if (!is_controlling(tty) || process.pgid == tty.foreground) return {};
    const bool ignored = (current_task().blocked & signal_bit(signal)) ||
                         process.handlers->of(signal).handler == signal_ignore;
    if (signal == SIGTTOU && ignored) return {};
    if (ignored || is_orphaned_group(process.pgid)) return Errno{EIO};
    send_signal_to_group(process.pgid, signal);
    return Errno{ERESTARTSYS};
}

void take_terminal(Tty& tty) {
    Process& process = current_process();
    tty.session = process.sid;
    tty.foreground = process.pgid;
    process.controlling_terminal = &tty;
}

// Everyone in the session loses it.
void give_up_terminal(Tty& tty) {
    for (Process& process : all_processes())
        if (process.sid == tty.session && process.controlling_terminal == &tty)
            process.controlling_terminal = nullptr;
    tty.session = tty.foreground = 0;
}

class TtyFile final : public file {
  public:
    TtyFile(Tty& tty, u32 flags) : file(flags), tty_(tty) {}

    Result<usize> read(IovIter& to, i64&) override;
    Result<usize> write(IovIter& from, i64&) override;
    u32 poll(PollTable* table) override;
    SysResult ioctl(u32 command, uptr argument, bool compat) override;
    bool async_capable() const override { return true; }

  private:
    Result<void> wait_for_input(usize wanted);
    Result<void> set_modes(uptr argument, bool flush);
    SysResult set_controlling(uptr steal);
    SysResult disown();
    SysResult set_foreground(uptr argument);
    SysResult set_window(uptr argument);

    Tty& tty_;
};

// VMIN and VTIME: termios(3), "Canonical and noncanonical mode".
Result<void> TtyFile::wait_for_input(usize wanted) {
    LineDiscipline& line = tty_.discipline;
    const Nanoseconds tenths = line.modes.cc[VTIME] * ms_to_ns(100);
    usize minimum = 1;
    Nanoseconds deadline = no_deadline;
    if (!line.canonical()) {
        minimum = line.modes.cc[VMIN];
        if (minimum > wanted) minimum = wanted;
        if (minimum == 0) {
            if (tenths == 0) return {};
            minimum = 1;
            deadline = clock_monotonic() + tenths;
        }
    }
    if (line.readable(minimum)) return {};
    if (nonblocking()) {
        if (line.readable(1)) return {};
        return Errno{EAGAIN};
    }
    for (usize seen = line.available(); !line.readable(minimum); seen = line.available()) {
        if (minimum > 1 && tenths && seen) deadline = clock_monotonic() + tenths;
        const auto more = [&] { return line.readable(minimum) || line.available() != seen; };
        const Result<void> waited = wait_until(tty_.readable, deadline, more);
        if (waited.ok()) continue;
        if (waited.error().code == ETIMEDOUT) return {};
        return waited.error();
    }
    return {};
}

Result<usize> TtyFile::read(IovIter& to, i64&) {
    TRY(check_foreground(tty_, SIGTTIN));
    if (to.remaining() == 0) return usize{0};
    TRY(wait_for_input(to.remaining()));
    u8 chunk[256];
    usize total = 0;
    const bool canonical = tty_.discipline.canonical();
    while (to.remaining()) {
        const usize room = to.remaining() < sizeof(chunk) ? to.remaining() : sizeof(chunk);
        const usize n = tty_.discipline.read({chunk, room});
        if (n == 0) break;
        if (to.copy_to(chunk, n) != n) return Errno{EFAULT};
        total += n;
        if (n < room || (canonical && chunk[n - 1] == '\n')) break;
    }
    return total;
}

Result<usize> TtyFile::write(IovIter& from, i64&) {
    if (tty_.discipline.modes.lflag & TOSTOP) TRY(check_foreground(tty_, SIGTTOU));
    u8 chunk[256];
    usize total = 0;
    while (from.remaining()) {
        if (tty_.stopped) {
            if (total) return total;
            if (nonblocking()) return Errno{EAGAIN};
            TRY(wait_until(tty_.writable, no_deadline, [&] { return !tty_.stopped; }));
        }
        const usize wanted = from.remaining() < sizeof(chunk) ? from.remaining() : sizeof(chunk);
        const usize n = from.copy_from(chunk, wanted);
        ConsoleOutput out;
        for (usize i = 0; i < n; i++) tty_.discipline.output(chunk[i], out);
        total += n;
        if (n < wanted) return total ? Result<usize>(total) : Errno{EFAULT};
    }
    return total;
}

u32 TtyFile::poll(PollTable* table) {
    if (table) {
        table->add(tty_.readable);
        table->add(tty_.writable);
    }
    u32 events = tty_.stopped ? 0 : POLLOUT | POLLWRNORM;
    if (tty_.discipline.readable()) events |= POLLIN | POLLRDNORM;
    return events;
}

Result<void> TtyFile::set_modes(uptr argument, bool flush) {
    TRY(check_foreground(tty_, SIGTTOU));
    const TerminalModes modes = TRY(get_user(UserPtr<const TerminalModes>(argument)));
    if (flush) tty_.discipline.flush_input();
    tty_.discipline.set_modes(modes);
    if (!(modes.iflag & IXON)) tty_.stopped = false;
    tty_.readable.wake_all(POLLIN);
    return {};
}

SysResult TtyFile::set_controlling(uptr steal) {
    Process& process = current_process();
    if (is_controlling(tty_) && process.sid == process.pid) return 0;
    if (process.sid != process.pid || process.controlling_terminal) return Errno{EPERM};
    if (tty_.session) {
        if (steal != 1 || process.credentials.euid != 0) return Errno{EPERM};
        give_up_terminal(tty_);
    }
    take_terminal(tty_);
    return 0;
}

SysResult TtyFile::disown() {
    Process& process = current_process();
    if (!is_controlling(tty_)) return Errno{ENOTTY};
    if (process.sid != process.pid) {
        process.controlling_terminal = nullptr;
        return 0;
    }
    const int group = tty_.foreground;
    give_up_terminal(tty_);
    if (group) {
        send_signal_to_group(group, SIGHUP);
        send_signal_to_group(group, SIGCONT);
    }
    return 0;
}

SysResult TtyFile::set_foreground(uptr argument) {
    if (!is_controlling(tty_)) return Errno{ENOTTY};
    TRY(check_foreground(tty_, SIGTTOU));
    const int group = TRY(get_user(UserPtr<const int>(argument)));
    if (group < 0) return Errno{EINVAL};
    bool found = false;
    for (const Process& process : all_processes()) {
        if (process.pgid != group) continue;
        if (process.sid != tty_.session) return Errno{EPERM};
        found = true;
    }
    if (!found) return Errno{ESRCH};
    tty_.foreground = group;
    return 0;
}

SysResult TtyFile::set_window(uptr argument) {
    const WindowSize size = TRY(get_user(UserPtr<const WindowSize>(argument)));
    const bool changed = size.rows != tty_.window.rows || size.columns != tty_.window.columns;
    tty_.window = size;
    if (changed) signal_foreground(tty_, SIGWINCH);
    return 0;
}

SysResult TtyFile::ioctl(u32 command, uptr argument, bool) {
    const UserPtr<int> number(argument);
    switch (command) {
    case TCGETS:
        TRY(put_user(UserPtr<TerminalModes>(argument), tty_.discipline.modes));
        return 0;
    case TCSETS:
    case TCSETSW:
        TRY(set_modes(argument, false));
        return 0;
    case TCSETSF:
        TRY(set_modes(argument, true));
        return 0;
    case TCSBRK:
    case TCSBRKP:
        TRY(check_foreground(tty_, SIGTTOU));
        return 0;
    case TCFLSH:
        if (argument > TCIOFLUSH) return Errno{EINVAL};
        if (argument != TCOFLUSH) tty_.discipline.flush_input();
        return 0;
    case TCXONC:
        if (argument != TCOOFF && argument != TCOON) return Errno{EINVAL};
        tty_.stopped = argument == TCOOFF;
        tty_.writable.wake_all(POLLOUT);
        return 0;
    case TIOCSCTTY:
        return set_controlling(argument);
    case TIOCNOTTY:
        return disown();
    case TIOCGPGRP:
        if (!is_controlling(tty_)) return Errno{ENOTTY};
        TRY(put_user(number, tty_.foreground));
        return 0;
    case TIOCSPGRP:
        return set_foreground(argument);
    case TIOCGSID:
        if (!is_controlling(tty_)) return Errno{ENOTTY};
        TRY(put_user(number, tty_.session));
        return 0;
    case TIOCGWINSZ:
        TRY(put_user(UserPtr<WindowSize>(argument), tty_.window));
        return 0;
    case TIOCSWINSZ:
        return set_window(argument);
    case TIOCSTI: {
        if (current_process().credentials.euid != 0 && !is_controlling(tty_)) return Errno{EPERM};
        receive(TRY(get_user(UserPtr<const char>(argument))));
        return 0;
    }
    case TIOCOUTQ:
        TRY(put_user(number, 0));
        return 0;
    case FIONREAD:
        TRY(put_user(number, static_cast<int>(tty_.discipline.available())));
        return 0;
    default:
        return Errno{ENOTTY};
    }
}

constexpr u32 tty_major = 4, tty_aux_major = 5;
constexpr u32 minor_tty1 = 1, minor_ttys0 = 64, minor_tty = 0, minor_console = 1;

Result<Ref<file>> open_terminal(Device device, u32 flags) {
    Tty& tty = console_tty();
    const bool current = device == make_device(tty_aux_major, minor_tty);
    const bool console = device == make_device(tty_aux_major, minor_console);
    if (in_process()) {
        Process& process = current_process();
        if (current && !process.controlling_terminal) return Errno{ENXIO};
        // A session's leader gets its terminal by opening it; the console is excepted, as on Linux.
        const bool leader = process.sid == process.pid && !process.controlling_terminal;
        if (!current && !console && !(flags & O_NOCTTY) && leader && !tty.session)
            take_terminal(tty);
    }
    return Ref<file>(TRY(make_ref<TtyFile>(tty, flags)));
}

} // namespace

void tty_init() {
    register_device(tty_aux_major, minor_console, "console", 0600, open_terminal);
    register_device(tty_aux_major, minor_tty, "tty", 0666, open_terminal);
    register_device(tty_major, minor_tty1, "tty1", 0620, open_terminal);
    register_device(tty_major, minor_ttys0, "ttyS0", 0660, open_terminal);
    set_console_input(receive);
}

void tty_process_exits(Process& process) {
    Tty& tty = console_tty();
    const bool leader = process.sid == process.pid;
    if (process.controlling_terminal != &tty || !leader || tty.session != process.sid) {
        process.controlling_terminal = nullptr;
        return;
    }
    const int group = tty.foreground;
    give_up_terminal(tty);
    if (!group) return;
    send_signal_to_group(group, SIGHUP);
    send_signal_to_group(group, SIGCONT);
}

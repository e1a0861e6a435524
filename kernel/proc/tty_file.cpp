// Files of terminals: reading and writing through the line discipline, job control, ioctl. Output
// is written at once, so there is never anything to drain.
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tty.h"
#include "kernel/proc/tty_line.h"
#include "kernel/uapi/ioctl.h"

namespace {

constexpr usize most_of_one = 8; // characters on the line that one of a program's becomes (a tab)

// Collects output characters and hands them to the line in runs; what has no room there is lost.
class LineOutput final : public LineDiscipline::Output {
  public:
    explicit LineOutput(Tty& tty) : tty_(tty) {}
    ~LineOutput() { flush(); }
    void put(u8 c) override {
        if (used_ == sizeof(buffer_)) flush();
        buffer_[used_++] = static_cast<char>(c);
    }
    void flush() {
        if (used_) tty_.transmit({buffer_, min(used_, tty_.room())});
        used_ = 0;
    }

  private:
    Tty& tty_;
    char buffer_[256];
    usize used_ = 0;
};

void signal_foreground(Tty& tty, int signal) {
    if (tty.foreground) send_signal_to_group(tty.foreground, signal);
}

} // namespace

void tty_receive(Tty& tty, char c) {
    LineOutput echo(tty);
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

namespace {

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
        if (process.controlling_terminal == &tty) process.controlling_terminal = nullptr;
    tty.session = tty.foreground = 0;
}

} // namespace

Tty::~Tty() { give_up_terminal(*this); }

void tty_opened(Tty& tty, u32 flags) {
    if (!in_process()) return;
    const Process& process = current_process();
    const bool leader = process.sid == process.pid && !process.controlling_terminal;
    if (!(flags & O_NOCTTY) && leader && !tty.session) take_terminal(tty);
}

void tty_hang_up(Tty& tty) {
    tty.hung_up = true;
    tty.stopped = false;
    const int session = tty.session, group = tty.foreground;
    give_up_terminal(tty);
    tty.readable.wake_all(POLLIN | POLLHUP);
    tty.writable.wake_all(POLLOUT | POLLHUP);
    for (int told : {session, group == session ? 0 : group}) {
        if (!told) continue;
        send_signal_to_group(told, SIGHUP);
        send_signal_to_group(told, SIGCONT);
    }
}

// VMIN and VTIME: termios(3), "Canonical and noncanonical mode".
Result<void> TtyFile::wait_for_input(usize wanted) {
    LineDiscipline& line = tty_->discipline;
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
    if (line.readable(minimum) || tty_->hung_up) return {};
    if (nonblocking()) {
        if (line.readable(1)) return {};
        return Errno{EAGAIN};
    }
    for (usize seen = line.available(); !line.readable(minimum) && !tty_->hung_up;
         seen = line.available()) {
        if (minimum > 1 && tenths && seen) deadline = clock_monotonic() + tenths;
        const auto more = [&] {
            return line.readable(minimum) || line.available() != seen || tty_->hung_up;
        };
        const Result<void> waited = wait_until(tty_->readable, deadline, more);
        if (waited.ok()) continue;
        if (waited.error().code == ETIMEDOUT) return {};
        return waited.error();
    }
    return {};
}

Result<usize> TtyFile::read(IovIter& to, i64&) {
    TRY(check_foreground(*tty_, SIGTTIN));
    if (to.remaining() == 0) return usize{0};
    TRY(wait_for_input(to.remaining()));
    u8 chunk[256];
    usize total = 0;
    const bool canonical = tty_->discipline.canonical();
    while (to.remaining()) {
        const usize room = to.remaining() < sizeof(chunk) ? to.remaining() : sizeof(chunk);
        const usize n = tty_->discipline.read({chunk, room});
        if (n == 0) break;
        if (to.copy_to(chunk, n) != n) return Errno{EFAULT};
        total += n;
        if (n < room || (canonical && chunk[n - 1] == '\n')) break;
    }
    tty_->input_taken();
    return total;
}

Result<void> TtyFile::wait_for_room() {
    const auto ready = [&] {
        return tty_->hung_up || (!tty_->stopped && tty_->room() >= most_of_one);
    };
    if (!ready() && nonblocking()) return Errno{EAGAIN};
    TRY(wait_until(tty_->writable, no_deadline, ready));
    return tty_->hung_up ? Result<void>(Errno{EIO}) : Result<void>();
}

Result<usize> TtyFile::write(IovIter& from, i64&) {
    if (tty_->discipline.modes.lflag & TOSTOP) TRY(check_foreground(*tty_, SIGTTOU));
    u8 chunk[256];
    usize total = 0;
    while (from.remaining()) {
        if (auto ready = wait_for_room(); !ready.ok()) {
            if (total) return total;
            return ready.error();
        }
        const usize most = min(sizeof(chunk), tty_->room() / most_of_one);
        const usize wanted = min(from.remaining(), most);
        const usize n = from.copy_from(chunk, wanted);
        LineOutput out(*tty_);
        for (usize i = 0; i < n; i++) tty_->discipline.output(chunk[i], out);
        total += n;
        if (n < wanted) return total ? Result<usize>(total) : Errno{EFAULT};
    }
    return total;
}

u32 TtyFile::poll(PollTable* table) {
    if (table) {
        table->add(tty_->readable);
        table->add(tty_->writable);
    }
    if (tty_->hung_up) return POLLIN | POLLOUT | POLLHUP | POLLERR | POLLRDNORM | POLLWRNORM;
    u32 events = !tty_->stopped && tty_->room() >= most_of_one ? POLLOUT | POLLWRNORM : 0;
    if (tty_->discipline.readable()) events |= POLLIN | POLLRDNORM;
    return events;
}

Result<void> TtyFile::set_modes(uptr argument, bool flush) {
    TRY(check_foreground(*tty_, SIGTTOU));
    const TerminalModes modes = TRY(get_user(UserPtr<const TerminalModes>(argument)));
    if (flush) tty_->discipline.flush_input();
    tty_->discipline.set_modes(modes);
    if (!(modes.iflag & IXON)) tty_->stopped = false;
    tty_->readable.wake_all(POLLIN);
    return {};
}

SysResult TtyFile::set_controlling(uptr steal) {
    Process& process = current_process();
    if (is_controlling(*tty_) && process.sid == process.pid) return 0;
    if (process.sid != process.pid || process.controlling_terminal) return Errno{EPERM};
    if (tty_->session) {
        if (steal != 1 || process.credentials.euid != 0) return Errno{EPERM};
        give_up_terminal(*tty_);
    }
    take_terminal(*tty_);
    return 0;
}

SysResult TtyFile::disown() {
    Process& process = current_process();
    if (!is_controlling(*tty_)) return Errno{ENOTTY};
    if (process.sid != process.pid) {
        process.controlling_terminal = nullptr;
        return 0;
    }
    const int group = tty_->foreground;
    give_up_terminal(*tty_);
    if (group) {
        send_signal_to_group(group, SIGHUP);
        send_signal_to_group(group, SIGCONT);
    }
    return 0;
}

SysResult TtyFile::set_foreground(uptr argument) {
    if (!is_controlling(*tty_)) return Errno{ENOTTY};
    TRY(check_foreground(*tty_, SIGTTOU));
    const int group = TRY(get_user(UserPtr<const int>(argument)));
    if (group < 0) return Errno{EINVAL};
    bool found = false;
    for (const Process& process : all_processes()) {
        if (process.pgid != group) continue;
        if (process.sid != tty_->session) return Errno{EPERM};
        found = true;
    }
    if (!found) return Errno{ESRCH};
    tty_->foreground = group;
    return 0;
}

SysResult TtyFile::set_window(uptr argument) {
    const WindowSize size = TRY(get_user(UserPtr<const WindowSize>(argument)));
    const bool changed = size.rows != tty_->window.rows || size.columns != tty_->window.columns;
    tty_->window = size;
    if (changed) signal_foreground(*tty_, SIGWINCH);
    return 0;
}

SysResult TtyFile::ioctl(u32 command, uptr argument, bool) {
    if (tty_->hung_up) return Errno{EIO};
    const UserPtr<int> number(argument);
    switch (command) {
    case TCGETS:
        TRY(put_user(UserPtr<TerminalModes>(argument), tty_->discipline.modes));
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
        TRY(check_foreground(*tty_, SIGTTOU));
        return 0;
    case TCFLSH:
        if (argument > TCIOFLUSH) return Errno{EINVAL};
        if (argument != TCOFLUSH) tty_->discipline.flush_input();
        return 0;
    case TCXONC:
        if (argument != TCOOFF && argument != TCOON) return Errno{EINVAL};
        tty_->stopped = argument == TCOOFF;
        tty_->writable.wake_all(POLLOUT);
        return 0;
    case TIOCSCTTY:
        return set_controlling(argument);
    case TIOCNOTTY:
        return disown();
    case TIOCGPGRP:
        if (!is_controlling(*tty_)) return Errno{ENOTTY};
        TRY(put_user(number, tty_->foreground));
        return 0;
    case TIOCSPGRP:
        return set_foreground(argument);
    case TIOCGSID:
        if (!is_controlling(*tty_)) return Errno{ENOTTY};
        TRY(put_user(number, tty_->session));
        return 0;
    case TIOCGWINSZ:
        TRY(put_user(UserPtr<WindowSize>(argument), tty_->window));
        return 0;
    case TIOCSWINSZ:
        return set_window(argument);
    case TIOCSTI: {
        if (current_process().credentials.euid != 0 && !is_controlling(*tty_)) return Errno{EPERM};
        tty_receive(*tty_, TRY(get_user(UserPtr<const char>(argument))));
        return 0;
    }
    case TIOCOUTQ:
        TRY(put_user(number, 0));
        return 0;
    case FIONREAD:
        TRY(put_user(number, static_cast<int>(tty_->discipline.available())));
        return 0;
    default:
        return Errno{ENOTTY};
    }
}

void tty_process_exits(Process& process) {
    if (!process.controlling_terminal) return;
    Tty& tty = *process.controlling_terminal;
    const bool leader = process.sid == process.pid;
    if (!leader || tty.session != process.sid) {
        process.controlling_terminal = nullptr;
        return;
    }
    const int group = tty.foreground;
    give_up_terminal(tty);
    if (!group) return;
    send_signal_to_group(group, SIGHUP);
    send_signal_to_group(group, SIGCONT);
}

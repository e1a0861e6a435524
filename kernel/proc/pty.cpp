// Pseudo-terminals (pty(7)): /dev/ptmx opens a master; what is written to it is typed at the
// terminal /dev/pts/N, and what is written there is read from it.
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/devfs.h"
#include "kernel/mem/user_copy.h"
#include "kernel/proc/process.h"
#include "kernel/proc/tty_line.h"
#include "kernel/uapi/ioctl.h"

namespace {

constexpr u32 ptmx_major = 5, ptmx_minor = 2, slave_major = 136;
constexpr u32 most_terminals = 32;

struct Pty final : Tty {
    explicit Pty(u32 number) : Tty(make_device(slave_major, number)), number(number) {}
    void transmit(std::string_view text) override;
    usize room() const override { return sizeof output - (tail - head); }
    void input_taken() override { master_writable.wake_all(POLLOUT); }
    bool slave_gone() const { return was_opened && slaves == 0; }

    const u32 number;
    bool locked = true; // until unlockpt(3)
    bool was_opened = false;
    u32 slaves = 0;                             // open files of the terminal's side
    WaitQueue master_readable, master_writable; // the other side's
    char output[8192];                          // on its way to the master
    usize head = 0, tail = 0;
};

struct Slot {
    Pty* pty;
    char name[8]; // "pts/N"
};
Slot slots[most_terminals];

void Pty::transmit(std::string_view text) {
    for (char c : text) output[tail++ % sizeof output] = c;
    master_readable.wake_all(POLLIN);
}

class SlaveFile final : public TtyFile {
  public:
    SlaveFile(Pty& pty, u32 flags) : TtyFile(pty, flags) {
        pty.slaves++;
        pty.was_opened = true;
    }
    ~SlaveFile() override {
        Pty& pty = static_cast<Pty&>(*tty_);
        if (--pty.slaves == 0) pty.master_readable.wake_all(POLLIN | POLLHUP);
    }
};

class MasterFile final : public TtyFile {
  public:
    MasterFile(Ref<Pty> pty, u32 flags) : TtyFile(*pty, flags), pty_(*pty) {}
    ~MasterFile() override;
    Result<usize> read(IovIter& to, i64&) override;
    Result<usize> write(IovIter& from, i64&) override;
    u32 poll(PollTable* table) override;
    SysResult ioctl(u32 command, uptr argument, bool compat) override;

  private:
    bool takes_input() const;

    Pty& pty_; // tty_ holds it
};

// The terminal goes with its master; those who have it open are at its end.
MasterFile::~MasterFile() {
    Slot& slot = slots[pty_.number];
    devfs_remove(slot.name);
    slot.pty = nullptr;
    tty_hang_up(pty_);
}

Result<usize> MasterFile::read(IovIter& to, i64&) {
    const auto ready = [&] { return pty_.tail != pty_.head || pty_.slave_gone(); };
    if (!ready() && nonblocking()) return Errno{EAGAIN};
    TRY(wait_until(pty_.master_readable, no_deadline, ready));
    if (pty_.tail == pty_.head) return Errno{EIO};
    usize total = 0;
    while (to.remaining() && pty_.tail != pty_.head) {
        const usize at = pty_.head % sizeof pty_.output;
        const usize most = min(pty_.tail - pty_.head, sizeof pty_.output - at);
        const usize run = min(most, to.remaining());
        if (to.copy_to(pty_.output + at, run) != run)
            return total ? Result<usize>(total) : Errno{EFAULT};
        pty_.head += run;
        total += run;
    }
    pty_.writable.wake_all(POLLOUT);
    return total;
}

// A line that is too long loses its end, as when typed; what only has to be read first waits.
bool MasterFile::takes_input() const {
    return pty_.discipline.room() || !pty_.discipline.readable();
}

Result<usize> MasterFile::write(IovIter& from, i64&) {
    usize total = 0;
    while (from.remaining()) {
        if (!takes_input()) {
            if (total) return total;
            if (nonblocking()) return Errno{EAGAIN};
            TRY(wait_until(pty_.master_writable, no_deadline, [&] { return takes_input(); }));
        }
        char c;
        if (from.copy_from(&c, 1) != 1) return total ? Result<usize>(total) : Errno{EFAULT};
        tty_receive(pty_, c);
        total++;
    }
    return total;
}

u32 MasterFile::poll(PollTable* table) {
    if (table) {
        table->add(pty_.master_readable);
        table->add(pty_.master_writable);
    }
    u32 events = takes_input() ? POLLOUT | POLLWRNORM : 0;
    if (pty_.tail != pty_.head) events |= POLLIN | POLLRDNORM;
    if (pty_.slave_gone()) events |= POLLHUP;
    return events;
}

SysResult MasterFile::ioctl(u32 command, uptr argument, bool compat) {
    switch (command) {
    case TIOCGPTN:
        TRY(put_user(UserPtr<u32>(argument), pty_.number));
        return 0;
    case TIOCSPTLCK:
        pty_.locked = TRY(get_user(UserPtr<const int>(argument))) != 0;
        return 0;
    case FIONREAD:
        TRY(put_user(UserPtr<int>(argument), static_cast<int>(pty_.tail - pty_.head)));
        return 0;
    case TIOCSCTTY:
        return Errno{ENOTTY}; // the master's side is nobody's terminal
    default:
        return TtyFile::ioctl(command, argument, compat);
    }
}

Result<Ref<file>> open_master(Device, u32 flags) {
    for (u32 number = 0; number < most_terminals; number++) {
        Slot& slot = slots[number];
        if (slot.pty) continue;
        Ref<Pty> pty = TRY(make_ref<Pty>(number));
        Pty& made = *pty;
        Ref<file> master = TRY(make_ref<MasterFile>(std::move(pty), flags));
        slot.pty = &made;
        devfs_add(made.device, slot.name, 0620, current_credentials());
        return master;
    }
    return Errno{ENOSPC};
}

// EIO: there is no such terminal (any more), or its master hasn't unlocked it.
Result<Ref<file>> open_slave(Device device, u32 flags) {
    Pty* pty = slots[device_minor(device)].pty;
    if (!pty || pty->locked) return Errno{EIO};
    tty_opened(*pty, flags);
    return Ref<file>(TRY(make_ref<SlaveFile>(*pty, flags)));
}

} // namespace

void pty_init() {
    register_device(ptmx_major, ptmx_minor, "ptmx", 0666, open_master);
    for (u32 number = 0; number < most_terminals; number++) {
        ksnprintf(slots[number].name, sizeof slots[number].name, "pts/%u", number);
        register_device(slave_major, number, slots[number].name, device_without_node, open_slave);
    }
}

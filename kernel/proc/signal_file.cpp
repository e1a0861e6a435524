// A signal file gives whoever reads it the signals that are pending for the reader.
#include "kernel/proc/signal_file.h"

#include "kernel/base/string.h"
#include "kernel/proc/process.h"

namespace {

// signalfd(2), struct signalfd_siginfo.
struct SignalRecord {
    u32 signal;
    i32 error, code;
    u32 pid, uid;
    i32 fd;
    u32 tid, band, overrun, trap;
    i32 status, integer;
    u64 pointer, utime, stime, address;
    u8 pad[48];
};
static_assert(sizeof(SignalRecord) == 128);

SignalRecord record_of(const SignalInfo& info) {
    SignalRecord out{};
    out.signal = static_cast<u32>(info.signal);
    out.error = info.error;
    out.code = info.code;
    switch (info.kind) {
    case SignalInfo::Kind::fault:
        out.address = info.value;
        return out;
    case SignalInfo::Kind::timer:
        out.tid = static_cast<u32>(info.pid);
        out.overrun = info.uid;
        break;
    case SignalInfo::Kind::poll:
        out.band = static_cast<u32>(info.value);
        out.fd = static_cast<i32>(info.user_ticks);
        return out;
    case SignalInfo::Kind::child:
        out.status = static_cast<i32>(info.value);
        out.utime = info.user_ticks;
        out.stime = info.system_ticks;
        [[fallthrough]];
    case SignalInfo::Kind::sender:
        out.pid = static_cast<u32>(info.pid);
        out.uid = info.uid;
        break;
    }
    if (info.kind != SignalInfo::Kind::child) {
        out.pointer = info.value;
        out.integer = static_cast<i32>(info.value);
    }
    return out;
}

} // namespace

class SignalFile : public file {
  public:
    SignalFile(SignalSet set, u32 flags) : file(O_RDWR | flags) { watch(set); }
    void watch(SignalSet set) { set_ = set & ~unblockable_signals; }

    Result<usize> read(IovIter& to, i64&) override {
        if (to.remaining() < sizeof(SignalRecord)) return Errno{EINVAL};
        if (!ready() && nonblocking()) return Errno{EAGAIN};
        TRY(wait_until(current_process().signal_queue, no_deadline, [this] { return ready(); }));
        usize done = 0;
        SignalInfo info;
        while (to.remaining() >= sizeof(SignalRecord) && take(info)) {
            const SignalRecord record = record_of(info);
            if (to.copy_to(&record, sizeof record) < sizeof record)
                return done ? Result<usize>(done) : Errno{EFAULT};
            done += sizeof record;
        }
        recompute_signal_pending(current_task());
        return done;
    }
    u32 poll(PollTable* table) override {
        if (table) table->add(current_process().signal_queue);
        return ready() ? POLLIN : 0u;
    }
    usize describe(std::span<char> to) override {
        return copy_string(to.data(), to.size(), "anon_inode:[signalfd]");
    }
    SignalFile* as_signal_file() override { return this; }

  private:
    bool ready() const {
        return (current_task().pending.set() | current_process().pending.set()) & set_;
    }
    bool take(SignalInfo& info) const {
        return current_task().pending.take(set_, info) ||
               current_process().pending.take(set_, info);
    }

    SignalSet set_;
};

Result<Ref<file>> make_signal_file(SignalSet set, u32 flags) {
    return Ref<file>(TRY(make_ref<SignalFile>(set, flags)));
}

Result<void> signal_file_set(file& target, SignalSet set) {
    SignalFile* signals = target.as_signal_file();
    if (!signals) return Errno{EINVAL};
    signals->watch(set);
    current_process().signal_queue.wake_all();
    return {};
}

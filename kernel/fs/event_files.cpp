// eventfd and timerfd: eight bytes a read.
#include "kernel/fs/event_files.h"
#include "kernel/base/clock.h"
#include "kernel/base/string.h"
#include "kernel/uapi/time.h"

namespace {
constexpr u64 max_count = ~u64{0} - 1;

Result<usize> give_number(IovIter& to, u64 value) {
    if (to.copy_to(&value, sizeof value) < sizeof value) return Errno{EFAULT};
    return sizeof value;
}

struct EventCounter : file {
    EventCounter(u64 count, bool semaphore, u32 flags)
        : file(O_RDWR | flags), count(count), semaphore(semaphore) {}

    Result<usize> read(IovIter& to, i64&) override {
        if (to.remaining() < sizeof count) return Errno{EINVAL};
        if (!count && nonblocking()) return Errno{EAGAIN};
        TRY(wait_until(changed, no_deadline, [this] { return count != 0; }));
        const u64 value = semaphore ? 1 : count;
        count -= value;
        changed.wake_all(POLLOUT);
        return give_number(to, value);
    }
    Result<usize> write(IovIter& from, i64&) override {
        u64 value;
        if (from.remaining() < sizeof value) return Errno{EINVAL};
        if (from.copy_from(&value, sizeof value) < sizeof value) return Errno{EFAULT};
        if (value == ~u64{0}) return Errno{EINVAL};
        auto fits = [&] { return max_count - count >= value; };
        if (!fits() && nonblocking()) return Errno{EAGAIN};
        TRY(wait_until(changed, no_deadline, fits));
        count += value;
        if (value) changed.wake_all(POLLIN);
        return sizeof value;
    }
    u32 poll(PollTable* table) override {
        if (table) table->add(changed);
        return (count ? POLLIN : 0u) | (count < max_count ? POLLOUT : 0u);
    }
    usize describe(std::span<char> to) override {
        return copy_string(to.data(), to.size(), "anon_inode:[eventfd]");
    }

    u64 count;
    const bool semaphore;
    WaitQueue changed;
};
} // namespace

class TimerFile : public file {
  public:
    TimerFile(int clock, u32 flags) : file(O_RDWR | flags), clock_(clock), timer_(*this) {}

    Result<usize> read(IovIter& to, i64&) override {
        if (to.remaining() < sizeof ticks_) return Errno{EINVAL};
        if (!ticks_ && nonblocking()) return Errno{EAGAIN};
        TRY(wait_until(expired_, no_deadline, [this] { return ticks_ != 0; }));
        const u64 ticks = ticks_;
        ticks_ = 0;
        return give_number(to, ticks);
    }
    u32 poll(PollTable* table) override {
        if (table) table->add(expired_);
        return ticks_ ? POLLIN : 0u;
    }
    usize describe(std::span<char> to) override {
        return copy_string(to.data(), to.size(), "anon_inode:[timerfd]");
    }
    TimerFile* as_timer() override { return this; }

    TimerSetting get() const {
        if (!timer_.armed()) return {interval_, 0};
        const Nanoseconds now = clock_monotonic();
        return {interval_, timer_.expires() > now ? timer_.expires() - now : 1};
    }
    void set(const TimerSetting& setting, bool absolute) {
        kernel_timers().cancel(timer_);
        ticks_ = 0;
        interval_ = setting.interval;
        if (!setting.expires) return;
        const Nanoseconds now = clock_monotonic();
        Nanoseconds when = now + setting.expires;
        if (absolute) {
            const Nanoseconds base = clock_ == CLOCK_REALTIME ? clock_realtime() - now : 0;
            when = setting.expires > base ? setting.expires - base : 0;
        } else if (when < now) {
            when = no_deadline - 1; // longer than time itself
        }
        kernel_timers().set(timer_, when);
    }

  private:
    struct Expiry : Timer {
        explicit Expiry(TimerFile& owner) : Timer(went_off), owner(owner) {}
        TimerFile& owner;
    };
    static void went_off(Timer& timer) { static_cast<Expiry&>(timer).owner.expire(); }

    void expire() {
        u64 passed = 1;
        if (interval_) {
            const Nanoseconds now = clock_monotonic(), due = timer_.expires();
            if (now > due) passed += (now - due) / interval_;
            kernel_timers().set(timer_, due + passed * interval_);
        }
        ticks_ += passed;
        expired_.wake_all(POLLIN);
    }

    const int clock_;
    u64 ticks_ = 0;
    Nanoseconds interval_ = 0;
    WaitQueue expired_;
    Expiry timer_;
};

Result<Ref<file>> make_event_counter(u64 count, bool semaphore, u32 flags) {
    return Ref<file>(TRY(make_ref<EventCounter>(count, semaphore, flags)));
}
Result<Ref<file>> make_timer_file(int clock, u32 flags) {
    return Ref<file>(TRY(make_ref<TimerFile>(clock, flags)));
}
TimerSetting timer_file_set(TimerFile& timer, const TimerSetting& setting, bool absolute) {
    const TimerSetting old = timer.get();
    timer.set(setting, absolute);
    return old;
}
TimerSetting timer_file_get(const TimerFile& timer) { return timer.get(); }

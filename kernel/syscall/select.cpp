// select and pselect6: bitmaps in, the same machinery as poll, bitmaps out.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/syscall/poll.h"
#include "kernel/syscall/poll_wait.h"
#include "kernel/syscall/wait_mask.h"
#include "kernel/syscall/wait_time.h"

namespace {
// What counts as readable, writable, exceptional (select(2), NOTES).
constexpr u32 poll_in = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR;
constexpr u32 poll_out = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR;
constexpr u32 poll_exception = POLLPRI;
constexpr u32 set_events[3] = {poll_in, poll_out, poll_exception};

// The three bitmaps, copied in. Bytes are the same in both ABIs: x86 is little-endian.
class FdSets {
  public:
    ~FdSets() { kfree(bits_); }
    Result<void> import(const UserPtr<void> (&from)[3], u32 count) {
        // Whole words, as Linux reads and writes them.
        bytes_ = align_up(div_up(count, 8), sizeof(u64));
        bits_ = static_cast<u8*>(kmalloc(max<usize>(3 * bytes_, 1)));
        if (!bits_) return Errno{ENOMEM};
        memset(bits_, 0, 3 * bytes_);
        for (usize i = 0; i < 3; i++)
            if (from[i]) TRY(copy_from_user(set(i), from[i], bytes_));
        return {};
    }
    Result<void> give_back(const UserPtr<void> (&to)[3]) const {
        for (usize i = 0; i < 3; i++)
            if (to[i]) TRY(copy_to_user(to[i], set(i), bytes_));
        return {};
    }
    bool has(usize which, u32 fd) const { return set(which)[fd / 8] >> (fd % 8) & 1; }
    u32 wanted(u32 fd) const {
        u32 events = 0;
        for (usize i = 0; i < 3; i++)
            if (has(i, fd)) events |= set_events[i];
        return events;
    }
    void mark(usize which, u32 fd) { set(which)[fd / 8] |= static_cast<u8>(1 << fd % 8); }

  private:
    u8* set(usize which) const { return bits_ + which * bytes_; }
    u8* bits_ = nullptr;
    usize bytes_ = 0;
};

Result<void> fill_watched(const FdSets& sets, u32 count, WatchedFiles& watched) {
    usize wanted = 0;
    for (u32 fd = 0; fd < count; fd++) wanted += sets.wanted(fd) != 0;
    TRY(watched.make(wanted));
    usize at = 0;
    for (u32 fd = 0; fd < count; fd++) {
        const u32 events = sets.wanted(fd);
        if (!events) continue;
        if (!current_process().files->peek(static_cast<int>(fd))) return Errno{EBADF};
        watched.all()[at].fd = static_cast<int>(fd);
        watched.all()[at].wanted = events;
        at++;
    }
    return {};
}

SysResult select_files(int count, const UserPtr<void> (&users)[3], Nanoseconds deadline) {
    if (count < 0) return Errno{EINVAL};
    const u32 fds = min(static_cast<u32>(count), current_process().files->capacity());
    FdSets sets;
    TRY(sets.import(users, fds));
    WatchedFiles watched;
    TRY(fill_watched(sets, fds, watched));
    auto ready = wait_for_files(watched.all(), deadline);
    if (!ready) return Errno{ready.error().code == EINTR ? ERESTARTNOHAND : ready.error().code};
    FdSets result;
    TRY(result.import({UserPtr<void>(), UserPtr<void>(), UserPtr<void>()}, fds));
    long bits = 0;
    for (const Watched& w : watched.all())
        for (usize i = 0; i < 3; i++) {
            const u32 fd = static_cast<u32>(w.fd);
            if (!sets.has(i, fd) || !(w.got & set_events[i])) continue;
            result.mark(i, fd);
            bits++;
        }
    TRY(result.give_back(users));
    return bits;
}

template <class Timespec>
SysResult pselect(int count, const UserPtr<void> (&users)[3], UserPtr<Timespec> timeout,
                  UserPtr<const SignalSet> mask, usize mask_size) {
    UserTimeout<Timespec> time;
    TRY(time.import(timeout));
    WaitMask masked;
    TRY(masked.set(mask, mask_size));
    const SysResult result = select_files(count, users, time.deadline());
    masked.finish(result);
    (void)time.finish(); // a bad address is no reason to lose the events
    if (!result) return result.error();
    return result.value();
}

// A timeval need not be normalized: whole seconds in tv_usec count.
template <class Timeval>
SysResult select_timeval(int count, const UserPtr<void> (&users)[3], UserPtr<Timeval> timeout) {
    if (!timeout) return select_files(count, users, no_deadline);
    const Timeval t = TRY(get_user(timeout));
    if (t.tv_sec < 0 || t.tv_usec < 0) return Errno{EINVAL};
    const timespec_native whole{i64{t.tv_sec} + t.tv_usec / 1'000'000,
                                i64{t.tv_usec} % 1'000'000 * 1000};
    const Nanoseconds span = TRY(checked_span(whole));
    const Nanoseconds deadline = deadline_of(span);
    const SysResult result = select_files(count, users, deadline);
    const Nanoseconds left = span == no_deadline ? span : time_left(deadline);
    Timeval rest;
    rest.tv_sec = static_cast<decltype(rest.tv_sec)>(left / s_to_ns(1));
    rest.tv_usec = static_cast<decltype(rest.tv_usec)>(left % s_to_ns(1) / 1000);
    if (span != no_deadline) (void)put_user(timeout, rest);
    if (!result) return result.error();
    return result.value();
}

// The sixth argument of pselect6: where the mask is, and how long.
template <class Word>
struct MaskArgument {
    Word address, size;
};
template <class Word>
Result<MaskArgument<Word>> mask_argument(UserPtr<const void> from) {
    if (!from) return MaskArgument<Word>{0, sizeof(SignalSet)};
    return get_user(from.cast<const MaskArgument<Word>>());
}

struct OldSelect32 {
    i32 count;
    u32 in, out, exception, timeout;
};
} // namespace

SysResult sys_select(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                     UserPtr<timeval_native> timeout) {
    return select_timeval(count, {in, out, exception}, timeout);
}
SysResult compat_sys_select(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                            UserPtr<timeval32> timeout) {
    return select_timeval(count, {in, out, exception}, timeout);
}
SysResult compat_sys_old_select(UserPtr<const void> arguments) {
    const OldSelect32 a = TRY(get_user(arguments.cast<const OldSelect32>()));
    return compat_sys_select(a.count, UserPtr<void>(a.in), UserPtr<void>(a.out),
                             UserPtr<void>(a.exception), UserPtr<timeval32>(a.timeout));
}
SysResult sys_pselect6(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                       UserPtr<timespec_native> timeout, UserPtr<const void> mask) {
    const auto m = TRY(mask_argument<u64>(mask));
    return pselect(count, {in, out, exception}, timeout, UserPtr<const SignalSet>(m.address),
                   m.size);
}
SysResult compat_sys_pselect6(int count, UserPtr<void> in, UserPtr<void> out,
                              UserPtr<void> exception, UserPtr<timespec32> timeout,
                              UserPtr<const void> mask) {
    const auto m = TRY(mask_argument<u32>(mask));
    return pselect(count, {in, out, exception}, timeout, UserPtr<const SignalSet>(m.address),
                   m.size);
}
SysResult compat_sys_pselect6_time64(int count, UserPtr<void> in, UserPtr<void> out,
                                     UserPtr<void> exception, UserPtr<timespec_time64> timeout,
                                     UserPtr<const void> mask) {
    const auto m = TRY(mask_argument<u32>(mask));
    return pselect(count, {in, out, exception}, timeout, UserPtr<const SignalSet>(m.address),
                   m.size);
}

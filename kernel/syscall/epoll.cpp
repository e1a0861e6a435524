// epoll, eventfd and timerfd: making them and talking to them.
#include "kernel/base/math.h"
#include "kernel/fs/event_files.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/syscall/file_common.h"
#include "kernel/syscall/poll.h"
#include "kernel/syscall/wait_mask.h"
#include "kernel/syscall/wait_time.h"
#include "kernel/uapi/time.h"

namespace {
constexpr int max_events = 0x7fffffff / static_cast<int>(sizeof(EpollEvent));
constexpr usize events_at_once = 32;
constexpr u32 new_file_flags = O_CLOEXEC | O_NONBLOCK; // EFD_*, TFD_*

SysResult install(Result<Ref<file>> made, u32 flags) {
    if (!made) return made.error();
    return to_sys_result(current_files().install(std::move(*made), (flags & O_CLOEXEC) != 0));
}

Result<Ref<file>> event_poll_file(int fd) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->as_event_poll()) return Errno{EINVAL};
    return f;
}

// Room for events: a few in place, as many as the set can have on the heap.
class EventRoom {
  public:
    ~EventRoom() { kfree(many_); }
    std::span<EpollEvent> make(usize wanted) {
        if (wanted > events_at_once)
            many_ = static_cast<EpollEvent*>(kmalloc(wanted * sizeof(EpollEvent)));
        // Without memory fewer come at once; the others stay ready.
        if (!many_) return {few_, min(wanted, events_at_once)};
        return {many_, wanted};
    }

  private:
    EpollEvent few_[events_at_once];
    EpollEvent* many_ = nullptr;
};

SysResult wait_events(int fd, UserPtr<EpollEvent> to, int count, Nanoseconds deadline) {
    if (count <= 0 || count > max_events) return Errno{EINVAL};
    Ref<file> f = TRY(event_poll_file(fd));
    EventPoll& set = *f->as_event_poll();
    const usize most = max(event_poll_size(set), events_at_once); // others may add while we wait
    EventRoom room;
    const std::span<EpollEvent> events = room.make(min(static_cast<usize>(count), most));
    const usize n = TRY(event_poll_wait(set, events, deadline));
    TRY(copy_to_user(to, events.data(), n * sizeof(EpollEvent)));
    return static_cast<long>(n);
}

SysResult pwait(int fd, UserPtr<EpollEvent> to, int count, Nanoseconds deadline,
                UserPtr<const SignalSet> mask, usize mask_size) {
    WaitMask masked;
    TRY(masked.set(mask, mask_size));
    const SysResult result = wait_events(fd, to, count, deadline);
    masked.finish(result);
    if (!result) return result.error();
    return result.value();
}

Nanoseconds deadline_of_ms(int milliseconds) {
    return deadline_of(milliseconds < 0 ? no_deadline : ms_to_ns(static_cast<u64>(milliseconds)));
}

template <class Itimerspec>
Result<TimerSetting> import_setting(UserPtr<const Itimerspec> from) {
    const Itimerspec given = TRY(get_user(from));
    TimerSetting setting;
    setting.interval = TRY(checked_span(given.it_interval));
    setting.expires = TRY(checked_span(given.it_value));
    return setting;
}

template <class Itimerspec>
Result<void> export_setting(UserPtr<Itimerspec> to, const TimerSetting& setting) {
    Itimerspec out{};
    auto put = [](auto& t, Nanoseconds ns) {
        t.tv_sec = static_cast<decltype(t.tv_sec)>(ns / s_to_ns(1));
        t.tv_nsec = static_cast<decltype(t.tv_nsec)>(ns % s_to_ns(1));
    };
    put(out.it_interval, setting.interval);
    put(out.it_value, setting.expires);
    return put_user(to, out);
}

Result<Ref<file>> timer_file(int fd) {
    Ref<file> f = TRY(get_file(fd));
    if (!f->as_timer()) return Errno{EINVAL};
    return f;
}

template <class Itimerspec>
SysResult timer_set(int fd, u32 flags, UserPtr<const Itimerspec> from, UserPtr<Itimerspec> old) {
    const TimerSetting setting = TRY(import_setting(from));
    if (flags & ~static_cast<u32>(TFD_TIMER_ABSTIME)) return Errno{EINVAL};
    Ref<file> f = TRY(timer_file(fd));
    const TimerSetting before = timer_file_set(*f->as_timer(), setting, flags != 0);
    if (old) TRY(export_setting(old, before));
    return 0;
}

template <class Itimerspec>
SysResult timer_get(int fd, UserPtr<Itimerspec> to) {
    Ref<file> f = TRY(timer_file(fd));
    return to_sys_result(export_setting(to, timer_file_get(*f->as_timer())));
}
} // namespace

SysResult sys_epoll_create1(u32 flags) {
    if (flags & ~static_cast<u32>(EPOLL_CLOEXEC)) return Errno{EINVAL};
    return install(make_event_poll(), flags);
}
SysResult sys_epoll_create(int size) {
    if (size <= 0) return Errno{EINVAL};
    return sys_epoll_create1(0);
}

SysResult sys_epoll_ctl(int set_fd, int operation, int fd, UserPtr<const EpollEvent> from) {
    EpollEvent event{};
    if (operation != EPOLL_CTL_DEL) event = TRY(get_user(from));
    Ref<file> set = TRY(get_file(set_fd)), target = TRY(get_file(fd));
    if (!target->pollable()) return Errno{EPERM};
    if (!set->as_event_poll()) return Errno{EINVAL};
    return to_sys_result(event_poll_control(*set->as_event_poll(), operation, fd, *target, event));
}

SysResult sys_epoll_wait(int fd, UserPtr<EpollEvent> to, int count, int milliseconds) {
    return wait_events(fd, to, count, deadline_of_ms(milliseconds));
}
SysResult sys_epoll_pwait(int fd, UserPtr<EpollEvent> to, int count, int milliseconds,
                          UserPtr<const SignalSet> mask, usize mask_size) {
    return pwait(fd, to, count, deadline_of_ms(milliseconds), mask, mask_size);
}
SysResult sys_epoll_pwait2(int fd, UserPtr<EpollEvent> to, int count,
                           UserPtr<const timespec_native> timeout, UserPtr<const SignalSet> mask,
                           usize mask_size) {
    return pwait(fd, to, count, TRY(deadline_after(timeout)), mask, mask_size);
}
SysResult compat_sys_epoll_pwait2(int fd, UserPtr<EpollEvent> to, int count,
                                  UserPtr<const timespec_time64> timeout,
                                  UserPtr<const SignalSet> mask, usize mask_size) {
    return pwait(fd, to, count, TRY(deadline_after(timeout)), mask, mask_size);
}

SysResult sys_eventfd2(u32 count, u32 flags) {
    if (flags & ~(new_file_flags | EFD_SEMAPHORE)) return Errno{EINVAL};
    return install(make_event_counter(count, (flags & EFD_SEMAPHORE) != 0, flags & O_NONBLOCK),
                   flags);
}
SysResult sys_eventfd(u32 count) { return sys_eventfd2(count, 0); }

SysResult sys_timerfd_create(int clock, u32 flags) {
    if (flags & ~new_file_flags) return Errno{EINVAL};
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
        return Errno{EINVAL};
    return install(make_timer_file(clock, flags & O_NONBLOCK), flags);
}
SysResult sys_timerfd_settime(int fd, u32 flags, UserPtr<const itimerspec_native> from,
                              UserPtr<itimerspec_native> old) {
    return timer_set(fd, flags, from, old);
}
SysResult sys_timerfd_gettime(int fd, UserPtr<itimerspec_native> to) { return timer_get(fd, to); }
SysResult compat_sys_timerfd_settime64(int fd, u32 flags, UserPtr<const itimerspec_time64> from,
                                       UserPtr<itimerspec_time64> old) {
    return timer_set(fd, flags, from, old);
}
SysResult compat_sys_timerfd_settime(int fd, u32 flags, UserPtr<const itimerspec32> from,
                                     UserPtr<itimerspec32> old) {
    return timer_set(fd, flags, from, old);
}
SysResult compat_sys_timerfd_gettime(int fd, UserPtr<itimerspec32> to) { return timer_get(fd, to); }

// timer_create and its family, in the layouts of both ABIs.
#include "kernel/proc/posix_timer.h"
#include "kernel/proc/user_time.h"
#include "kernel/syscall/time.h"
#include "kernel/uapi/time.h"

namespace {

template <class Sigevent>
SysResult create(int clock, UserPtr<const Sigevent> event, UserPtr<int> id) {
    TimerNotification notification;
    if (event) {
        const Sigevent given = TRY(get_user(event));
        notification = {given.sigev_notify, given.sigev_signo, given.tid, given.sigev_value};
    }
    const int made = TRY(posix_timer_create(clock, event ? &notification : nullptr));
    const Result<void> told = put_user(id, made);
    if (told.ok()) return 0;
    TRY(posix_timer_delete(made));
    return told.error();
}

template <class Itimerspec>
Itimerspec to_itimerspec(const TimerTimes& times) {
    Itimerspec out{};
    const auto put = [](auto& to, Nanoseconds ns) {
        to.tv_sec = static_cast<decltype(to.tv_sec)>(ns / ns_per_second);
        to.tv_nsec = static_cast<decltype(to.tv_nsec)>(ns % ns_per_second);
    };
    put(out.it_interval, times.interval);
    put(out.it_value, times.value);
    return out;
}

template <class Itimerspec>
SysResult set(int id, int flags, UserPtr<const Itimerspec> value, UserPtr<Itimerspec> old) {
    if (!value) return Errno{EINVAL};
    const Itimerspec given = TRY(get_user(value));
    const TimerTimes times{TRY(checked_span(given.it_interval)), TRY(checked_span(given.it_value))};
    const TimerTimes before = TRY(posix_timer_set(id, times, flags & TIMER_ABSTIME));
    if (old) TRY(put_user(old, to_itimerspec<Itimerspec>(before)));
    return 0;
}

template <class Itimerspec>
SysResult get(int id, UserPtr<Itimerspec> value) {
    TRY(put_user(value, to_itimerspec<Itimerspec>(TRY(posix_timer_get(id)))));
    return 0;
}

} // namespace

SysResult sys_timer_create(int clock, UserPtr<const sigevent_native> event, UserPtr<int> id) {
    return create(clock, event, id);
}
SysResult compat_sys_timer_create(int clock, UserPtr<const sigevent32> event, UserPtr<int> id) {
    return create(clock, event, id);
}
SysResult sys_timer_settime(int id, int flags, UserPtr<const itimerspec_native> value,
                            UserPtr<itimerspec_native> old) {
    return set(id, flags, value, old);
}
SysResult compat_sys_timer_settime32(int id, int flags, UserPtr<const itimerspec32> value,
                                     UserPtr<itimerspec32> old) {
    return set(id, flags, value, old);
}
SysResult compat_sys_timer_settime64(int id, int flags, UserPtr<const itimerspec_time64> value,
                                     UserPtr<itimerspec_time64> old) {
    return set(id, flags, value, old);
}
SysResult sys_timer_gettime(int id, UserPtr<itimerspec_native> value) { return get(id, value); }
SysResult compat_sys_timer_gettime32(int id, UserPtr<itimerspec32> value) { return get(id, value); }
SysResult sys_timer_getoverrun(int id) { return TRY(posix_timer_overrun(id)); }
SysResult sys_timer_delete(int id) {
    TRY(posix_timer_delete(id));
    return 0;
}

// Times as programs bring them, in nanoseconds.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/base/clock.h"
#include "kernel/mem/user_copy.h"

constexpr i64 ns_per_second = 1'000'000'000;

// EINVAL unless it is a proper span of time. Very long ones become "forever".
template <class T>
Result<Nanoseconds> checked_span(const T& time) {
    if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= ns_per_second) return Errno{EINVAL};
    constexpr i64 forever = i64{1} << 33; // seconds; 272 years
    if (time.tv_sec >= forever) return no_deadline;
    return static_cast<Nanoseconds>(time.tv_sec) * ns_per_second +
           static_cast<Nanoseconds>(time.tv_nsec);
}

// When a wait of `span` from now ends; 0 means not to wait at all.
inline Nanoseconds deadline_of(Nanoseconds span) {
    if (span == 0 || span == no_deadline) return span;
    return clock_monotonic() + span;
}

// The same of a timeout in user memory; a null pointer is forever. EFAULT, EINVAL.
template <class T>
Result<Nanoseconds> deadline_after(UserPtr<const T> timeout) {
    if (!timeout) return no_deadline;
    return deadline_of(TRY(checked_span(TRY(get_user(timeout)))));
}

constexpr timespec_native to_timespec(Nanoseconds ns) {
    return {static_cast<i64>(ns / ns_per_second), static_cast<i64>(ns % ns_per_second)};
}
constexpr timeval_native to_timeval(Nanoseconds ns) {
    return {static_cast<i64>(ns / ns_per_second), static_cast<i64>(ns % ns_per_second / 1000)};
}
constexpr timespec32 to_timespec32(Nanoseconds ns) {
    return {static_cast<i32>(ns / ns_per_second), static_cast<i32>(ns % ns_per_second)};
}
constexpr timeval32 to_timeval32(Nanoseconds ns) {
    return {static_cast<i32>(ns / ns_per_second), static_cast<i32>(ns % ns_per_second / 1000)};
}

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

// When a span that begins now ends; a null pointer is forever. EFAULT, EINVAL.
template <class T>
Result<Nanoseconds> deadline_after(UserPtr<const T> timeout) {
    if (!timeout) return no_deadline;
    const Nanoseconds span = TRY(checked_span(TRY(get_user(timeout))));
    return span == no_deadline ? no_deadline : clock_monotonic() + span;
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

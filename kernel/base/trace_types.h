// How C++ values become the fields of a trace record: a type of theirs and 64 bits. A room that has
// a type worth showing (sk_buff, sock …) says so by a TraceField beside it.
#pragma once

#include "kernel/base/endian.h"
#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include "kernel/uapi/trace.h"
#include <bit>
#include <string_view>
#include <type_traits>
#include <utility>

struct TraceStation;
using TraceSlot = const TraceStation* const;

template <class T>
struct TraceField;

template <class T>
requires std::is_integral_v<T>
struct TraceField<T> {
    static constexpr u8 type = std::is_signed_v<T> ? TRACE_TYPE_SIGNED : TRACE_TYPE_UNSIGNED;
    static u64 value(T value) { return static_cast<u64>(static_cast<i64>(value)); }
};
template <>
struct TraceField<bool> {
    static constexpr u8 type = TRACE_TYPE_BOOL;
    static u64 value(bool value) { return value; }
};
template <class T>
requires std::is_enum_v<T>
struct TraceField<T> {
    static constexpr u8 type = TRACE_TYPE_UNSIGNED;
    static u64 value(T value) { return static_cast<u64>(value); }
};
template <>
struct TraceField<be32> {
    static constexpr u8 type = TRACE_TYPE_IPV4;
    static u64 value(be32 value) { return std::bit_cast<u32>(value); }
};
template <>
struct TraceField<be16> {
    static constexpr u8 type = TRACE_TYPE_PORT;
    static u64 value(be16 value) { return std::bit_cast<u16>(value); }
};

// A number to be shown in base 16; a descriptor; a thread's id.
struct TraceHex {
    u64 number;
};
struct TraceFd {
    int fd;
};
struct TraceTid {
    u32 id;
};
template <>
struct TraceField<TraceHex> {
    static constexpr u8 type = TRACE_TYPE_HEX;
    static u64 value(TraceHex hex) { return hex.number; }
};
template <>
struct TraceField<TraceFd> {
    static constexpr u8 type = TRACE_TYPE_FD;
    static u64 value(TraceFd fd) { return static_cast<u64>(i64{fd.fd}); }
};
template <>
struct TraceField<TraceTid> {
    static constexpr u8 type = TRACE_TYPE_THREAD;
    static u64 value(TraceTid thread) { return thread.id; }
};
// The first eight characters.
template <>
struct TraceField<std::string_view> {
    static constexpr u8 type = TRACE_TYPE_TEXT;
    static u64 value(std::string_view text) {
        u64 packed = 0;
        for (usize i = 0; i < text.size() && i < 8 && text[i]; i++)
            packed |= static_cast<u64>(static_cast<u8>(text[i])) << 8 * i;
        return packed;
    }
};

// A type that has a buffer to show has also `static void snapshot(TraceSlot*, const T&)`.
template <class T>
concept TraceShowsBuffer = requires(TraceSlot* station, const T& value) {
    TraceField<T>::snapshot(station, value);
};

// --- "name", value, "name", value … ---

struct TraceValues {
    u64 values[TRACE_MAX_VALUES];
    usize count = 0;
};
inline void trace_collect(TraceValues&) {}
template <class T, class... Rest>
void trace_collect(TraceValues& to, const char*, const T& value, const Rest&... rest) {
    to.values[to.count++] = TraceField<T>::value(value);
    trace_collect(to, rest...);
}

inline void trace_snapshots(TraceSlot*) {}
template <class T, class... Rest>
void trace_snapshots(TraceSlot* station, const char*, const T& value, const Rest&... rest) {
    if constexpr (TraceShowsBuffer<T>) TraceField<T>::snapshot(station, value);
    trace_snapshots(station, rest...);
}

template <u8... Types>
struct TraceTypes {};
template <class... Fields>
struct TraceTypesOf {
    using Type = TraceTypes<>;
};
template <class T, u8... Types>
TraceTypes<TraceField<T>::type, Types...> trace_type_before(TraceTypes<Types...>);
template <class Name, class T, class... Rest>
struct TraceTypesOf<Name, T, Rest...> {
    using Type = decltype(trace_type_before<T>(typename TraceTypesOf<Rest...>::Type()));
};
// Never called: its result's type lists the types of the fields.
template <class... Fields>
typename TraceTypesOf<Fields...>::Type trace_types_of(const Fields&... fields);

// What a function returned, as one number: -errno for an error, 0 for a success without a number.
template <class T>
requires std::is_integral_v<T> i64 trace_result(const T& value) { return static_cast<i64>(value); }
template <class T>
i64 trace_result(const Result<T>& result) {
    if (!result.ok()) return -i64{result.error().code};
    if constexpr (std::is_integral_v<T>)
        return static_cast<i64>(result.value());
    else
        return 0;
}

// Stations: the functions on the path say at their top that they were entered, with a few values,
// and by their scope that they were left.
//
//   Result<usize> tcp_sendmsg(sock& sk, msghdr& message, usize size) {
//       TRACE_STATION(tcp, "sk", sk, "size", size);
//
// The line makes a static description of the station (all of them: trace_stations()) and
// costs a load and a predicted branch while its group is off. When it is on, records go into a ring
// in memory that loses the oldest (trace_ring.h). docs/trace.md has the whole.
#pragma once

#include "kernel/base/trace_types.h"
#include <limits>
#include <span>

enum class TraceGroup : u8 {
    entry,
    syscall,
    socket,
    inet,
    tcp,
    udp,
    raw,
    unix,
    ip,
    neigh,
    dev,
    sched,
    irq,
    mem,
    process,
};
constexpr usize trace_group_count = 15;
constexpr u32 trace_bit(TraceGroup group) { return u32{1} << static_cast<u8>(group); }
// "entry", "syscall" …
const char* trace_group_name(TraceGroup group);
// 0 for a name that is none.
u32 trace_group_of(std::string_view name);

// What a station is: made at compile time, one for each TRACE_STATION and TRACE_EVENT. Found
// through pointers in a section of their own; a station's number is its place there.
struct TraceStation {
    TraceGroup group;
    bool is_event;
    u8 field_count;
    u8 types[TRACE_MAX_VALUES]; // TRACE_TYPE_*
    u16 line;
    const char* function;
    const char* file;
    char names[TRACE_MAX_VALUES][12];
};
extern "C" [[gnu::weak]] TraceSlot __start_trace_stations[], __stop_trace_stations[];
inline std::span<TraceSlot> trace_stations() {
    return {__start_trace_stations, __stop_trace_stations};
}

// The names are what stands between quotation marks in the macro's text.
consteval void trace_take_names(TraceStation& station, const char* text) {
    bool inside = false;
    usize length = 0;
    for (; *text; text++) {
        if (*text == '"') {
            if (inside) station.field_count++;
            inside = !inside;
            length = 0;
        } else if (inside) {
            station.names[station.field_count][length++] = *text;
        }
    }
}
template <u8... Types>
consteval TraceStation trace_describe(TraceGroup group, bool is_event, const char* function,
                                      const char* file, int line, const char* text,
                                      TraceTypes<Types...>) {
    static_assert(sizeof...(Types) <= TRACE_MAX_VALUES);
    TraceStation station{group,    is_event, 0, {Types...}, static_cast<u16>(line),
                         function, file,     {}};
    trace_take_names(station, text);
    return station;
}

// The groups that are switched on, the word every station looks at. 0: nobody follows.
extern u32 trace_groups;
// What is recorded beside the stations.
extern u32 trace_payloads;
enum TracePayload : u32 {
    trace_payload_registers = 1, // the trap frame of each call
    trace_payload_stacks = 2,    // both stacks at the border
    trace_payload_arguments = 4, // the block that socketcall copies
    trace_payload_memory = 8,    // what a call's arguments point at
    trace_payload_frames = 16,   // the sk_buff when a driver sends or has received it
    trace_payload_buffers = 32,  // … and at every station that has one
};

// What the trace keeps of a thread (the kernel: in Thread; a host test: one for all).
struct TraceThread {
    u32 id = 0;
    u8 depth = 0;
    u8 context = TRACE_CONTEXT_CALL;
    bool followed = false;
    bool is_program = false; // runs user code; the kernel's own threads are always recorded
};
TraceThread& trace_this_thread();
// Is what this thread does now to be recorded? Programs only when they are followed; but what is
// done for everyone always is.
inline bool trace_wanted() {
    const TraceThread& thread = trace_this_thread();
    return thread.followed || !thread.is_program || thread.context != TRACE_CONTEXT_CALL;
}

// For the length of its life the thread works for everyone: receives frames, runs timers.
class TraceContext {
  public:
    explicit TraceContext(u8 context)
        : thread_(trace_this_thread()), before_(std::exchange(thread_.context, context)) {}
    TraceContext(const TraceContext&) = delete;
    ~TraceContext() { thread_.context = before_; }

  private:
    TraceThread& thread_;
    const u8 before_;
};

// One record. Never blocks, never allocates.
void trace_write(TraceSlot* station, u8 kind, const TraceValues& values);
// One with bytes behind it, in up to two parts, cut to TRACE_MAX_PAYLOAD.
void trace_write_payload(TraceSlot* station, u8 kind, const TraceValues& values,
                         std::span<const u8> first, std::span<const u8> second = {});

// The out-of-line halves of what follows. trace_enter returns null when this thread isn't followed.
[[gnu::cold]] TraceSlot* trace_enter(TraceSlot* station, const TraceValues& values);
[[gnu::cold]] void trace_leave(TraceSlot* station, i64 result);
[[gnu::cold]] void trace_happened(TraceSlot* station, const TraceValues& values);
constexpr i64 trace_no_result = std::numeric_limits<i64>::min();

// Enter and leave of one station. It lives in registers: nothing keeps its address.
class TraceScope {
  public:
    TraceScope() = default;
    TraceScope(const TraceScope&) = delete;
    ~TraceScope() {
        if (station_) [[unlikely]]
            trace_leave(station_, result_);
    }
    template <class... Fields>
    [[gnu::always_inline]] void enter(TraceSlot* station, const Fields&... fields) {
        TraceValues values;
        trace_collect(values, fields...);
        station_ = trace_enter(station, values);
        if (trace_payloads & (trace_payload_frames | trace_payload_buffers))
            trace_snapshots(station, fields...);
    }
    // Notes what the function returns, and passes it on.
    template <class T>
    [[gnu::always_inline]] T pass(T&& result) {
        if (station_) [[unlikely]]
            result_ = trace_result(result);
        return std::forward<T>(result);
    }

  private:
    TraceSlot* station_ = nullptr;
    i64 result_ = trace_no_result;
};

template <class... Fields>
[[gnu::always_inline]] inline void trace_event(TraceSlot* station, const Fields&... fields) {
    TraceValues values;
    trace_collect(values, fields...);
    trace_happened(station, values);
    if (trace_payloads & (trace_payload_frames | trace_payload_buffers))
        trace_snapshots(station, fields...);
}

#define TRACE_DESCRIBE_(group, is_event, ...)                                                      \
    static constexpr TraceStation trace_station_ =                                                 \
        trace_describe(TraceGroup::group, is_event, __func__, __FILE__, __LINE__, "" #__VA_ARGS__, \
                       decltype(trace_types_of(__VA_ARGS__))());                                   \
    [[gnu::section("trace_stations"), gnu::used]] static TraceSlot trace_slot_ = &trace_station_

// At the top of a function: TRACE_STATION(group, "name", value, …), up to five values.
#define TRACE_STATION(group, ...)                                                                  \
    TRACE_DESCRIBE_(group, false, __VA_ARGS__);                                                    \
    TraceScope trace_scope_;                                                                       \
    if (trace_groups & trace_bit(TraceGroup::group)) [[unlikely]]                                  \
    trace_scope_.enter(&trace_slot_ __VA_OPT__(, ) __VA_ARGS__)
// In a function that has a station: `return TRACE_RETURN(value);` notes the value.
#define TRACE_RETURN(value) trace_scope_.pass(value)
// Anywhere: something happened.
#define TRACE_EVENT(group, ...)                                                                    \
    do {                                                                                           \
        TRACE_DESCRIBE_(group, true, __VA_ARGS__);                                                 \
        if (trace_groups & trace_bit(TraceGroup::group)) [[unlikely]]                              \
            trace_event(&trace_slot_ __VA_OPT__(, ) __VA_ARGS__);                                  \
    } while (0)

// Writing the records of the stations into the ring; the names of the groups.
#include "kernel/base/trace.h"
#include "kernel/base/clock.h"
#include "kernel/base/trace_service.h"

constinit u32 trace_groups = 0;
constinit u32 trace_payloads = 0;
TraceRing trace_ring;
TraceFollowing trace_following;

namespace {

const char* const group_names[trace_group_count] = {
    "entry", "syscall", "socket", "inet",  "tcp", "udp", "raw",     "unix",
    "ip",    "neigh",   "dev",    "sched", "irq", "mem", "process",
};

trace_record make_record(TraceSlot* station, u8 kind, const TraceValues& values) {
    const TraceThread& thread = trace_this_thread();
    trace_record record{};
    record.time = clock_monotonic();
    record.thread = thread.id;
    record.station = static_cast<u16>(station - __start_trace_stations);
    record.kind = kind;
    record.depth = thread.depth;
    record.context = thread.context;
    record.count = static_cast<u8>(values.count);
    for (usize i = 0; i < values.count; i++) record.values[i] = values.values[i];
    return record;
}

} // namespace

const char* trace_group_name(TraceGroup group) { return group_names[static_cast<u8>(group)]; }

u32 trace_group_of(std::string_view name) {
    for (u8 i = 0; i < trace_group_count; i++)
        if (name == group_names[i]) return trace_bit(TraceGroup{i});
    return 0;
}

void trace_write(TraceSlot* station, u8 kind, const TraceValues& values) {
    trace_record record = make_record(station, kind, values);
    trace_ring.write(record);
}

void trace_write_payload(TraceSlot* station, u8 kind, const TraceValues& values,
                         std::span<const u8> first, std::span<const u8> second) {
    trace_record record = make_record(station, kind, values);
    trace_ring.write(record, first, second);
}

TraceSlot* trace_enter(TraceSlot* station, const TraceValues& values) {
    if (!trace_wanted()) return nullptr;
    trace_write(station, TRACE_KIND_ENTER, values);
    trace_this_thread().depth++;
    return station;
}

void trace_leave(TraceSlot* station, i64 result) {
    trace_this_thread().depth--;
    TraceValues values;
    if (result != trace_no_result) values.values[values.count++] = static_cast<u64>(result);
    trace_write(station, TRACE_KIND_LEAVE, values);
}

void trace_happened(TraceSlot* station, const TraceValues& values) {
    if (trace_wanted()) trace_write(station, TRACE_KIND_EVENT, values);
}

void trace_follow(TraceThread& thread) {
    if (thread.followed) return;
    thread.followed = trace_following.began = true;
    trace_following.threads++;
}

void trace_forget(TraceThread& thread) {
    if (!thread.followed) return;
    thread.followed = false;
    trace_following.threads--;
}

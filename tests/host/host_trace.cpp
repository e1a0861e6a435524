// The trace on the host: one thread, which is followed.
#include "tests/host/host_trace.h"
#include "kernel/base/trace_service.h"

TraceThread& trace_this_thread() {
    static TraceThread thread{1, 0, TRACE_CONTEXT_CALL, true, true};
    return thread;
}

namespace host {

void trace_start(std::string_view groups) {
    static_cast<void>(trace_ring.create(1 << 20));
    trace_groups = groups == "all" ? ~u32{0} : trace_group_of(groups);
}

std::vector<TraceLine> trace_stop() {
    trace_groups = 0;
    std::vector<TraceLine> lines;
    std::vector<u8> bytes(1 << 20);
    bytes.resize(trace_ring.read(bytes));
    for (usize at = 0; at < bytes.size();) {
        const auto& record = reinterpret_cast<const trace_record&>(bytes[at]);
        if (record.kind == TRACE_KIND_ENTER || record.kind == TRACE_KIND_EVENT ||
            record.kind == TRACE_KIND_LEAVE)
            lines.push_back({record.kind,
                             record.depth,
                             trace_stations()[record.station]->function,
                             {record.values, record.values + record.count}});
        at += record.units * usize{TRACE_UNIT};
    }
    trace_ring.destroy();
    return lines;
}

std::vector<std::string> trace_entered() {
    std::vector<std::string> names;
    for (const TraceLine& line : trace_stop())
        if (line.kind == TRACE_KIND_ENTER) names.push_back(line.function);
    return names;
}

} // namespace host

// What the stations of net/ say in a host test.
#pragma once

#include "kernel/base/types.h"
#include <string>
#include <string_view>
#include <vector>

namespace host {

struct TraceLine {
    u8 kind; // TRACE_KIND_ENTER, _LEAVE or _EVENT
    u8 depth;
    std::string function;
    std::vector<u64> values;
};

// Switches a group on, or "all" of them.
void trace_start(std::string_view groups = "all");
// Switches them off and gives back what happened, in order.
std::vector<TraceLine> trace_stop();
// trace_stop(), but only the names of the stations that were entered.
std::vector<std::string> trace_entered();

} // namespace host

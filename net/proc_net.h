// The texts of /proc/net and the knobs of /proc/sys/net, for whoever shows them as files.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/services.h"

struct ProcNetFile {
    const char* path; // under /proc: "net/dev"
    void (*show)(TextBuffer& out, u64 context);
};
std::span<const ProcNetFile> proc_net_files();
std::span<const ProcNetFile> proc_net6_files(); // none without IPv6
// TCP's lines of net/snmp and net/sockstat.
void proc_net_add(void (*snmp)(TextBuffer&), void (*sockstat)(TextBuffer&));

// A number that may be read and written.
struct NetKnob {
    const char* path; // under /proc: "sys/net/ipv4/ip_forward"
    u32* value;
    u32 low, high;
    void (*changed)() = nullptr; // somebody must know
};
std::span<const NetKnob> net_knobs();
std::span<const NetKnob> net_knobs6(); // none without IPv6
// What a program wrote: a decimal number in range. EINVAL.
Result<void> net_knob_store(const NetKnob& knob, std::string_view text);

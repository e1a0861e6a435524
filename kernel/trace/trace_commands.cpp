// Reading and carrying out the commands of docs/trace.md, section "/dev/trace".
#include "kernel/trace/trace_commands.h"
#include "kernel/base/math.h"
#include "kernel/proc/trace_process.h"

namespace {

struct NamedPayload {
    std::string_view name;
    u32 bit;
};
constexpr NamedPayload payload_names[] = {
    {"registers", trace_payload_registers}, {"stacks", trace_payload_stacks},
    {"arguments", trace_payload_arguments}, {"memory", trace_payload_memory},
    {"frames", trace_payload_frames},       {"buffers", trace_payload_buffers},
};

std::string_view next_word(std::string_view& rest) {
    const usize start = min(rest.find_first_not_of(" \t"), rest.size());
    const usize end = min(rest.find_first_of(" \t", start), rest.size());
    const std::string_view word = rest.substr(start, end - start);
    rest.remove_prefix(end);
    return word;
}

Result<u32> read_number(std::string_view word) {
    if (word.empty() || word.size() > 9) return Errno{EINVAL};
    u32 number = 0;
    for (const char c : word) {
        if (c < '0' || c > '9') return Errno{EINVAL};
        number = number * 10 + static_cast<u32>(c - '0');
    }
    return number;
}

u32 payload_of(std::string_view name) {
    for (const NamedPayload& payload : payload_names)
        if (payload.name == name) return payload.bit;
    return 0;
}

// Names of bits, all or none of them.
Result<u32> read_bits(std::string_view rest, u32 (*bit_of)(std::string_view), u32 all) {
    u32 bits = 0;
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
        const u32 bit = word == "all" ? all : word == "none" ? 0 : bit_of(word);
        if (!bit && word != "none") return Errno{EINVAL};
        bits |= bit;
    }
    return bits;
}

Result<void> follow_process(std::string_view word, bool on) {
    Process* process = find_process(static_cast<int>(TRY(read_number(word))));
    if (!process || process->zombie) return Errno{ESRCH};
    if (on && process == &current_process()) return Errno{EINVAL};
    for (Task& task : process->threads) {
        if (!on) {
            trace_forget(task.thread->trace);
            continue;
        }
        trace_follow(task.thread->trace);
        trace_process_begins(*process, *task.thread);
    }
    return {};
}

Result<void> run_line(std::string_view line) {
    const std::string_view verb = next_word(line);
    if (verb.empty()) return {};
    if (verb == "groups") {
        trace_groups = TRY(read_bits(line, trace_group_of, (1u << trace_group_count) - 1));
        return {};
    }
    if (verb == "payloads") {
        trace_payloads = TRY(read_bits(line, payload_of, 63));
        return {};
    }
    const std::string_view word = next_word(line);
    if (!next_word(line).empty()) return Errno{EINVAL};
    if (verb == "pid") return follow_process(word, true);
    if (verb == "forget") return follow_process(word, false);
    if (verb == "children" && (word == "on" || word == "off")) {
        trace_following.children = word == "on";
        return {};
    }
    if (verb == "ring") {
        const u32 kib = TRY(read_number(word));
        if (kib < 16 || kib > 4096) return Errno{EINVAL};
        return trace_ring.create(usize{kib} * 1024);
    }
    if (verb != "clear" || !word.empty()) return Errno{EINVAL};
    trace_ring.clear();
    return {};
}

} // namespace

Result<void> trace_command(std::string_view text) {
    while (!text.empty()) {
        const usize end = min(text.find('\n'), text.size());
        TRY(run_line(text.substr(0, end)));
        text.remove_prefix(min(end + 1, text.size()));
    }
    return {};
}

void trace_commands_stop() {
    trace_groups = trace_payloads = 0;
    for (Process& process : all_processes())
        for (Task& task : process.threads) trace_forget(task.thread->trace);
    trace_following = TraceFollowing();
    trace_ring.destroy();
}

// Each line begins with the time since boot, as on Linux.
#include "kernel/drivers/klog.h"
#include "kernel/arch/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/drivers/console.h"

namespace {

constexpr usize ring_size = 16384;
char ring[ring_size];
u64 written = 0;
bool to_console = true;
bool at_line_start = true;

void append(std::span<const char> text) {
    for (char c : text) ring[written++ % ring_size] = c;
    if (to_console) console_write(text);
}

void append_time() {
    const u64 us = clock_tsc_khz() ? clock_monotonic() / 1000 : 0;
    char stamp[24];
    const int n = ksnprintf(stamp, sizeof stamp, "[%5lu.%06lu] ", us / 1'000'000, us % 1'000'000);
    append({stamp, static_cast<usize>(n)});
}

} // namespace

u64 klog_start() { return written > ring_size ? written - ring_size : 0; }
u64 klog_end() { return written; }

usize klog_read(u64& position, std::span<char> to) {
    position = max(position, klog_start());
    usize n = 0;
    while (n < to.size() && position < written) to[n++] = ring[position++ % ring_size];
    return n;
}

void klog_write(std::span<const char> text) {
    while (!text.empty()) {
        if (at_line_start) append_time();
        usize n = 0;
        while (n < text.size() && text[n] != '\n') ++n;
        at_line_start = n < text.size();
        if (at_line_start) ++n; // the newline as well
        append(text.first(n));
        text = text.subspan(n);
    }
}

void klog_set_console(bool on) { to_console = on; }

void kprintf(const char* format, ...) {
    char line[512];
    va_list args;
    va_start(args, format);
    const int n = kvsnprintf(line, sizeof line, format, args);
    va_end(args);
    klog_write({line, min(static_cast<usize>(n), sizeof line - 1)});
}

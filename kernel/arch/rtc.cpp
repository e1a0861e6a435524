// Reads the clock of day once, at boot. MC146818A data sheet: registers and their formats.
#include "kernel/arch/rtc.h"
#include "kernel/arch/io.h"

namespace {

constexpr u16 index_port = 0x70, data_port = 0x71;
enum Register : u8 {
    seconds = 0,
    minutes = 2,
    hours = 4,
    day = 7,
    month = 8,
    year = 9,
    status_a = 10,
    status_b = 11
};

u8 read(u8 reg) {
    out8(index_port, reg);
    return in8(data_port);
}

// Days from 1970-01-01 to a date of the Gregorian calendar.
u64 days_since_1970(unsigned y, unsigned m, unsigned d) {
    // Years beginning in March put the leap day last.
    if (m <= 2) --y, m += 12;
    const u64 days = 365ull * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 1;
    return days - 719468; // 1970-01-01 in the same count
}

struct Time {
    u8 value[6]; // second minute hour day month year
    bool operator==(const Time&) const = default;
};

Time read_time() {
    return {{read(seconds), read(minutes), read(hours), read(day), read(month), read(year)}};
}

} // namespace

Nanoseconds rtc_read() {
    // The same twice, and no update under way: consistent. Bounded, in case there is no clock.
    Time time{};
    for (int attempt = 0; attempt < 1000; ++attempt) {
        if (read(status_a) & 0x80) continue;
        time = read_time();
        if (time == read_time()) break;
    }
    const u8 format = read(status_b);
    const bool pm = time.value[2] & 0x80;
    time.value[2] &= 0x7f;
    if (!(format & 4)) // binary-coded decimal
        for (u8& v : time.value) v = (v >> 4) * 10 + (v & 15);
    unsigned hour = time.value[2];
    if (!(format & 2)) hour = hour % 12 + (pm ? 12 : 0);
    const u64 days = days_since_1970(2000 + time.value[5], time.value[4], time.value[3]);
    return s_to_ns(((days * 24 + hour) * 60 + time.value[1]) * 60 + time.value[0]);
}

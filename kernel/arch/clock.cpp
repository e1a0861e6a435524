// Time from the time-stamp counter, which is calibrated against the PIT at boot; the timer
// interrupt from the local APIC in one-shot mode. There is no tick: the interrupt is armed for the
// earliest moment at which something is due, or not at all.
#include "kernel/arch/clock.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/io.h"
#include "kernel/arch/paging.h"
#include "kernel/arch/rtc.h"
#include "kernel/arch/vectors.h"
#include "kernel/base/assert.h"
#include "kernel/base/math.h"
#include "kernel/sched/thread.h"

namespace {

// Local APIC registers (SDM vol. 3, table 11-1).
enum ApicRegister : usize {
    apic_eoi = 0xb0,
    apic_spurious = 0xf0,
    apic_lvt_timer = 0x320,
    apic_lvt_lint0 = 0x350,
    apic_lvt_lint1 = 0x360,
    apic_timer_initial = 0x380,
    apic_timer_current = 0x390,
    apic_timer_divide = 0x3e0,
};
constexpr u32 apic_enable = 1 << 8, apic_masked = 1 << 16, delivery_extint = 7 << 8,
              delivery_nmi = 4 << 8, divide_by_1 = 0xb;

// The PIT (8254) counts down at this rate; channel 2's gate is in port 0x61.
constexpr u64 pit_hz = 1193182;
constexpr u16 pit_channel2 = 0x42, pit_command = 0x43, pit_gate = 0x61;
constexpr u16 calibration_ticks = pit_hz / 250; // 4 ms

volatile void* apic;
u64 tsc_start;
u64 tsc_khz;
u64 ns_per_tsc;                  // 32.32 fixed point
u64 apic_per_ns;                 // 32.32 fixed point
Nanoseconds armed = no_deadline; // when the interrupt comes
Nanoseconds realtime_offset;

void timer_became_earliest() {
    Cpu& cpu = this_cpu();
    cpu.work_pending = 1; // the next safe point arms the interrupt
}
TimerQueue timers(timer_became_earliest);

u16 pit_read() {
    out8(pit_command, 0x80); // latch channel 2
    const u8 low = in8(pit_channel2);
    return low | in8(pit_channel2) << 8;
}

// The counters at the moment when the PIT was seen to step, and how far it has counted.
struct Sample {
    u64 tsc;
    u32 apic;
    u16 pit;
};

// A step that took long to see (the machine was doing something else) isn't taken.
Sample sample_at_step() {
    for (int attempt = 0;; ++attempt) {
        const u16 before = pit_read();
        u64 last = rdtsc();
        for (;;) {
            const u16 now = pit_read();
            const u64 tsc = rdtsc();
            if (now != before) {
                if (tsc - last < 5000 || attempt == 20)
                    return {tsc, mmio_read32(apic, apic_timer_current), now};
                break;
            }
            last = tsc;
        }
    }
}

void calibrate() {
    out8(pit_gate, (in8(pit_gate) & ~2) | 1); // counting, speaker off
    out8(pit_command, 0xb4);                  // channel 2, both bytes, mode 2
    out8(pit_channel2, 0xff), out8(pit_channel2, 0xff);
    mmio_write32(apic, apic_timer_divide, divide_by_1);
    mmio_write32(apic, apic_lvt_timer, apic_masked | timer_vector);
    mmio_write32(apic, apic_timer_initial, ~u32{0});

    const Sample start = sample_at_step();
    while (static_cast<u16>(start.pit - pit_read()) < calibration_ticks) {
    }
    const Sample end = sample_at_step();
    mmio_write32(apic, apic_timer_initial, 0);

    const u64 ns = u64{static_cast<u16>(start.pit - end.pit)} * s_to_ns(1) / pit_hz;
    const u64 tsc = end.tsc - start.tsc;
    tsc_khz = tsc * 1'000'000 / ns;
    ns_per_tsc = (ns << 32) / tsc;
    apic_per_ns = (u64{start.apic - end.apic} << 32) / ns;
}

void enable_apic() {
    const u64 base = rdmsr(msr_apic_base);
    wrmsr(msr_apic_base, base | 1 << 11);
    apic = map_device(base & page_address_mask, page_size);
    ASSERT(apic);
    mmio_write32(apic, apic_spurious, apic_enable | spurious_vector);
    mmio_write32(apic, apic_lvt_lint0, delivery_extint); // the 8259s
    mmio_write32(apic, apic_lvt_lint1, delivery_nmi);
}

u64 scale(u64 value, u64 factor) {
    return static_cast<u64>(static_cast<unsigned __int128>(value) * factor >> 32);
}

} // namespace

void clock_init() {
    enable_apic();
    calibrate();
    tsc_start = rdtsc();
    mmio_write32(apic, apic_lvt_timer, timer_vector);
    realtime_offset = rtc_read() - clock_monotonic();
}

Nanoseconds clock_monotonic() { return scale(rdtsc() - tsc_start, ns_per_tsc); }
Nanoseconds clock_realtime() { return clock_monotonic() + realtime_offset; }
void clock_set_realtime(Nanoseconds since_1970) {
    realtime_offset = since_1970 - clock_monotonic();
}
u64 clock_tsc_khz() { return tsc_khz; }

void clock_busy_wait(Nanoseconds duration) {
    const Nanoseconds end = clock_monotonic() + duration;
    while (clock_monotonic() < end) pause();
}

TimerQueue& kernel_timers() { return timers; }

void clock_arm(Nanoseconds deadline) {
    if (deadline >= armed) return;
    const Nanoseconds now = clock_monotonic();
    const Nanoseconds delay = deadline > now ? deadline - now : 0;
    // A deadline beyond the counter's range only wakes early, to arm again.
    const u64 count = clamp(scale(min(delay, s_to_ns(4)), apic_per_ns) + 1, u64{1}, u64{~u32{0}});
    armed = deadline;
    mmio_write32(apic, apic_timer_initial, static_cast<u32>(count));
}

void clock_interrupt() {
    armed = no_deadline;
    this_cpu().work_pending = 1;
    mmio_write32(apic, apic_eoi, 0);
}

// The files of /proc that tell of the machine as a whole. proc(5).
#include "kernel/fs/proc_system.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/load.h"
#include "kernel/mem/address_space.h"
#include "kernel/mem/frames.h"
#include "kernel/sched/scheduler.h"

namespace {
constexpr u64 kib_per_frame = page_size / 1024;
constexpr Nanoseconds tick = 10'000'000; // USER_HZ is 100

void show_meminfo(TextBuffer& out, u64) {
    const MemoryStatistics m = memory_statistics();
    const struct {
        const char* name;
        u64 frames;
    } lines[] = {{"MemTotal:", m.total_frames},
                 {"MemFree:", m.free_frames},
                 {"MemAvailable:", m.free_frames},
                 {"Buffers:", 0},
                 {"Cached:", file_frames()},
                 {"SwapCached:", 0},
                 {"SwapTotal:", 0},
                 {"SwapFree:", 0},
                 {"Shmem:", file_frames()},
                 {"Slab:", m.heap_frames}};
    for (const auto& line : lines)
        out.print("%-15s %8lu kB\n", line.name, line.frames * kib_per_frame);
}

void print_seconds(TextBuffer& out, Nanoseconds time) {
    out.print("%lu.%02lu", time / s_to_ns(1), time % s_to_ns(1) / tick);
}

void show_uptime(TextBuffer& out, u64) {
    print_seconds(out, clock_monotonic());
    out.append(" ");
    print_seconds(out, scheduler_statistics().idle_time);
    out.append("\n");
}

void show_loadavg(TextBuffer& out, u64) {
    for (unsigned i = 0; i < 3; i++) {
        const u64 load = load_average(i) + load_fixed_one / 200; // rounds to a hundredth
        out.print("%lu.%02lu ", load / load_fixed_one,
                  load % load_fixed_one * 100 / load_fixed_one);
    }
    const ProcessCounts counts = process_counts();
    out.print("%u/%u %d\n", scheduler_statistics().runnable, counts.threads, counts.last_pid);
}

void show_stat(TextBuffer& out, u64) {
    const SchedulerStatistics s = scheduler_statistics();
    const Nanoseconds up = clock_monotonic();
    const u64 idle = s.idle_time / tick;
    const u64 user = machine_cpu_times.user / tick, system = machine_cpu_times.system / tick;
    out.print("cpu  %lu 0 %lu %lu 0 0 0 0 0 0\n", user, system, idle);
    out.print("cpu0 %lu 0 %lu %lu 0 0 0 0 0 0\n", user, system, idle);
    out.print("ctxt %lu\n", s.context_switches);
    out.print("btime %lu\n", (clock_realtime() - up) / s_to_ns(1));
    out.print("processes %d\n", process_counts().last_pid);
    out.print("procs_running %u\nprocs_blocked 0\n", s.runnable);
}

void show_mounts(TextBuffer& out, u64) { print_mounts(out); }
void show_devices(TextBuffer& out, u64) { print_devices(out); }
void show_filesystems(TextBuffer& out, u64) {
    out.append("nodev\tproc\nnodev\ttmpfs\nnodev\tdevtmpfs\nnodev\tramfs\n");
}

struct CpuId {
    u32 a, b, c, d;
};
CpuId cpuid(u32 leaf, u32 subleaf = 0) {
    CpuId r;
    asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
    return r;
}

struct Feature {
    u32 bit;
    const char* name;
};
void print_features(TextBuffer& out, u32 bits, std::span<const Feature> features) {
    for (const Feature& f : features)
        if (bits >> f.bit & 1) out.print(" %s", f.name);
}

// Intel SDM vol. 2, CPUID.
void show_cpuinfo(TextBuffer& out, u64) {
    const CpuId vendor = cpuid(0), version = cpuid(1), extended = cpuid(0x8000'0001);
    char text[49] = {};
    memcpy(text, &vendor.b, 4);
    memcpy(text + 4, &vendor.d, 4);
    memcpy(text + 8, &vendor.c, 4);
    const u32 family =
        (version.a >> 8 & 15) + ((version.a >> 8 & 15) == 15 ? version.a >> 20 & 255 : 0);
    const u32 model = (version.a >> 4 & 15) | (version.a >> 12 & 0xf0);
    out.print("processor\t: 0\nvendor_id\t: %s\n", text);
    out.print("cpu family\t: %u\nmodel\t\t: %u\n", family, model);
    for (u32 i = 0; i < 3; i++) {
        const CpuId part = cpuid(0x8000'0002 + i);
        memcpy(text + 16 * i, &part, 16);
    }
    out.print("model name\t: %s\nstepping\t: %u\n", text, version.a & 15);
    static constexpr Feature low[] = {{0, "fpu"},   {4, "tsc"},  {5, "msr"},   {6, "pae"},
                                      {8, "cx8"},   {9, "apic"}, {15, "cmov"}, {23, "mmx"},
                                      {24, "fxsr"}, {25, "sse"}, {26, "sse2"}};
    static constexpr Feature high[] = {{0, "pni"},     {9, "ssse3"},   {13, "cx16"},
                                       {19, "sse4_1"}, {20, "sse4_2"}, {23, "popcnt"},
                                       {30, "rdrand"}};
    static constexpr Feature more[] = {{11, "syscall"}, {20, "nx"}, {29, "lm"}};
    out.append("flags\t\t:");
    print_features(out, version.d, low);
    print_features(out, version.c, high);
    print_features(out, extended.d, more);
    out.append("\n\n");
}

void show_mmap_min_addr(TextBuffer& out, u64) { out.print("%lu\n", mmap_min_address); }

ProcessCounts no_processes() { return {}; }
ProcessCounts (*count_processes)() = no_processes;
} // namespace

ProcessCounts process_counts() { return count_processes(); }
void set_process_counter(ProcessCounts (*count)()) { count_processes = count; }

void proc_register_system_files() {
    proc_register("meminfo", show_meminfo);
    proc_register("uptime", show_uptime);
    proc_register("loadavg", show_loadavg);
    proc_register("stat", show_stat);
    proc_register("mounts", show_mounts);
    proc_register("devices", show_devices);
    proc_register("filesystems", show_filesystems);
    proc_register("cpuinfo", show_cpuinfo);
    proc_register("sys/vm/mmap_min_addr", show_mmap_min_addr);
    load_average_start();
}

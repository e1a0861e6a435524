// /dev/trace: commands in, records out; one follower at a time. /proc/stations: what there is to
// see. docs/trace.md tells the reader's side.
#include "kernel/trace/trace_file.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/fs/fs.h"
#include "kernel/trace/trace_commands.h"

namespace {

constexpr usize default_ring = 1 << 20;
constexpr usize largest_record = TRACE_UNIT + TRACE_MAX_PAYLOAD;
constexpr Nanoseconds look_interval = ms_to_ns(10);
constexpr u32 device_major_trace = 10, device_minor_trace = 231; // 10: miscellaneous

bool followed_by_someone = false;

// A station can't wake a reader, since it may stand in the middle of the scheduler: a timer looks.
class TraceFile final : public file {
  public:
    explicit TraceFile(u32 flags) : file(flags), tick_(*this) {
        followed_by_someone = true;
        look();
    }
    ~TraceFile() override {
        kernel_timers().cancel(tick_);
        trace_commands_stop();
        followed_by_someone = false;
    }

    Result<usize> read(IovIter& to, i64&) override {
        if (to.remaining() < largest_record) return Errno{EINVAL};
        if (!ready()) {
            if (nonblocking()) return Errno{EAGAIN};
            TRY(wait_until(changed_, no_deadline, [] { return ready(); }));
        }
        usize done = 0;
        while (to.remaining() >= largest_record) {
            const usize n = trace_ring.read({block_, min(sizeof block_, to.remaining())});
            if (n == 0) break;
            if (to.copy_to(block_, n) < n) return Errno{EFAULT};
            done += n;
        }
        return done;
    }
    Result<usize> write(IovIter& from, i64&) override {
        char text[512];
        const usize n = from.remaining();
        if (n > sizeof text) return Errno{EINVAL};
        if (from.copy_from(text, n) < n) return Errno{EFAULT};
        TRY(trace_command({text, n}));
        return n;
    }
    u32 poll(PollTable* table) override {
        if (table) table->add(changed_);
        return POLLOUT | (ready() ? POLLIN : 0u);
    }

  private:
    struct Tick : Timer {
        explicit Tick(TraceFile& owner) : Timer(went_off), owner(owner) {}
        TraceFile& owner;
    };
    static void went_off(Timer& timer) { static_cast<Tick&>(timer).owner.look(); }
    // Records, or the end of all who were followed.
    static bool ready() {
        return !trace_ring.empty() || (trace_following.began && trace_following.threads == 0);
    }
    void look() {
        if (ready()) changed_.wake_all(POLLIN);
        kernel_timers().set(tick_, clock_monotonic() + look_interval);
    }

    WaitQueue changed_;
    Tick tick_;
    u8 block_[4096];
};

Result<Ref<file>> open_trace(Device, u32 flags) {
    if (followed_by_someone) return Errno{EBUSY};
    TRY(trace_ring.create(default_ring));
    auto opened = make_ref<TraceFile>(flags);
    if (!opened.ok()) {
        trace_ring.destroy();
        return opened.error();
    }
    return Ref<file>(std::move(opened).value());
}

const char* const type_names[] = {"none", "u",   "i",    "hex",  "bool", "fd",    "socket",
                                  "sock", "skb", "ipv4", "port", "text", "thread"};

void show_stations(TextBuffer& out, u64) {
    unsigned number = 0;
    for (TraceSlot& slot : trace_stations()) {
        const TraceStation& station = *slot;
        out.print("%u %s %s %s %s:%u", number++, trace_group_name(station.group),
                  station.is_event ? "event" : "station", station.function, station.file,
                  unsigned{station.line});
        for (u8 i = 0; i < station.field_count; i++)
            out.print(" %s:%s", station.names[i], type_names[station.types[i]]);
        out.print("\n");
    }
}

} // namespace

void trace_files_init() {
    register_device(device_major_trace, device_minor_trace, "trace", 0600, open_trace);
    proc_register("stations", show_stations);
}

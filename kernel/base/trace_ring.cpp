// The ring of trace records: writing, losing, reading.
#include "kernel/base/trace_ring.h"
#include "kernel/base/math.h"
#include "kernel/base/ref.h"
#include "kernel/base/string.h"
#include <bit>

static_assert(sizeof(trace_record) == TRACE_UNIT);

Result<void> TraceRing::create(usize bytes) {
    if (bytes < 4 * TRACE_MAX_PAYLOAD) return Errno{EINVAL};
    const u64 capacity = std::bit_ceil(bytes / sizeof(Unit));
    auto* fresh = static_cast<Unit*>(kmalloc(capacity * sizeof(Unit)));
    if (!fresh) return Errno{ENOMEM};
    destroy();
    units_ = fresh;
    capacity_ = capacity;
    return {};
}

void TraceRing::destroy() {
    kfree(units_);
    units_ = nullptr;
    capacity_ = 0;
    clear();
}

void TraceRing::clear() { head_ = tail_ = lost_ = told_lost_ = written_ = 0; }

// Appends to the record that begins at head_; `offset` counts its bytes.
void TraceRing::put(std::span<const u8> bytes, usize& offset) {
    while (!bytes.empty()) {
        const usize in_unit = offset % TRACE_UNIT;
        const usize n = min(bytes.size(), TRACE_UNIT - in_unit);
        memcpy(unit(head_ + offset / TRACE_UNIT).bytes + in_unit, bytes.data(), n);
        bytes = bytes.subspan(n);
        offset += n;
    }
}

void TraceRing::write(trace_record& record, std::span<const u8> first, std::span<const u8> second) {
    if (!exists()) return;
    first = first.first(min(first.size(), usize{TRACE_MAX_PAYLOAD}));
    second = second.first(min(second.size(), TRACE_MAX_PAYLOAD - first.size()));
    const usize payload = first.size() + second.size();
    record.payload_bytes = static_cast<u16>(payload);
    record.units = static_cast<u8>(1 + (payload + TRACE_UNIT - 1) / TRACE_UNIT);
    record.sequence = static_cast<u16>(written_++);
    for (; head_ + record.units - tail_ > capacity_; lost_++) tail_ += units_at(tail_);

    usize offset = 0;
    put({reinterpret_cast<const u8*>(&record), sizeof record}, offset);
    put(first, offset);
    put(second, offset);
    head_ += record.units;
}

trace_record TraceRing::lost_record() const {
    trace_record record{};
    record.kind = TRACE_KIND_LOST;
    record.units = record.count = 1;
    record.values[0] = lost_ - told_lost_;
    return record;
}

usize TraceRing::read(std::span<u8> to) {
    usize done = 0;
    if (told_lost_ != lost_ && to.size() >= sizeof(trace_record)) {
        const trace_record record = lost_record();
        memcpy(to.data(), &record, sizeof record);
        done = sizeof record;
        told_lost_ = lost_;
    }
    while (!empty()) {
        const usize bytes = units_at(tail_) * usize{TRACE_UNIT};
        if (to.size() - done < bytes) break;
        for (usize i = 0; i < bytes; i += TRACE_UNIT, tail_++)
            memcpy(to.data() + done + i, unit(tail_).bytes, TRACE_UNIT);
        done += bytes;
    }
    return done;
}

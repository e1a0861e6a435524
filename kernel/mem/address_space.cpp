// Address spaces: the sorted array of mappings, and copies of the whole for fork. What changes the
// mappings is in mapping.cpp, what fills them in fault.cpp.
#include "kernel/mem/address_space.h"

#include "kernel/arch/cpu.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/sched/scheduler.h"

List<AddressSpace, &AddressSpace::all_node_> AddressSpace::all_;

AddressSpace::AddressSpace(uptr end) : end_(end) { all_.push_back(*this); }

Result<Ref<AddressSpace>> AddressSpace::create(uptr end) {
    void* memory = kmalloc(sizeof(AddressSpace));
    if (!memory) return Errno{ENOMEM};
    auto space = Ref<AddressSpace>::adopt(new (memory) AddressSpace(end));
    TRY(space->table_.create());
    space->mmap_top = end;
    return space;
}

AddressSpace::~AddressSpace() {
    if (table_.root()) page_root_unload(table_.root());
    for (usize i = 0; i < count_; i++) {
        zap(vmas_[i]->start, vmas_[i]->end);
        Box<Vma> owned(vmas_[i]);
    }
    kfree(vmas_);
}

// Lower bound by bisection.
usize AddressSpace::index_at(uptr address) const {
    usize low = 0, high = count_;
    while (low < high) {
        const usize middle = (low + high) / 2;
        if (vmas_[middle]->end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

const Vma* AddressSpace::find(uptr address) const {
    const usize i = index_at(address);
    return i < count_ && vmas_[i]->start <= address ? vmas_[i] : nullptr;
}

Result<void> AddressSpace::reserve(usize more) {
    constexpr usize max_mappings = 65530; // Linux's vm.max_map_count
    if (count_ + more > max_mappings) return Errno{ENOMEM};
    if (count_ + more <= capacity_) return {};
    const usize capacity = max(capacity_ * 2, max<usize>(count_ + more, 16));
    auto** larger = static_cast<Vma**>(kmalloc(capacity * sizeof(Vma*)));
    if (!larger) return Errno{ENOMEM};
    if (count_) memcpy(larger, vmas_, count_ * sizeof(Vma*));
    kfree(vmas_);
    vmas_ = larger;
    capacity_ = capacity;
    return {};
}

Result<void> AddressSpace::insert(usize index, Box<Vma> vma) {
    TRY(reserve(1));
    memmove(vmas_ + index + 1, vmas_ + index, (count_ - index) * sizeof(Vma*));
    mapped_bytes_ += vma->end - vma->start;
    vmas_[index] = vma.release();
    count_++;
    return {};
}

void AddressSpace::erase(usize first, usize last) {
    for (usize i = first; i < last; i++) {
        mapped_bytes_ -= vmas_[i]->end - vmas_[i]->start;
        Box<Vma> owned(vmas_[i]);
    }
    memmove(vmas_ + first, vmas_ + last, (count_ - last) * sizeof(Vma*));
    count_ -= last - first;
}

Result<void> AddressSpace::split(uptr address) {
    const usize i = index_at(address);
    if (i == count_ || vmas_[i]->start >= address) return {};
    Vma& whole = *vmas_[i];
    Box<Vma> upper = TRY(make_box<Vma>());
    upper->start = address;
    upper->end = whole.end;
    upper->protection = whole.protection;
    upper->flags = whole.flags;
    upper->offset = whole.source_page(address);
    upper->source = whole.source;
    upper->file = whole.file;
    TRY(insert(i + 1, std::move(upper)));
    mapped_bytes_ -= whole.end - address; // insert() counted the upper part again
    whole.end = address;
    return {};
}

namespace {
bool can_merge(const Vma& a, const Vma& b) {
    return a.end == b.start && a.protection == b.protection && a.flags == b.flags &&
           a.source == b.source && a.file == b.file &&
           (!a.source || a.source_page(a.end) == b.offset);
}
} // namespace

// Joins neighbours in [first - 1, last] that have become alike.
void AddressSpace::merge_around(usize first, usize last) {
    usize i = first > 0 ? first - 1 : 0;
    usize until = min(last, count_ - 1);
    while (count_ && i < until) {
        if (!can_merge(*vmas_[i], *vmas_[i + 1])) {
            i++;
            continue;
        }
        const uptr end = vmas_[i + 1]->end;
        mapped_bytes_ += end - vmas_[i + 1]->start; // erase() takes it off
        vmas_[i]->end = end;
        erase(i + 1, i + 2);
        until--;
    }
}

bool AddressSpace::range_free(uptr start, uptr end) const {
    const usize i = index_at(start);
    return i == count_ || vmas_[i]->start >= end;
}

// Below `ceiling`, as high as possible; the hint when it is free.
Result<uptr> AddressSpace::find_gap(usize bytes, uptr hint, uptr ceiling) const {
    if (hint >= mmap_min_address && hint <= end_ - bytes && range_free(hint, hint + bytes))
        return hint;
    uptr top = ceiling;
    for (usize i = index_at(ceiling - 1);; i--) {
        // The gap below mapping i (or below the ceiling).
        if (i < count_) {
            const uptr guard = vmas_[i]->is(Vma::grows_down) ? stack_guard_gap : 0;
            if (vmas_[i]->start < top) top = vmas_[i]->start - min(guard, vmas_[i]->start);
        }
        const uptr bottom = max(i > 0 ? vmas_[i - 1]->end : uptr{0}, mmap_min_address);
        if (top > bottom && top - bottom >= bytes) return top - bytes;
        if (i == 0) break;
    }
    return Errno{ENOMEM};
}

Result<Ref<AddressSpace>> AddressSpace::fork() {
    Ref<AddressSpace> child = TRY(create(end_));
    child->break_start = break_start, child->break_end = break_end;
    child->code_start = code_start, child->code_end = code_end;
    child->data_start = data_start, child->data_end = data_end;
    child->stack_start = stack_start, child->mmap_top = mmap_top;
    child->argument_start = argument_start, child->argument_end = argument_end;
    child->environment_start = environment_start, child->environment_end = environment_end;
    child->stack_limit = stack_limit, child->size_limit = size_limit;
    TRY(child->reserve(count_));
    bool revoked = false;
    for (usize i = 0; i < count_; i++) {
        const Vma& vma = *vmas_[i];
        if (vma.is(Vma::dont_fork)) continue;
        Box<Vma> copy = TRY(make_box<Vma>(vma));
        TRY(child->insert(child->count_, std::move(copy)));
        // Pages of a source are found again by a fault.
        if (vma.is(Vma::shared)) continue;
        const Result<void> copied = copy_pages(vma, *child, revoked);
        if (!copied.ok()) {
            if (revoked) table_.flush_all();
            return copied.error();
        }
    }
    if (revoked) table_.flush_all();
    return child;
}

// Shares the pages of a private mapping with `child`, read-only on both sides.
Result<void> AddressSpace::copy_pages(const Vma& vma, AddressSpace& child, bool& revoked) {
    uptr address = vma.start;
    while ((address = table_.next_populated(address, vma.end)) < vma.end) {
        const uptr block_end = min(vma.end, align_down(address, bytes_per_table) + bytes_per_table);
        u64* from = table_.find(address);
        u64* to = nullptr;
        for (; address < block_end; address += page_size, from++) {
            if (to) to++;
            if (!*from) continue;
            if (!to) {
                to = child.table_.find_or_make(address);
                if (!to) return Errno{ENOMEM};
            }
            if (*from & pte_writable) {
                *from &= ~pte_writable;
                revoked = true;
            }
            *to = *from;
            frame_ref(frame_of(*from & pte_address_mask));
            child.resident_pages_++;
        }
    }
    return {};
}

// Takes the pages out of a range and lets go of them.
void AddressSpace::zap(uptr start, uptr end) {
    constexpr usize single_flushes = 32; // above it, all at once
    usize count = 0;
    uptr address = start;
    while ((address = table_.next_populated(address, end)) < end) {
        const uptr block_end = min(end, align_down(address, bytes_per_table) + bytes_per_table);
        u64* entry = table_.find(address);
        for (; address < block_end; address += page_size, entry++) {
            if (!*entry) continue;
            frame_unref(frame_of(*entry & pte_address_mask));
            *entry = 0;
            if (++count <= single_flushes) table_.flush_page(address);
        }
    }
    if (count > single_flushes) table_.flush_all();
    resident_pages_ -= count;
}

// The pages first … last of `object`, wherever this space maps them.
void AddressSpace::unmap_object(const void* object, u64 first, u64 last, bool copies) {
    for (usize i = 0; i < count_; i++) {
        const Vma& vma = *vmas_[i];
        if (!vma.source || vma.source->object() != object) continue;
        const u64 from = max(first, vma.offset), end = vma.offset + vma.pages();
        const u64 until = last < end ? last + 1 : end;
        if (from >= until) continue;
        const uptr low = vma.start + (from - vma.offset) * page_size;
        const uptr high = vma.start + (until - vma.offset) * page_size;
        if (copies || vma.is(Vma::shared))
            zap(low, high);
        else
            zap_unchanged(vma, low, high);
    }
}

// A private mapping keeps the pages that were written to.
void AddressSpace::zap_unchanged(const Vma& vma, uptr start, uptr end) {
    for (uptr at = start; (at = table_.next_populated(at, end)) < end; at += page_size) {
        const u64* entry = table_.find(at);
        if (!*entry) continue;
        const auto found = vma.source->page(vma.source_page(at), false);
        if (!found.ok() || !found.value()) continue;
        const bool same = &frame_of(*entry & pte_address_mask) == found.value();
        frame_unref(*found.value());
        if (same) zap(at, at + page_size);
    }
}

void unmap_source(const void* object, u64 first, u64 last, bool copies) {
    for (AddressSpace& space : AddressSpace::all_) space.unmap_object(object, first, last, copies);
}

void AddressSpace::activate() { thread_set_address_space(current_thread(), this, table_.root()); }

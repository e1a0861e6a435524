// Demand paging: zero pages, pages of sources, and copies on the first write.
#include "kernel/mem/fault.h"

#include "kernel/base/assert.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/address_space.h"

namespace {

// What untouched memory reads as; mapped read-only wherever it is needed. It holds one reference
// of its own, so that no mapping ever is the only owner.
Frame* zero_frame() {
    static Frame* zero = nullptr;
    if (!zero) zero = frame_alloc_zeroed();
    return zero;
}

// Eight moves of eight bytes a round (FACTS: the fastest way under emulation).
void copy_frame(Frame& to, const Frame& from) { memcpy(to.data(), from.data(), page_size); }

FaultOutcome outcome_of(Errno error) {
    return error.code == ENOMEM ? FaultOutcome::out_of_memory : FaultOutcome::beyond_end;
}

} // namespace

void AddressSpace::set_entry(u64* entry, const Frame& frame, u64 bits) {
    *entry = frame.physical() | bits;
    resident_pages_++;
}

FaultOutcome AddressSpace::handle_fault(uptr address, u64 access) {
    if (address >= end_) return FaultOutcome::not_mapped;
    const usize i = index_at(address);
    if (i == count_) return FaultOutcome::not_mapped;
    Vma& vma = *vmas_[i];
    if (vma.start > address) {
        if (!vma.is(Vma::grows_down) || !grow_stack(i, address)) return FaultOutcome::not_mapped;
    }
    const bool write = access & fault_write;
    if (write ? !(vma.protection & PROT_WRITE) : vma.protection == PROT_NONE)
        return FaultOutcome::no_access;
    if ((access & fault_fetch) && !(vma.protection & PROT_EXEC)) return FaultOutcome::no_access;
    return fault_in(vma, align_down(address, page_size), write);
}

// Down to the limit, and not too near to what lies below.
bool AddressSpace::grow_stack(usize index, uptr address) {
    Vma& vma = *vmas_[index];
    const uptr start = align_down(address, page_size);
    if (start < mmap_min_address || vma.end - start > stack_limit) return false;
    if (mapped_bytes_ + (vma.start - start) > size_limit) return false;
    if (index > 0) {
        const Vma& below = *vmas_[index - 1];
        if (below.end > start) return false;
        if (below.protection != PROT_NONE && start - below.end < stack_guard_gap) return false;
    }
    mapped_bytes_ += vma.start - start;
    vma.start = start;
    return true;
}

FaultOutcome AddressSpace::fault_in(Vma& vma, uptr address, bool write) {
    u64* entry = table_.find_or_make(address);
    if (!entry) return FaultOutcome::out_of_memory;
    if (*entry & pte_present) {
        if (write && !(*entry & pte_writable)) return break_sharing(vma, address, entry);
        table_.flush_page(address); // an old translation: there is nothing to do
        return FaultOutcome::resolved;
    }
    return vma.source ? fault_source(vma, address, entry, write)
                      : fault_anonymous(vma, entry, write);
}

FaultOutcome AddressSpace::fault_anonymous(Vma& vma, u64* entry, bool write) {
    if (write) {
        Frame* frame = frame_alloc_zeroed();
        if (!frame) return FaultOutcome::out_of_memory;
        set_entry(entry, *frame, entry_bits(vma, true));
        return FaultOutcome::resolved;
    }
    Frame* zero = zero_frame();
    if (!zero) return FaultOutcome::out_of_memory;
    frame_ref(*zero);
    set_entry(entry, *zero, entry_bits(vma, false));
    return FaultOutcome::resolved;
}

FaultOutcome AddressSpace::fault_source(Vma& vma, uptr address, u64* entry, bool write) {
    const bool shared = vma.is(Vma::shared);
    // A hole in a shared mapping must become a page of the file, or a later writer's would be
    // another one than ours.
    const auto found = vma.source->page(vma.source_page(address), shared);
    if (!found.ok()) return outcome_of(found.error());
    Frame* page = found.value();
    if (shared) {
        set_entry(entry, *page, entry_bits(vma, true));
        return FaultOutcome::resolved;
    }
    if (!page) return fault_anonymous(vma, entry, write);
    if (!write) {
        set_entry(entry, *page, entry_bits(vma, false));
        map_neighbours(vma, address);
        return FaultOutcome::resolved;
    }
    Frame* copy = frame_alloc();
    if (copy) {
        copy_frame(*copy, *page);
        set_entry(entry, *copy, entry_bits(vma, true));
    }
    frame_unref(*page);
    return copy ? FaultOutcome::resolved : FaultOutcome::out_of_memory;
}

// Programs read on where they have read: maps the pages around that the file has, so that they
// cost no fault each.
void AddressSpace::map_neighbours(Vma& vma, uptr address) {
    constexpr uptr window = 16 * page_size;
    const uptr first = max(vma.start, align_down(address, window));
    const uptr last = min(vma.end, align_down(address, window) + window);
    u64* entry = table_.find(first); // the window lies within one table
    for (uptr at = first; at < last; at += page_size, entry++) {
        if (*entry) continue;
        const auto found = vma.source->page(vma.source_page(at), false);
        if (!found.ok()) return;
        if (found.value()) set_entry(entry, *found.value(), entry_bits(vma, false));
    }
}

// A write to a page that is mapped read-only although its mapping may be written.
FaultOutcome AddressSpace::break_sharing(Vma& vma, uptr address, u64* entry) {
    Frame& frame = frame_of(*entry & pte_address_mask);
    if (!vma.is(Vma::shared) && frame.references > 1) {
        const bool zero = &frame == zero_frame();
        Frame* copy = zero ? frame_alloc_zeroed() : frame_alloc();
        if (!copy) return FaultOutcome::out_of_memory;
        if (!zero) copy_frame(*copy, frame);
        frame_unref(frame);
        *entry = copy->physical();
    }
    *entry = (*entry & pte_address_mask) | entry_bits(vma, true);
    table_.flush_page(address);
    return FaultOutcome::resolved;
}

void AddressSpace::populate(uptr start, uptr end) {
    for (uptr address = start; address < end; address += page_size) {
        const Vma* vma = find(address);
        if (!vma) return;
        const bool write = (vma->protection & PROT_WRITE) && !vma->is(Vma::shared);
        if (handle_fault(address, fault_user | (write ? fault_write : 0)) != FaultOutcome::resolved)
            return;
    }
}

void AddressSpace::populate_all() {
    for (usize i = 0; i < count_; i++)
        if (vmas_[i]->protection != PROT_NONE) populate(vmas_[i]->start, vmas_[i]->end);
}

Result<u8*> AddressSpace::writable_page(uptr address) {
    u64* entry = table_.find(address);
    if (!entry || !(*entry & pte_writable)) {
        const FaultOutcome outcome = handle_fault(address, fault_user | fault_write);
        if (outcome == FaultOutcome::out_of_memory) return Errno{ENOMEM};
        if (outcome != FaultOutcome::resolved) return Errno{EFAULT};
        entry = table_.find(address);
    }
    return static_cast<u8*>(phys_to_virt(*entry & pte_address_mask)) + (address & (page_size - 1));
}

Result<Frame*> AddressSpace::frame_at(uptr address, bool write) {
    u64* entry = table_.find(address);
    const u64 wanted = pte_present | (write ? pte_writable : 0);
    if (!entry || (*entry & wanted) != wanted) {
        if (handle_fault(address, fault_user | (write ? fault_write : 0)) != FaultOutcome::resolved)
            return Errno{EFAULT};
        entry = table_.find(address);
    }
    return &frame_of(*entry & pte_address_mask);
}

Result<void> AddressSpace::residency(uptr start, usize pages, u8* bytes) {
    TRY(check_mapped(start, pages * page_size));
    for (usize i = 0; i < pages; i++) {
        const u64* entry = table_.find(start + i * page_size);
        bytes[i] = entry && *entry != 0;
        const Vma* vma = find(start + i * page_size);
        if (bytes[i] || !vma->source) continue;
        const auto found = vma->source->page(vma->source_page(start + i * page_size), false);
        if (!found.ok() || !found.value()) continue;
        frame_unref(*found.value());
        bytes[i] = 1;
    }
    return {};
}

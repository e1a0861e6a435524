// What changes an address space: mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2).
#include "kernel/base/math.h"
#include "kernel/mem/address_space.h"

// Whether [start, start + bytes) lies in user space; `bytes` becomes whole pages.
bool AddressSpace::normalise(uptr start, usize& bytes) const {
    if (bytes > end_) return false;
    bytes = align_up(bytes, page_size);
    return start <= end_ && bytes <= end_ - start;
}

Result<uptr> AddressSpace::place(const MapRequest& request, usize bytes) const {
    if (!request.fixed) {
        if (request.below_2g && !is_32bit()) {
            constexpr uptr low = 0x4000'0000, high = 0x8000'0000; // Linux's range for MAP_32BIT
            const uptr found = TRY(find_gap(bytes, 0, high));
            return found >= low ? Result<uptr>(found) : Errno{ENOMEM};
        }
        uptr hint = align_down(request.address, page_size);
        if (hint) hint = max(hint, mmap_min_address);
        Result<uptr> found = find_gap(bytes, hint, mmap_top);
        return found.ok() ? std::move(found) : find_gap(bytes, 0, end_);
    }
    if (request.address & (page_size - 1)) return Errno{EINVAL};
    if (request.address > end_ - bytes) return Errno{ENOMEM};
    if (request.address < request.lowest) return Errno{EPERM};
    if (request.no_replace && !range_free(request.address, request.address + bytes))
        return Errno{EEXIST};
    return request.address;
}

Result<uptr> AddressSpace::map(const MapRequest& request) {
    usize bytes = request.bytes;
    if (bytes == 0) return Errno{EINVAL};
    if (!normalise(0, bytes) || bytes == 0) return Errno{ENOMEM};
    if (mapped_bytes_ + bytes > size_limit) return Errno{ENOMEM};
    const uptr start = TRY(place(request, bytes));
    Box<Vma> vma = TRY(make_box<Vma>());
    if (!range_free(start, start + bytes)) TRY(unmap(start, bytes));
    vma->start = start;
    vma->end = start + bytes;
    vma->protection = request.protection;
    vma->flags = request.vma_flags;
    vma->source = request.source;
    vma->offset = request.offset;
    vma->file = request.file;
    const usize index = index_at(start);
    TRY(insert(index, std::move(vma)));
    merge_around(index, index + 1);
    if (request.populate && request.protection) populate(start, start + bytes);
    return start;
}

// Gives tables back that serve nothing any more after [start, end) was unmapped.
void AddressSpace::free_unused_tables(uptr start, uptr end) {
    const usize i = index_at(start);
    const uptr below = i > 0 ? vmas_[i - 1]->end : 0;
    const uptr above = i < count_ ? vmas_[i]->start : user_end64;
    const uptr low = max(align_up(below, bytes_per_table), align_down(start, bytes_per_table));
    const uptr high = min(align_down(above, bytes_per_table), align_up(end, bytes_per_table));
    if (low >= high || table_.next_populated(low, high) >= high) return;
    table_.free_tables(low, high);
    table_.flush_page(low); // INVLPG drops all cached upper levels (SDM vol. 3, 4.10.4.1)
}

Result<void> AddressSpace::unmap(uptr start, usize bytes) {
    if ((start & (page_size - 1)) || bytes == 0 || !normalise(start, bytes)) return Errno{EINVAL};
    const uptr end = start + bytes;
    if (range_free(start, end)) return {};
    TRY(split(start));
    TRY(split(end));
    const usize first = index_at(start);
    usize last = first;
    for (; last < count_ && vmas_[last]->start < end; last++)
        zap(vmas_[last]->start, vmas_[last]->end);
    erase(first, last);
    free_unused_tables(start, end);
    return {};
}

u64 AddressSpace::entry_bits(const Vma& vma, bool writable) const {
    if (vma.protection == PROT_NONE) return pte_held | pte_accessed | pte_dirty;
    u64 bits = pte_present | pte_user | pte_accessed | pte_dirty;
    if (writable && (vma.protection & PROT_WRITE)) bits |= pte_writable;
    if (!(vma.protection & PROT_EXEC)) bits |= pte_no_execute;
    return bits;
}

// Gives the pages that are there the rights that their mapping now has. A private page that others
// have too stays read-only until it is written to.
void AddressSpace::update_entries(const Vma& vma) {
    uptr address = vma.start;
    bool changed = false;
    while ((address = table_.next_populated(address, vma.end)) < vma.end) {
        const uptr block_end = min(vma.end, align_down(address, bytes_per_table) + bytes_per_table);
        u64* entry = table_.find(address);
        for (; address < block_end; address += page_size, entry++) {
            if (!*entry) continue;
            const u64 physical = *entry & pte_address_mask;
            const bool own = vma.is(Vma::shared) || frame_of(physical).references == 1;
            *entry = physical | entry_bits(vma, own);
            changed = true;
        }
    }
    if (changed) table_.flush_range(vma.start, vma.end);
}

Result<void> AddressSpace::protect(uptr start, usize bytes, u8 protection) {
    if (start & (page_size - 1)) return Errno{EINVAL};
    if (bytes == 0) return {};
    if (!normalise(start, bytes) || bytes == 0) return Errno{ENOMEM};
    const uptr end = start + bytes;
    TRY(split(start));
    TRY(split(end));
    const usize first = index_at(start);
    usize i = first;
    uptr reached = start;
    Result<void> result;
    for (; i < count_ && vmas_[i]->start < end; i++) {
        Vma& vma = *vmas_[i];
        if (vma.start != reached) break;
        if ((protection & PROT_WRITE) && vma.is(Vma::shared) && !vma.is(Vma::may_write)) {
            merge_around(first, i + 1);
            return Errno{EACCES};
        }
        reached = vma.end;
        if (vma.protection == protection) continue;
        vma.protection = protection;
        update_entries(vma);
    }
    merge_around(first, i);
    if (reached < end) return Errno{ENOMEM};
    return {};
}

// Moves mapping and pages to another place, of another length.
Result<void> AddressSpace::move_range(uptr from, usize old_bytes, uptr to, usize new_bytes,
                                      bool keep_old) {
    const usize kept = min(old_bytes, new_bytes);
    // First all that can fail: the tables, the new mapping, the cuts in the old one.
    for (uptr a = from; (a = table_.next_populated(a, from + kept)) < from + kept;
         a = align_down(a, bytes_per_table) + bytes_per_table) {
        const uptr last = min(from + kept, align_down(a, bytes_per_table) + bytes_per_table) - 1;
        if (!table_.find_or_make(a - from + to) || !table_.find_or_make(last - from + to))
            return Errno{ENOMEM};
    }
    TRY(split(from));
    TRY(split(from + old_bytes));
    const Vma& old = *find(from);
    Box<Vma> moved = TRY(make_box<Vma>(old));
    moved->start = to;
    moved->end = to + new_bytes;
    const usize index = index_at(to);
    TRY(insert(index, std::move(moved)));
    for (uptr a = from; (a = table_.next_populated(a, from + kept)) < from + kept; a += page_size) {
        u64* entry = table_.find(a);
        if (!*entry) continue;
        *table_.find(a - from + to) = *entry;
        *entry = 0;
    }
    table_.flush_range(from, from + kept);
    merge_around(index, index + 1);
    if (!keep_old) return unmap(from, old_bytes);
    return {};
}

Result<uptr> AddressSpace::remap(uptr old_address, usize old_bytes, usize new_bytes, int flags,
                                 uptr new_address, uptr lowest) {
    const bool may_move = flags & MREMAP_MAYMOVE, fixed = flags & MREMAP_FIXED;
    const bool keep_old = flags & MREMAP_DONTUNMAP;
    if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) return Errno{EINVAL};
    if ((fixed || keep_old) && !may_move) return Errno{EINVAL};
    if (keep_old && old_bytes != new_bytes) return Errno{EINVAL};
    if ((old_address & (page_size - 1)) || new_bytes == 0) return Errno{EINVAL};
    if (!normalise(old_address, old_bytes)) return Errno{EFAULT};
    if (!normalise(0, new_bytes)) return Errno{EINVAL};
    if (fixed) {
        if ((new_address & (page_size - 1)) || new_address > end_ - new_bytes) return Errno{EINVAL};
        if (new_address < old_address + old_bytes && old_address < new_address + new_bytes)
            return Errno{EINVAL};
        if (new_address < lowest) return Errno{EPERM};
    }
    const Vma* vma = find(old_address);
    if (!vma || old_address + old_bytes > vma->end) return Errno{EFAULT};
    if (old_bytes == 0 && !vma->is(Vma::shared)) return Errno{EINVAL};
    if (!fixed && !keep_old && old_bytes != 0) {
        if (new_bytes <= old_bytes) {
            if (new_bytes < old_bytes) TRY(unmap(old_address + new_bytes, old_bytes - new_bytes));
            return old_address;
        }
        const uptr new_end = old_address + new_bytes, old_end = old_address + old_bytes;
        if (old_end == vma->end && new_end <= end_ && new_end > old_end &&
            range_free(old_end, new_end)) {
            if (mapped_bytes_ + new_bytes - old_bytes > size_limit) return Errno{ENOMEM};
            const usize i = index_at(old_address);
            vmas_[i]->end = new_end;
            mapped_bytes_ += new_end - old_end;
            merge_around(i, i + 1);
            return old_address;
        }
    }
    if (!may_move) return Errno{ENOMEM};
    return move_mapping(*vma, old_address, old_bytes, new_bytes,
                        fixed ? std::optional(new_address) : std::nullopt, keep_old);
}

// mremap's last resort: another place, any when none is `wanted`.
Result<uptr> AddressSpace::move_mapping(const Vma& vma, uptr old_address, usize old_bytes,
                                        usize new_bytes, std::optional<uptr> wanted,
                                        bool keep_old) {
    if (mapped_bytes_ - (keep_old ? 0 : old_bytes) + new_bytes > size_limit) return Errno{ENOMEM};
    if (old_bytes == 0) { // a second view of shared memory
        MapRequest view;
        view.address = wanted.value_or(0);
        view.fixed = wanted.has_value();
        view.lowest = 0; // checked by remap()
        view.bytes = new_bytes;
        view.protection = vma.protection;
        view.vma_flags = vma.flags;
        view.source = vma.source;
        view.offset = vma.source_page(old_address);
        view.file = vma.file;
        return map(view);
    }
    uptr target = wanted.value_or(0);
    if (wanted) {
        if (!range_free(target, target + new_bytes)) TRY(unmap(target, new_bytes));
    } else {
        target = TRY(find_gap(new_bytes, 0, mmap_top));
    }
    TRY(move_range(old_address, old_bytes, target, new_bytes, keep_old));
    return target;
}

uptr AddressSpace::set_break(uptr wanted, u64 data_limit) {
    if (wanted < break_start || wanted > end_ || wanted - break_start > data_limit)
        return break_end;
    const uptr old_end = align_up(break_end, page_size), new_end = align_up(wanted, page_size);
    if (new_end < old_end) {
        if (!unmap(new_end, old_end - new_end).ok()) return break_end;
    } else if (new_end > old_end) {
        MapRequest request;
        request.address = old_end;
        request.bytes = new_end - old_end;
        request.protection = PROT_READ | PROT_WRITE;
        request.vma_flags = Vma::heap | Vma::may_write;
        request.fixed = request.no_replace = true;
        if (!map(request).ok()) return break_end;
    }
    break_end = wanted;
    return break_end;
}

Result<void> AddressSpace::check_mapped(uptr start, usize bytes) {
    uptr reached = start;
    for (usize i = index_at(start); i < count_ && reached < start + bytes; i++) {
        if (vmas_[i]->start > reached) break;
        reached = vmas_[i]->end;
    }
    if (reached < start + bytes) return Errno{ENOMEM};
    return {};
}

// One mapping's share of madvise; `start` and `end` are cut to it.
Result<void> AddressSpace::advise_mapping(Vma& vma, uptr start, uptr end, int advice) {
    switch (advice) {
    case MADV_FREE:
        if (vma.source) return Errno{EINVAL};
        [[fallthrough]]; // dropping the pages at once is one of the things that MADV_FREE allows
    case MADV_DONTNEED:
        if (vma.is(Vma::locked)) return Errno{EINVAL};
        zap(start, end);
        return {};
    case MADV_WILLNEED:
        if (vma.source) populate(start, end);
        return {};
    case MADV_DONTFORK:
        vma.flags |= Vma::dont_fork;
        return {};
    case MADV_DOFORK:
        vma.flags &= ~Vma::dont_fork;
        return {};
    default:
        return {}; // the other advice asks for nothing that could be done better
    }
}

Result<void> AddressSpace::advise(uptr start, usize bytes, int advice) {
    if (start & (page_size - 1)) return Errno{EINVAL};
    switch (advice) {
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_DONTFORK:
    case MADV_DOFORK:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
        break;
    default:
        return Errno{EINVAL};
    }
    if (!normalise(start, bytes)) return Errno{EINVAL};
    const uptr end = start + bytes;
    if (advice == MADV_DONTFORK || advice == MADV_DOFORK) {
        TRY(split(start));
        TRY(split(end));
    }
    bool hole = false;
    uptr reached = start;
    for (usize i = index_at(start); i < count_ && vmas_[i]->start < end; i++) {
        Vma& vma = *vmas_[i];
        if (vma.start > reached) hole = true;
        TRY(advise_mapping(vma, max(vma.start, start), min(vma.end, end), advice));
        reached = vma.end;
    }
    if (hole || reached < end) return Errno{ENOMEM};
    return {};
}

void AddressSpace::set_locked(uptr start, uptr end, bool locked) {
    if (!split(start).ok() || !split(end).ok()) return;
    const usize first = index_at(start);
    usize i = first;
    for (; i < count_ && vmas_[i]->start < end; i++) {
        if (locked)
            vmas_[i]->flags |= Vma::locked;
        else
            vmas_[i]->flags &= ~Vma::locked;
    }
    if (i > first) merge_around(first, i);
}

// Between user_desc and the descriptors of the GDT (Intel SDM vol. 3, 3.4.5).
#include "kernel/proc/tls.h"

#include "kernel/arch/segments.h"

namespace {

bool is_empty(const user_desc& d) {
    return !d.base_address && !d.limit && !d.contents && d.read_exec_only && !d.seg_32bit &&
           !d.limit_in_pages && d.seg_not_present && !d.useable;
}

u64 to_descriptor(const user_desc& d) {
    if (is_empty(d)) return 0;
    const u64 base = d.base_address, limit = d.limit;
    const u64 type = (d.contents << 2) | (d.read_exec_only ? 0u : 2u) | 1u; // accessed
    return (limit & 0xffff) | (base & 0xff'ffff) << 16 | type << 40 |
           u64{1} << 44 /* code or data */ | u64{3} << 45 /* DPL */ |
           u64{!d.seg_not_present} << 47 | (limit >> 16 & 0xf) << 48 | u64{d.useable} << 52 |
           u64{d.seg_32bit} << 54 | u64{d.limit_in_pages} << 55 | (base >> 24) << 56;
}

user_desc from_descriptor(u64 raw, u32 entry) {
    user_desc d{};
    d.entry_number = entry;
    d.base_address = static_cast<u32>((raw >> 16 & 0xff'ffff) | (raw >> 56) << 24);
    d.limit = static_cast<u32>((raw & 0xffff) | (raw >> 48 & 0xf) << 16);
    d.seg_32bit = raw >> 54 & 1;
    d.contents = raw >> 42 & 3;
    d.read_exec_only = !(raw >> 41 & 1);
    d.limit_in_pages = raw >> 55 & 1;
    d.seg_not_present = !(raw >> 47 & 1);
    d.useable = raw >> 52 & 1;
    return d;
}

Result<u32> slot_of(const user_desc& d) {
    if (d.entry_number < tls_entry_first || d.entry_number >= tls_entry_first + tls_entry_count)
        return Errno{EINVAL};
    if (!is_empty(d) && (!d.seg_32bit || d.contents > 1 || d.seg_not_present)) return Errno{EINVAL};
    return d.entry_number - tls_entry_first;
}

} // namespace

Result<void> set_tls_of(Thread& thread, UserPtr<user_desc> description) {
    const user_desc d = TRY(get_user(description));
    const u32 slot = TRY(slot_of(d));
    thread.tls_descriptors[slot] = to_descriptor(d);
    return {};
}

Result<void> set_tls(UserPtr<user_desc> description) {
    user_desc d = TRY(get_user(description));
    if (d.entry_number == ~0u) { // any that is free
        u32 slot = 0;
        while (slot < tls_entry_count && current_thread().tls_descriptors[slot]) slot++;
        if (slot == tls_entry_count) return Errno{ESRCH};
        d.entry_number = tls_entry_first + slot;
        TRY(put_user(description.cast<u32>(), d.entry_number));
    }
    const u32 slot = TRY(slot_of(d));
    return tls_set_descriptor(slot, to_descriptor(d));
}

Result<void> get_tls(UserPtr<user_desc> description) {
    const user_desc d = TRY(get_user(description));
    if (d.entry_number < tls_entry_first || d.entry_number >= tls_entry_first + tls_entry_count)
        return Errno{EINVAL};
    const u32 slot = d.entry_number - tls_entry_first;
    return put_user(description,
                    from_descriptor(current_thread().tls_descriptors[slot], d.entry_number));
}

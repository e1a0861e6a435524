// Copying in an array of segments.
#include "kernel/syscall/import_iovec.h"
#include "kernel/abi/socket.h"
#include "kernel/arch/layout.h"
#include "kernel/base/math.h"

namespace {

template <class Iovec>
Result<IoSegment> import_one(UserPtr<const void> array, usize index) {
    const Iovec entry = TRY(get_user(array.cast<const Iovec>() + index));
    using Signed = std::make_signed_t<decltype(entry.length)>;
    if (static_cast<Signed>(entry.length) < 0) return Errno{EINVAL};
    return IoSegment{static_cast<uptr>(entry.base), static_cast<usize>(entry.length)};
}

} // namespace

Result<void> ImportedIovec::import(UserPtr<const void> array, usize count, bool compat) {
    if (count > IOV_MAX) return Errno{EINVAL};
    if (count > few) {
        auto* many = static_cast<IoSegment*>(kmalloc(count * sizeof(IoSegment)));
        if (!many) return Errno{ENOMEM};
        segments_ = many;
    }
    count_ = count;
    usize total = 0;
    for (usize i = 0; i < count; i++) {
        IoSegment segment = compat ? TRY(import_one<abi::iovec32>(array, i))
                                   : TRY(import_one<abi::iovec64>(array, i));
        if (segment.base > user_end64 || segment.length > user_end64 - segment.base)
            return Errno{EFAULT};
        segment.length = min(segment.length, max_transfer - total);
        total += segment.length;
        segments_[i] = segment;
    }
    return {};
}

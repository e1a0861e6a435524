// Re-laying ancillary data: native headers are 16 bytes and aligned to 8, those of i386 are 12 and
// aligned to 4.
#include "kernel/syscall/socket_control.h"
#include "kernel/abi/socket.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

namespace {

constexpr usize max_sent = 20480;    // Linux: net.core.optmem_max
constexpr usize max_received = 4096; // more than any message brings

constexpr usize align64(usize n) { return align_up(n, 8); }
constexpr usize align32(usize n) { return align_up(n, 4); }

// Walks i386 headers in `from`; calls visit(header, data, data length). EINVAL when one is
// malformed.
template <class Visit>
Result<void> walk32(const u8* from, usize length, Visit visit) {
    usize at = 0;
    while (at + sizeof(abi::cmsghdr32) <= length) {
        abi::cmsghdr32 header;
        memcpy(&header, from + at, sizeof header);
        if (header.length < sizeof header || header.length > length - at) return Errno{EINVAL};
        visit(header, from + at + sizeof header, header.length - sizeof header);
        at += align32(header.length);
    }
    return {};
}

Result<u8*> allocate(usize bytes) {
    void* memory = kmalloc(max(bytes, usize{1}));
    if (!memory) return Errno{ENOMEM};
    return static_cast<u8*>(memory);
}

// What the time stamps of SO_TIMESTAMP(NS) hold: two longs. Returns the length in i386 form.
usize shrink_data(const abi::cmsghdr64& header, const u8* data, usize length, u8* out) {
    const bool two_longs = header.level == SOL_SOCKET &&
                           (header.type == SCM_TIMESTAMP || header.type == SCM_TIMESTAMPNS) &&
                           length == 16;
    if (!two_longs) {
        memcpy(out, data, length);
        return length;
    }
    memcpy(out, data, 4);
    memcpy(out + 4, data + 8, 4);
    return 8;
}

} // namespace

Result<void> ControlBuffer::import(UserPtr<const void> from, usize length, bool compat) {
    if (length > max_sent) return Errno{ENOBUFS};
    if (!compat) {
        bytes_ = TRY(allocate(length));
        TRY(copy_from_user(bytes_, from, length));
        length_ = static_cast<u32>(length);
        return {};
    }
    u8* narrow = TRY(allocate(length));
    auto widen = [&]() -> Result<void> {
        TRY(copy_from_user(narrow, from, length));
        usize wide = 0;
        TRY(walk32(narrow, length, [&](auto&, const u8*, usize data) {
            wide += align64(sizeof(abi::cmsghdr64) + data);
        }));
        bytes_ = TRY(allocate(wide));
        memset(bytes_, 0, wide);
        u8* out = bytes_;
        return walk32(
            narrow, length, [&](const abi::cmsghdr32& header, const u8* data, usize data_length) {
                const abi::cmsghdr64 native{sizeof native + data_length, header.level, header.type};
                memcpy(out, &native, sizeof native);
                memcpy(out + sizeof native, data, data_length);
                out += align64(native.length);
                length_ = static_cast<u32>(out - bytes_);
            });
    };
    auto result = widen();
    kfree(narrow);
    return result;
}

Result<void> ControlBuffer::make_room(usize length, bool compat) {
    if (length == 0) return {};
    // A native message is at most twice as long as the i386 one.
    const usize room = min(compat ? length * 2 : length, max_received);
    bytes_ = TRY(allocate(room));
    length_ = static_cast<u32>(room);
    return {};
}

Result<usize> ControlBuffer::export_to(UserPtr<void> to, usize room, msghdr& message, bool compat) {
    if (message.controllen == 0) return usize{0};
    if (!compat) {
        TRY(copy_to_user(to, bytes_, message.controllen));
        return usize{message.controllen};
    }
    u8* narrow = TRY(allocate(message.controllen));
    usize used = 0;
    for (usize at = 0; at + sizeof(abi::cmsghdr64) <= message.controllen;) {
        abi::cmsghdr64 header;
        memcpy(&header, bytes_ + at, sizeof header);
        const usize start = used + sizeof(abi::cmsghdr32);
        const usize data = shrink_data(header, bytes_ + at + sizeof header,
                                       header.length - sizeof header, narrow + start);
        const abi::cmsghdr32 compat_header{static_cast<u32>(sizeof(abi::cmsghdr32) + data),
                                           header.level, header.type};
        if (used + compat_header.length > room) {
            message.flags |= MSG_CTRUNC;
            break;
        }
        memcpy(narrow + used, &compat_header, sizeof compat_header);
        used = min(used + align32(compat_header.length), room);
        at += align64(header.length);
    }
    auto result = copy_to_user(to, narrow, used);
    kfree(narrow);
    TRY(std::move(result));
    return used;
}

// Re-laying ancillary data: native headers are 16 bytes and aligned to 8, those of i386 are 12 and
// aligned to 4.
#include "kernel/syscall/socket_control.h"
#include "kernel/abi/socket.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/proc/process.h"

namespace {

constexpr usize max_sent = 20480;    // Linux: net.core.optmem_max
constexpr usize max_received = 4096; // more than any message brings

constexpr usize align64(usize n) { return align_up(n, 8); }
constexpr usize align32(usize n) { return align_up(n, 4); }

// Ancillary data whose numbers are of the program's word: pairs of a second and a fraction.
bool has_words(const abi::cmsghdr64& header) {
    return header.level == SOL_SOCKET &&
           (header.type == SCM_TIMESTAMP || header.type == SCM_TIMESTAMPNS ||
            header.type == SCM_TIMESTAMPING);
}

// Halves each word, in place; returns the new length.
usize narrow_words(u8* data, usize length) {
    for (usize at = 0; at + sizeof(u64) <= length; at += sizeof(u64))
        memmove(data + at / 2, data + at, sizeof(u32));
    return length / 2;
}

// Walks the i386 headers in the `taken` bytes at `from`, of `length` that the program has; calls
// visit(header, data, data length). EINVAL when one is malformed.
template <class Visit>
Result<void> walk32(const u8* from, usize taken, usize length, Visit visit) {
    usize at = 0;
    while (at + sizeof(abi::cmsghdr32) <= taken) {
        abi::cmsghdr32 header;
        memcpy(&header, from + at, sizeof header);
        if (header.length < sizeof header || header.length > length - at) return Errno{EINVAL};
        const usize data = header.length - sizeof header;
        visit(header, from + at + sizeof header, data);
        at += align32(header.length);
    }
    // Linux takes whatever is left behind a header for the next one.
    if (at > 0 && at < taken) return Errno{EINVAL};
    return {};
}

Result<u8*> allocate(usize bytes) {
    void* memory = kmalloc(max(bytes, usize{1}));
    if (!memory) return Errno{ENOMEM};
    return static_cast<u8*>(memory);
}

} // namespace

Result<void> ControlBuffer::import_native(UserPtr<const void> from, usize length) {
    if (length > max_sent) return Errno{ENOBUFS};
    bytes_ = TRY(allocate(length));
    TRY(copy_from_user(bytes_, from, length));
    length_ = static_cast<u32>(length);
    return {};
}

// As on Linux, a malformed header counts before a length that is too great, unless that is beyond
// any int; and without a single header there is nothing to send.
Result<void> ControlBuffer::import_compat(UserPtr<const void> from, usize length) {
    if (length > INT32_MAX) return Errno{ENOBUFS};
    const usize taken = min(length, max_sent);
    Box<u8> narrow(TRY(allocate(taken)));
    TRY(copy_from_user(narrow.get(), from, taken));
    usize wide = 0;
    TRY(walk32(narrow.get(), taken, length, [&](const abi::cmsghdr32&, const u8*, usize data) {
        wide += align64(sizeof(abi::cmsghdr64) + data);
    }));
    if (wide == 0) return Errno{EINVAL};
    if (max(wide, length) > max_sent) return Errno{ENOMEM};
    bytes_ = TRY(allocate(wide));
    memset(bytes_, 0, wide);
    length_ = static_cast<u32>(wide);
    u8* out = bytes_;
    return walk32(
        narrow.get(), taken, length,
        [&](const abi::cmsghdr32& header, const u8* data, usize data_length) {
            const abi::cmsghdr64 native{sizeof native + data_length, header.level, header.type};
            memcpy(out, &native, sizeof native);
            memcpy(out + sizeof native, data, data_length);
            out += align64(native.length);
        });
}

Result<void> ControlBuffer::import(UserPtr<const void> from, usize length, bool compat) {
    return compat ? import_compat(from, length) : import_native(from, length);
}

Result<void> ControlBuffer::make_room(usize length, bool compat) {
    if (length == 0) return {};
    // A native message is at most twice as long as the i386 one.
    const usize room = min(compat ? length * 2 : length, max_received);
    bytes_ = TRY(allocate(room));
    length_ = static_cast<u32>(room);
    given_ = static_cast<u32>(min(length, max_received));
    return {};
}

Result<usize> ControlBuffer::export_to(UserPtr<void> to, usize room, msghdr& message, bool compat) {
    if (message.controllen == 0) return usize{0};
    if (!compat) {
        TRY(copy_to_user(to, bytes_, message.controllen));
        return usize{message.controllen};
    }
    Box<u8> narrow(TRY(allocate(message.controllen)));
    usize used = 0;
    for (usize at = 0; at + sizeof(abi::cmsghdr64) <= message.controllen;) {
        abi::cmsghdr64 header;
        memcpy(&header, bytes_ + at, sizeof header);
        usize data = header.length - sizeof header;
        if (has_words(header)) data = narrow_words(bytes_ + at + sizeof header, data);
        if (used + sizeof(abi::cmsghdr32) + data > room) {
            message.flags |= MSG_CTRUNC;
            if (used + sizeof(abi::cmsghdr32) > room) break;
            data = room - used - sizeof(abi::cmsghdr32);
        }
        const abi::cmsghdr32 cut{static_cast<u32>(sizeof(abi::cmsghdr32) + data), header.level,
                                 header.type};
        memcpy(narrow.get() + used, &cut, sizeof cut);
        memcpy(narrow.get() + used + sizeof cut, bytes_ + at + sizeof header, data);
        used = min(used + align32(cut.length), room);
        at += align64(header.length);
    }
    TRY(copy_to_user(to, narrow.get(), used));
    return used;
}

void ControlBuffer::close_descriptors(const msghdr& message) {
    for (usize at = 0; at + sizeof(abi::cmsghdr64) <= message.controllen;) {
        abi::cmsghdr64 header;
        memcpy(&header, bytes_ + at, sizeof header);
        const bool rights = header.level == SOL_SOCKET && header.type == SCM_RIGHTS;
        const u8* end = bytes_ + at + header.length;
        for (const u8* data = bytes_ + at + sizeof header; rights && data < end; data += 4) {
            int fd;
            memcpy(&fd, data, sizeof fd);
            (void)current_process().files->close(fd);
        }
        at += align64(header.length);
    }
}

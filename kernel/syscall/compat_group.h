// The requests about groups that hold a sockaddr_storage (MCAST_JOIN_GROUP … MCAST_MSFILTER): i386
// aligns that to 4, so behind the interface's index four bytes are missing. Nothing else differs.
#pragma once

#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in.h"
#include "kernel/uapi/socket.h"

constexpr usize compat_group_gap = 4;

inline bool is_group_option(int level, int name) {
    return (level == SOL_IP || level == SOL_IPV6) && name >= MCAST_JOIN_GROUP &&
           name <= MCAST_MSFILTER;
}
// `bytes` holds i386's form in its first `size` bytes and has room for the gap; the new size.
inline usize widen_group_request(u8* bytes, usize size) {
    if (size < sizeof(u32)) return size;
    memmove(bytes + sizeof(u32) + compat_group_gap, bytes + sizeof(u32), size - sizeof(u32));
    memset(bytes + sizeof(u32), 0, compat_group_gap);
    return size + compat_group_gap;
}
// And back.
inline usize narrow_group_answer(u8* bytes, usize size) {
    if (size < sizeof(u32) + compat_group_gap) return size;
    memmove(bytes + sizeof(u32), bytes + sizeof(u32) + compat_group_gap,
            size - sizeof(u32) - compat_group_gap);
    return size - compat_group_gap;
}

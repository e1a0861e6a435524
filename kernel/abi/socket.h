// Structures of the socket calls as programs lay them out: native (x86-64) and i386. A host test
// holds them against the system's headers.
#pragma once

#include "kernel/base/types.h"

namespace abi {

template <class Word>
struct Iovec {
    Word base;
    Word length;
};
using iovec64 = Iovec<u64>;
using iovec32 = Iovec<u32>;

struct msghdr64 {
    u64 name;
    i32 namelen;
    u32 pad;
    u64 iov;
    u64 iovlen;
    u64 control;
    u64 controllen;
    u32 flags;
    u32 pad2;
};
struct msghdr32 {
    u32 name;
    i32 namelen;
    u32 iov;
    u32 iovlen;
    u32 control;
    u32 controllen;
    u32 flags;
};
static_assert(sizeof(msghdr64) == 56 && sizeof(msghdr32) == 28);

struct mmsghdr64 {
    msghdr64 header;
    u32 length;
    u32 pad;
};
struct mmsghdr32 {
    msghdr32 header;
    u32 length;
};
static_assert(sizeof(mmsghdr64) == 64 && sizeof(mmsghdr32) == 32);

struct cmsghdr64 {
    u64 length;
    i32 level;
    i32 type;
};
struct cmsghdr32 {
    u32 length;
    i32 level;
    i32 type;
};

} // namespace abi

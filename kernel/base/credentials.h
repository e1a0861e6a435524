// Who a process is when the kernel asks whether it may: credentials(7). User 0 may everything;
// there are no capabilities.
#pragma once

#include "kernel/base/types.h"

struct Credentials {
    static constexpr usize max_groups = 32;

    u32 uid = 0, euid = 0, suid = 0, fsuid = 0;
    u32 gid = 0, egid = 0, sgid = 0, fsgid = 0;
    u32 group_count = 0;
    u32 groups[max_groups] = {};

    bool in_group(u32 group) const {
        if (group == fsgid) return true;
        for (u32 i = 0; i < group_count; i++)
            if (groups[i] == group) return true;
        return false;
    }
};

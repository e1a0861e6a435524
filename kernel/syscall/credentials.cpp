// User and group ids. credentials(7), setresuid(2); user 0 may everything.
#include "kernel/base/string.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/process.h"

namespace {

constexpr u32 unchanged = ~0u;

Credentials& mine() { return current_process().credentials; }
bool privileged() { return mine().euid == 0; }

// One identity: real, effective, saved, and the one for files.
struct Ids {
    u32 &real, &effective, &saved, &files;
    bool has(u32 id) const { return id == real || id == effective || id == saved; }
};
Ids user_ids() { return {mine().uid, mine().euid, mine().suid, mine().fsuid}; }
Ids group_ids() { return {mine().gid, mine().egid, mine().sgid, mine().fsgid}; }

SysResult set_one(Ids ids, u32 id) {
    if (id == unchanged) return Errno{EINVAL};
    if (privileged())
        ids.real = ids.saved = id;
    else if (id != ids.real && id != ids.saved)
        return Errno{EPERM};
    ids.effective = ids.files = id;
    return 0;
}

SysResult set_two(Ids ids, u32 real, u32 effective) {
    if (!privileged()) {
        if (real != unchanged && real != ids.real && real != ids.effective) return Errno{EPERM};
        if (effective != unchanged && !ids.has(effective)) return Errno{EPERM};
    }
    const u32 old_real = ids.real;
    if (real != unchanged) ids.real = real;
    if (effective != unchanged) ids.effective = effective;
    if (real != unchanged || (effective != unchanged && effective != old_real))
        ids.saved = ids.effective;
    ids.files = ids.effective;
    return 0;
}

SysResult set_three(Ids ids, u32 real, u32 effective, u32 saved) {
    if (!privileged())
        for (u32 id : {real, effective, saved})
            if (id != unchanged && !ids.has(id)) return Errno{EPERM};
    if (real != unchanged) ids.real = real;
    if (effective != unchanged) ids.effective = effective;
    if (saved != unchanged) ids.saved = saved;
    ids.files = ids.effective;
    return 0;
}

SysResult get_three(Ids ids, UserPtr<u32> real, UserPtr<u32> effective, UserPtr<u32> saved) {
    TRY(put_user(real, ids.real));
    TRY(put_user(effective, ids.effective));
    TRY(put_user(saved, ids.saved));
    return 0;
}

// Returns the old one, whether it could change it or not (setfsuid(2)).
SysResult set_files(Ids ids, u32 id) {
    const u32 before = ids.files;
    if (id != unchanged && (privileged() || ids.has(id) || id == before)) ids.files = id;
    return before;
}

} // namespace

SysResult sys_getuid() { return mine().uid; }
SysResult sys_geteuid() { return mine().euid; }
SysResult sys_getgid() { return mine().gid; }
SysResult sys_getegid() { return mine().egid; }
SysResult sys_setuid(u32 uid) { return set_one(user_ids(), uid); }
SysResult sys_setgid(u32 gid) { return set_one(group_ids(), gid); }
SysResult sys_setreuid(u32 real, u32 effective) { return set_two(user_ids(), real, effective); }
SysResult sys_setregid(u32 real, u32 effective) { return set_two(group_ids(), real, effective); }
SysResult sys_setresuid(u32 real, u32 effective, u32 saved) {
    return set_three(user_ids(), real, effective, saved);
}
SysResult sys_setresgid(u32 real, u32 effective, u32 saved) {
    return set_three(group_ids(), real, effective, saved);
}
SysResult sys_getresuid(UserPtr<u32> real, UserPtr<u32> effective, UserPtr<u32> saved) {
    return get_three(user_ids(), real, effective, saved);
}
SysResult sys_getresgid(UserPtr<u32> real, UserPtr<u32> effective, UserPtr<u32> saved) {
    return get_three(group_ids(), real, effective, saved);
}
SysResult sys_setfsuid(u32 uid) { return set_files(user_ids(), uid); }
SysResult sys_setfsgid(u32 gid) { return set_files(group_ids(), gid); }

SysResult sys_getgroups(int count, UserPtr<u32> groups) {
    const Credentials& who = mine();
    if (count < 0) return Errno{EINVAL};
    if (count == 0) return who.group_count;
    if (static_cast<u32>(count) < who.group_count) return Errno{EINVAL};
    TRY(copy_to_user(groups, who.groups, who.group_count * sizeof(u32)));
    return who.group_count;
}

SysResult sys_setgroups(int count, UserPtr<const u32> groups) {
    if (!privileged()) return Errno{EPERM};
    if (count < 0 || static_cast<usize>(count) > Credentials::max_groups) return Errno{EINVAL};
    u32 wanted[Credentials::max_groups];
    TRY(copy_from_user(wanted, groups, static_cast<usize>(count) * sizeof(u32)));
    memcpy(mine().groups, wanted, sizeof(wanted));
    mine().group_count = static_cast<u32>(count);
    return 0;
}

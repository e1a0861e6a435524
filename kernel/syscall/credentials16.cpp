// The id calls of i386 from the time when ids had 16 bits. What doesn't fit reads as 65534
// (overflowuid, proc_sys_kernel(5)); 65535 stands for "unchanged".
#include "kernel/proc/process.h"
#include "kernel/syscall/process.h"

namespace {

constexpr u16 overflow_id = 65534;

u32 widen(u16 id) { return id == 0xffff ? ~0u : id; }
u16 narrow(u32 id) { return id > 0xffff ? overflow_id : static_cast<u16>(id); }

Credentials& mine() { return current_process().credentials; }

SysResult put_three(u32 real, u32 effective, u32 saved, const UserPtr<u16> (&to)[3]) {
    TRY(put_user(to[0], narrow(real)));
    TRY(put_user(to[1], narrow(effective)));
    TRY(put_user(to[2], narrow(saved)));
    return 0;
}

SysResult narrowed(SysResult id) {
    if (!id) return id;
    return narrow(static_cast<u32>(id.value()));
}

} // namespace

SysResult compat_sys_getuid16() { return narrow(mine().uid); }
SysResult compat_sys_geteuid16() { return narrow(mine().euid); }
SysResult compat_sys_getgid16() { return narrow(mine().gid); }
SysResult compat_sys_getegid16() { return narrow(mine().egid); }
SysResult compat_sys_setuid16(u16 uid) { return sys_setuid(widen(uid)); }
SysResult compat_sys_setgid16(u16 gid) { return sys_setgid(widen(gid)); }
SysResult compat_sys_setreuid16(u16 real, u16 effective) {
    return sys_setreuid(widen(real), widen(effective));
}
SysResult compat_sys_setregid16(u16 real, u16 effective) {
    return sys_setregid(widen(real), widen(effective));
}
SysResult compat_sys_setresuid16(u16 real, u16 effective, u16 saved) {
    return sys_setresuid(widen(real), widen(effective), widen(saved));
}
SysResult compat_sys_setresgid16(u16 real, u16 effective, u16 saved) {
    return sys_setresgid(widen(real), widen(effective), widen(saved));
}
SysResult compat_sys_getresuid16(UserPtr<u16> real, UserPtr<u16> effective, UserPtr<u16> saved) {
    return put_three(mine().uid, mine().euid, mine().suid, {real, effective, saved});
}
SysResult compat_sys_getresgid16(UserPtr<u16> real, UserPtr<u16> effective, UserPtr<u16> saved) {
    return put_three(mine().gid, mine().egid, mine().sgid, {real, effective, saved});
}
SysResult compat_sys_setfsuid16(u16 uid) { return narrowed(sys_setfsuid(widen(uid))); }
SysResult compat_sys_setfsgid16(u16 gid) { return narrowed(sys_setfsgid(widen(gid))); }

SysResult compat_sys_getgroups16(int count, UserPtr<u16> groups) {
    const Credentials& who = mine();
    if (count < 0) return Errno{EINVAL};
    if (count == 0) return who.group_count;
    if (static_cast<u32>(count) < who.group_count) return Errno{EINVAL};
    for (u32 i = 0; i < who.group_count; i++) TRY(put_user(groups + i, narrow(who.groups[i])));
    return who.group_count;
}
SysResult compat_sys_setgroups16(int count, UserPtr<const u16> groups) {
    if (mine().euid != 0) return Errno{EPERM};
    if (count < 0 || static_cast<usize>(count) > Credentials::max_groups) return Errno{EINVAL};
    u16 wanted[Credentials::max_groups];
    TRY(copy_from_user(wanted, groups, static_cast<usize>(count) * sizeof(u16)));
    for (int i = 0; i < count; i++) mine().groups[i] = widen(wanted[i]);
    mine().group_count = static_cast<u32>(count);
    return 0;
}

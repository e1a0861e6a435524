// The system as a whole: its name, memory, log, end, random numbers.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/mem/user_copy.h"

SysResult sys_uname(UserPtr<utsname_native> name);
SysResult sys_sethostname(UserPtr<const char> name, int length);
SysResult sys_setdomainname(UserPtr<const char> name, int length);
SysResult sys_sysinfo(UserPtr<sysinfo_native> info);
SysResult compat_sys_sysinfo(UserPtr<sysinfo32> info);
SysResult sys_reboot(u32 magic1, u32 magic2, u32 command, UserPtr<void> argument);
SysResult sys_syslog(int type, UserPtr<char> buffer, int length);
SysResult sys_getrandom(UserPtr<void> buffer, usize bytes, u32 flags);
SysResult sys_getcpu(UserPtr<u32> cpu, UserPtr<u32> node);

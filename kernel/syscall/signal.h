// Signals: signal(7) and the calls it names. i386 programs' structures have handlers of their own.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/mem/user_copy.h"

SysResult sys_rt_sigaction(int signal, UserPtr<const sigaction_native> action,
                           UserPtr<sigaction_native> old, usize set_bytes);
SysResult compat_sys_rt_sigaction(int signal, UserPtr<const sigaction32> action,
                                  UserPtr<sigaction32> old, usize set_bytes);
SysResult compat_sys_sigaction(int signal, UserPtr<const old_sigaction32> action,
                               UserPtr<old_sigaction32> old);
SysResult compat_sys_signal(int signal, uptr handler);
// The 64 signals lie the same way in both ABIs.
SysResult sys_rt_sigprocmask(int how, UserPtr<const u64> set, UserPtr<u64> old, usize set_bytes);
SysResult compat_sys_sigprocmask(int how, UserPtr<const u32> set, UserPtr<u32> old);
SysResult sys_rt_sigpending(UserPtr<u64> set, usize set_bytes);
SysResult compat_sys_sigpending(UserPtr<u32> set);
SysResult sys_rt_sigsuspend(UserPtr<const u64> mask, usize set_bytes);
SysResult compat_sys_sigsuspend(int unused1, int unused2, u32 mask);
SysResult sys_rt_sigtimedwait(UserPtr<const u64> set, UserPtr<siginfo_native> info,
                              UserPtr<const timespec_native> timeout, usize set_bytes);
SysResult compat_sys_rt_sigtimedwait_time32(UserPtr<const u64> set, UserPtr<siginfo32> info,
                                            UserPtr<const timespec32> timeout, usize set_bytes);
SysResult compat_sys_rt_sigtimedwait_time64(UserPtr<const u64> set, UserPtr<siginfo32> info,
                                            UserPtr<const timespec_time64> timeout,
                                            usize set_bytes);
SysResult sys_rt_sigqueueinfo(int pid, int signal, UserPtr<const siginfo_native> info);
SysResult compat_sys_rt_sigqueueinfo(int pid, int signal, UserPtr<const siginfo32> info);
SysResult sys_rt_tgsigqueueinfo(int pid, int tid, int signal, UserPtr<const siginfo_native> info);
SysResult compat_sys_rt_tgsigqueueinfo(int pid, int tid, int signal, UserPtr<const siginfo32> info);
SysResult sys_sigaltstack(UserPtr<const stack_native> stack, UserPtr<stack_native> old);
SysResult compat_sys_sigaltstack(UserPtr<const stack32> stack, UserPtr<stack32> old);
SysResult sys_kill(int pid, int signal);
SysResult sys_tkill(int tid, int signal);
SysResult sys_tgkill(int pid, int tid, int signal);
SysResult sys_pause();
// kernel/proc/signal_frame64.cpp, signal_frame32.cpp
SysResult sys_rt_sigreturn();
SysResult compat_sys_sigreturn();
SysResult compat_sys_rt_sigreturn();

SysResult sys_signalfd(int fd, UserPtr<const u64> mask, usize size);
SysResult sys_signalfd4(int fd, UserPtr<const u64> mask, usize size, u32 flags);

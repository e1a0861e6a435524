// Processes, threads, credentials, limits: the calls of section "processes" in list.def.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/mem/user_copy.h"

// clone_calls.cpp: beginning, ending, waiting
SysResult sys_fork();
SysResult sys_vfork();
SysResult sys_clone(u64 flags, uptr stack, uptr parent_tid, uptr child_tid, uptr tls);
SysResult compat_sys_clone(u32 flags, uptr stack, uptr parent_tid, uptr tls, uptr child_tid);
SysResult sys_execve(UserPtr<const char> path, UserPtr<const void> argv, UserPtr<const void> envp);
SysResult compat_sys_execve(UserPtr<const char> path, UserPtr<const void> argv,
                            UserPtr<const void> envp);
SysResult sys_execveat(int fd, UserPtr<const char> path, UserPtr<const void> argv,
                       UserPtr<const void> envp, int flags);
SysResult compat_sys_execveat(int fd, UserPtr<const char> path, UserPtr<const void> argv,
                              UserPtr<const void> envp, int flags);
SysResult sys_exit(int status);
SysResult sys_exit_group(int status);
SysResult sys_wait4(int pid, UserPtr<int> status, int options, UserPtr<rusage_native> usage);
SysResult compat_sys_wait4(int pid, UserPtr<int> status, int options, UserPtr<rusage32> usage);
SysResult compat_sys_waitpid(int pid, UserPtr<int> status, int options);
SysResult sys_waitid(int which, int id, UserPtr<siginfo_native> info, int options,
                     UserPtr<rusage_native> usage);
SysResult compat_sys_waitid(int which, int id, UserPtr<siginfo32> info, int options,
                            UserPtr<rusage32> usage);

// process.cpp: who is who
SysResult sys_getpid();
SysResult sys_gettid();
SysResult sys_getppid();
SysResult sys_setpgid(int pid, int pgid);
SysResult sys_getpgid(int pid);
SysResult sys_getpgrp();
SysResult sys_setsid();
SysResult sys_getsid(int pid);
SysResult sys_prctl(int option, uptr a, uptr b, uptr c, uptr d);
SysResult sys_arch_prctl(int code, uptr address);
SysResult sys_set_thread_area(UserPtr<user_desc> description);
SysResult sys_get_thread_area(UserPtr<user_desc> description);
SysResult sys_set_tid_address(UserPtr<int> address);
SysResult sys_set_robust_list(uptr head, usize bytes);
SysResult compat_sys_set_robust_list(uptr head, usize bytes);
SysResult sys_get_robust_list(int tid, UserPtr<uptr> head, UserPtr<usize> bytes);
SysResult compat_sys_get_robust_list(int tid, UserPtr<u32> head, UserPtr<u32> bytes);
SysResult sys_futex(uptr address, int operation, u32 value, uptr timeout, uptr address2,
                    u32 value3);
SysResult compat_sys_futex_time32(uptr address, int operation, u32 value, uptr timeout,
                                  uptr address2, u32 value3);
SysResult compat_sys_futex_time64(uptr address, int operation, u32 value, uptr timeout,
                                  uptr address2, u32 value3);
SysResult sys_membarrier(int command, u32 flags, int cpu);
SysResult sys_personality(u32 personality);

// credentials.cpp
SysResult sys_getuid();
SysResult sys_geteuid();
SysResult sys_getgid();
SysResult sys_getegid();
SysResult sys_setuid(u32 uid);
SysResult sys_setgid(u32 gid);
SysResult sys_setreuid(u32 real, u32 effective);
SysResult sys_setregid(u32 real, u32 effective);
SysResult sys_setresuid(u32 real, u32 effective, u32 saved);
SysResult sys_setresgid(u32 real, u32 effective, u32 saved);
SysResult sys_getresuid(UserPtr<u32> real, UserPtr<u32> effective, UserPtr<u32> saved);
SysResult sys_getresgid(UserPtr<u32> real, UserPtr<u32> effective, UserPtr<u32> saved);
SysResult sys_setfsuid(u32 uid);
SysResult sys_setfsgid(u32 gid);
SysResult sys_getgroups(int count, UserPtr<u32> groups);
SysResult sys_setgroups(int count, UserPtr<const u32> groups);

// limits.cpp: limits, usage, scheduling
SysResult sys_prlimit64(int pid, u32 resource, UserPtr<const rlimit_native> limit,
                        UserPtr<rlimit_native> old);
SysResult sys_getrlimit(u32 resource, UserPtr<rlimit_native> limit);
SysResult compat_sys_getrlimit(u32 resource, UserPtr<rlimit32> limit);
SysResult compat_sys_ugetrlimit(u32 resource, UserPtr<rlimit32> limit);
SysResult sys_setrlimit(u32 resource, UserPtr<const rlimit_native> limit);
SysResult compat_sys_setrlimit(u32 resource, UserPtr<const rlimit32> limit);
SysResult sys_getrusage(int who, UserPtr<rusage_native> usage);
SysResult compat_sys_getrusage(int who, UserPtr<rusage32> usage);
SysResult sys_sched_yield();
SysResult sys_sched_getaffinity(int pid, u32 bytes, UserPtr<void> mask);
SysResult sys_sched_setaffinity(int pid, u32 bytes, UserPtr<const void> mask);
SysResult sys_sched_getscheduler(int pid);
SysResult sys_sched_getparam(int pid, UserPtr<int> priority);
SysResult sys_sched_setscheduler(int pid, int policy, UserPtr<const int> priority);
SysResult sys_sched_get_priority_max(int policy);
SysResult sys_sched_get_priority_min(int policy);
SysResult sys_getpriority(int which, int who);
SysResult sys_setpriority(int which, int who, int nice);
SysResult sys_nice(int increment);

// The 16-bit ids of i386 (credentials16.cpp)
SysResult compat_sys_getuid16();
SysResult compat_sys_geteuid16();
SysResult compat_sys_getgid16();
SysResult compat_sys_getegid16();
SysResult compat_sys_setuid16(u16 uid);
SysResult compat_sys_setgid16(u16 gid);
SysResult compat_sys_setreuid16(u16 real, u16 effective);
SysResult compat_sys_setregid16(u16 real, u16 effective);
SysResult compat_sys_setresuid16(u16 real, u16 effective, u16 saved);
SysResult compat_sys_setresgid16(u16 real, u16 effective, u16 saved);
SysResult compat_sys_getresuid16(UserPtr<u16> real, UserPtr<u16> effective, UserPtr<u16> saved);
SysResult compat_sys_getresgid16(UserPtr<u16> real, UserPtr<u16> effective, UserPtr<u16> saved);
SysResult compat_sys_setfsuid16(u16 uid);
SysResult compat_sys_setfsgid16(u16 gid);
SysResult compat_sys_getgroups16(int count, UserPtr<u16> groups);
SysResult compat_sys_setgroups16(int count, UserPtr<const u16> groups);

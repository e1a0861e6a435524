// Waiting for files: poll, select, epoll, and the files that are nothing but events.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/file.h"
#include "kernel/abi/native.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/mem/user_copy.h"
#include "kernel/proc/signal.h"

// poll (poll.cpp)
SysResult sys_poll(UserPtr<abi::pollfd> fds, u32 count, int milliseconds);
// poll until a deadline, for sys_restart_syscall.
SysResult restart_poll(UserPtr<abi::pollfd> fds, u32 count, Nanoseconds deadline);
SysResult sys_ppoll(UserPtr<abi::pollfd> fds, u32 count, UserPtr<timespec_native> timeout,
                    UserPtr<const SignalSet> mask, usize mask_size);
SysResult compat_sys_ppoll_time64(UserPtr<abi::pollfd> fds, u32 count,
                                  UserPtr<timespec_time64> timeout, UserPtr<const SignalSet> mask,
                                  usize mask_size);
SysResult compat_sys_ppoll(UserPtr<abi::pollfd> fds, u32 count, UserPtr<timespec32> timeout,
                           UserPtr<const SignalSet> mask, usize mask_size);

// select (select.cpp)
SysResult sys_select(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                     UserPtr<timeval_native> timeout);
SysResult compat_sys_select(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                            UserPtr<timeval32> timeout);
SysResult compat_sys_old_select(UserPtr<const void> arguments);
SysResult sys_pselect6(int count, UserPtr<void> in, UserPtr<void> out, UserPtr<void> exception,
                       UserPtr<timespec_native> timeout, UserPtr<const void> mask);
SysResult compat_sys_pselect6(int count, UserPtr<void> in, UserPtr<void> out,
                              UserPtr<void> exception, UserPtr<timespec32> timeout,
                              UserPtr<const void> mask);
SysResult compat_sys_pselect6_time64(int count, UserPtr<void> in, UserPtr<void> out,
                                     UserPtr<void> exception, UserPtr<timespec_time64> timeout,
                                     UserPtr<const void> mask);

// epoll, eventfd, timerfd (epoll.cpp)
SysResult sys_epoll_create1(u32 flags);
SysResult sys_epoll_create(int size);
SysResult sys_epoll_ctl(int set_fd, int operation, int fd, UserPtr<const EpollEvent> from);
SysResult sys_epoll_wait(int fd, UserPtr<EpollEvent> to, int count, int milliseconds);
SysResult sys_epoll_pwait(int fd, UserPtr<EpollEvent> to, int count, int milliseconds,
                          UserPtr<const SignalSet> mask, usize mask_size);
SysResult sys_epoll_pwait2(int fd, UserPtr<EpollEvent> to, int count,
                           UserPtr<const timespec_native> timeout, UserPtr<const SignalSet> mask,
                           usize mask_size);
SysResult compat_sys_epoll_pwait2(int fd, UserPtr<EpollEvent> to, int count,
                                  UserPtr<const timespec_time64> timeout,
                                  UserPtr<const SignalSet> mask, usize mask_size);
SysResult sys_eventfd2(u32 count, u32 flags);
SysResult sys_eventfd(u32 count);
SysResult sys_timerfd_create(int clock, u32 flags);
SysResult sys_timerfd_settime(int fd, u32 flags, UserPtr<const itimerspec_native> from,
                              UserPtr<itimerspec_native> old);
SysResult sys_timerfd_gettime(int fd, UserPtr<itimerspec_native> to);
SysResult compat_sys_timerfd_settime64(int fd, u32 flags, UserPtr<const itimerspec_time64> from,
                                       UserPtr<itimerspec_time64> old);
SysResult compat_sys_timerfd_settime(int fd, u32 flags, UserPtr<const itimerspec32> from,
                                     UserPtr<itimerspec32> old);
SysResult compat_sys_timerfd_gettime(int fd, UserPtr<itimerspec32> to);

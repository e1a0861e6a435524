// Time: clocks, sleeping, alarms. The *_time64 numbers of i386 take the native structures.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/mem/user_copy.h"

SysResult sys_clock_gettime(int clock, UserPtr<timespec_native> time);
SysResult compat_sys_clock_gettime32(int clock, UserPtr<timespec32> time);
SysResult sys_clock_settime(int clock, UserPtr<const timespec_native> time);
SysResult compat_sys_clock_settime64(int clock, UserPtr<const timespec_time64> time);
SysResult compat_sys_clock_settime32(int clock, UserPtr<const timespec32> time);
SysResult sys_clock_getres(int clock, UserPtr<timespec_native> resolution);
SysResult compat_sys_clock_getres32(int clock, UserPtr<timespec32> resolution);
SysResult sys_clock_nanosleep(int clock, int flags, UserPtr<const timespec_native> time,
                              UserPtr<timespec_native> remainder);
SysResult compat_sys_clock_nanosleep_time64(int clock, int flags,
                                            UserPtr<const timespec_time64> time,
                                            UserPtr<timespec_native> remainder);
SysResult compat_sys_clock_nanosleep32(int clock, int flags, UserPtr<const timespec32> time,
                                       UserPtr<timespec32> remainder);
SysResult sys_nanosleep(UserPtr<const timespec_native> time, UserPtr<timespec_native> remainder);
SysResult compat_sys_nanosleep32(UserPtr<const timespec32> time, UserPtr<timespec32> remainder);
SysResult sys_restart_syscall();
SysResult sys_gettimeofday(UserPtr<timeval_native> time, UserPtr<int> zone);
SysResult compat_sys_gettimeofday(UserPtr<timeval32> time, UserPtr<int> zone);
SysResult sys_settimeofday(UserPtr<const timeval_native> time, UserPtr<const int> zone);
SysResult compat_sys_settimeofday(UserPtr<const timeval32> time, UserPtr<const int> zone);
SysResult sys_time(UserPtr<i64> time);
SysResult compat_sys_time(UserPtr<i32> time);
SysResult sys_times(UserPtr<tms_native> times);
SysResult compat_sys_times(UserPtr<tms32> times);
SysResult sys_alarm(u32 seconds);
SysResult sys_setitimer(int which, UserPtr<const itimerval_native> value,
                        UserPtr<itimerval_native> old);
SysResult compat_sys_setitimer(int which, UserPtr<const itimerval32> value,
                               UserPtr<itimerval32> old);
SysResult sys_getitimer(int which, UserPtr<itimerval_native> value);
SysResult compat_sys_getitimer(int which, UserPtr<itimerval32> value);

// timer_create(2) (posix_timer.cpp)
SysResult sys_timer_create(int clock, UserPtr<const sigevent_native> event, UserPtr<int> id);
SysResult compat_sys_timer_create(int clock, UserPtr<const sigevent32> event, UserPtr<int> id);
SysResult sys_timer_settime(int id, int flags, UserPtr<const itimerspec_native> value,
                            UserPtr<itimerspec_native> old);
SysResult compat_sys_timer_settime32(int id, int flags, UserPtr<const itimerspec32> value,
                                     UserPtr<itimerspec32> old);
SysResult compat_sys_timer_settime64(int id, int flags, UserPtr<const itimerspec_time64> value,
                                     UserPtr<itimerspec_time64> old);
SysResult sys_timer_gettime(int id, UserPtr<itimerspec_native> value);
SysResult compat_sys_timer_gettime32(int id, UserPtr<itimerspec32> value);
SysResult sys_timer_getoverrun(int id);
SysResult sys_timer_delete(int id);

// Structures of the i386 ABI as they lie in user memory: processes, signals, time, the system.
// 64-bit members are aligned to 4 there. Checked by tests/host/abi_test.cpp.
#pragma once

#include "kernel/base/types.h"

struct timeval32 {
    i32 tv_sec, tv_usec;
};
struct timespec32 {
    i32 tv_sec, tv_nsec;
};
// 64-bit seconds for 32-bit programs: behind the nanoseconds lies padding that may hold anything.
struct timespec_time64 {
    i64 tv_sec;
    i32 tv_nsec;
    u32 padding;
};
struct itimerval32 {
    timeval32 it_interval, it_value;
};
struct itimerspec32 {
    timespec32 it_interval, it_value;
};
struct itimerspec_time64 {
    timespec_time64 it_interval, it_value;
};
struct rusage32 {
    timeval32 ru_utime, ru_stime;
    i32 ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock,
        ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};
struct rlimit32 {
    u32 rlim_cur, rlim_max;
};
struct tms32 {
    i32 tms_utime, tms_stime, tms_cutime, tms_cstime;
};
struct sysinfo32 {
    i32 uptime;
    u32 loads[3];
    u32 totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    u16 procs, pad;
    u32 totalhigh, freehigh, mem_unit;
    char tail[8];
};
// modify_ldt.h's user_desc, for set_thread_area(2).
struct user_desc {
    u32 entry_number, base_address, limit;
    u32 seg_32bit : 1, contents : 2, read_exec_only : 1, limit_in_pages : 1, seg_not_present : 1,
        useable : 1;
};
struct mmap_arguments32 {
    u32 address, bytes, protection, flags, fd, offset;
};

struct stack32 {
    u32 ss_sp;
    i32 ss_flags;
    u32 ss_size;
};
// rt_sigaction's.
struct sigaction32 {
    u32 handler, flags, restorer;
    u32 mask[2];
};
// sigaction's, the call before real-time signals.
struct old_sigaction32 {
    u32 handler, mask, flags, restorer;
};
struct siginfo32 {
    i32 si_signo, si_errno, si_code;
    union {
        struct {
            i32 pid;
            u32 uid, value;
        } sender;
        struct {
            i32 id, overrun;
            u32 value;
        } timer;
        struct {
            i32 pid;
            u32 uid;
            i32 status, utime, stime;
        } child;
        struct {
            u32 address;
        } fault;
        struct {
            i32 band, fd;
        } poll;
        u8 bytes[116];
    };
};
struct sigevent32 {
    u32 sigev_value;
    i32 sigev_signo, sigev_notify, tid;
    u8 pad[48];
};
struct sigcontext32 {
    u32 gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trapno, err, eip, cs, eflags,
        esp_at_signal, ss, fpstate, oldmask, cr2;
};
struct ucontext32 {
    u32 uc_flags, uc_link;
    stack32 uc_stack;
    sigcontext32 uc_mcontext;
    u32 uc_sigmask[2];
};
// What an i387 knew, in front of the FXSAVE image (asm/sigcontext.h, struct _fpstate_32).
struct fpstate32 {
    u32 cw, sw, tag, ipoff, cssel, dataoff, datasel;
    u8 registers[80];
    u16 status, magic;
    u8 fxsave[512];
};
static_assert(sizeof(siginfo32) == 128 && sizeof(sigcontext32) == 88 && sizeof(rusage32) == 72);
static_assert(sizeof(sysinfo32) == 64 && sizeof(fpstate32) == 112 + 512);

struct robust_list32 {
    u32 list;
    i32 futex_offset;
    u32 pending;
};

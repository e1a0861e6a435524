// Structures of the x86-64 ABI as they lie in user memory: processes, signals, time, the system.
// Checked against the system headers by tests/host/abi_test.cpp.
#pragma once

#include "kernel/base/types.h"

struct timeval_native {
    i64 tv_sec, tv_usec;
};
struct timespec_native {
    i64 tv_sec, tv_nsec;
};
struct itimerval_native {
    timeval_native it_interval, it_value;
};
struct itimerspec_native {
    timespec_native it_interval, it_value;
};
struct rusage_native {
    timeval_native ru_utime, ru_stime;
    i64 ru_maxrss; // KiB
    i64 ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock,
        ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};
struct rlimit_native {
    u64 rlim_cur, rlim_max;
};
struct tms_native {
    i64 tms_utime, tms_stime, tms_cutime, tms_cstime;
};
struct sysinfo_native {
    i64 uptime;
    u64 loads[3];
    u64 totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    u16 procs, pad;
    u32 pad2;
    u64 totalhigh, freehigh;
    u32 mem_unit;
    u32 tail;
};
struct utsname_native {
    char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

struct stack_native {
    u64 ss_sp;
    i32 ss_flags;
    u32 pad;
    u64 ss_size;
};
// The kernel's form (linux/signal.h), not libc's.
struct sigaction_native {
    u64 handler, flags, restorer, mask;
};
struct siginfo_native {
    i32 si_signo, si_errno, si_code;
    u32 pad;
    union {
        struct {
            i32 pid;
            u32 uid;
            u64 value;
        } sender;
        struct {
            i32 id, overrun;
            u64 value;
        } timer;
        struct {
            i32 pid;
            u32 uid;
            i32 status;
            u32 pad;
            i64 utime, stime; // clock ticks
        } child;
        struct {
            u64 address;
        } fault;
        struct {
            i64 band;
            i32 fd;
        } poll;
        u8 bytes[112];
    };
};
struct sigevent_native {
    u64 sigev_value;
    i32 sigev_signo, sigev_notify, tid;
    u8 pad[44];
};
struct sigcontext_native {
    u64 r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
    u16 cs, gs, fs, ss;
    u64 err, trapno, oldmask, cr2, fpstate, reserved[8];
};
struct ucontext_native {
    u64 uc_flags, uc_link;
    stack_native uc_stack;
    sigcontext_native uc_mcontext;
    u64 uc_sigmask;
};
static_assert(sizeof(siginfo_native) == 128 && sizeof(sigcontext_native) == 256);
static_assert(sizeof(rusage_native) == 144 && sizeof(sysinfo_native) == 112);

struct robust_list_native {
    u64 list, futex_offset, pending;
};

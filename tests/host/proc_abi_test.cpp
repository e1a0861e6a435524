// The structures of kernel/abi/native.h against the system's own headers, and those of compat.h
// against the layout that gcc -m32 gives (its numbers stand here, with the header they are from).
#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <ucontext.h>

#define SAME_SIZE(ours, theirs) EXPECT_EQ(sizeof(ours), sizeof(theirs))
#define SAME_PLACE(ours, our_member, theirs, their_member)                                         \
    EXPECT_EQ(offsetof(ours, our_member), offsetof(theirs, their_member))

TEST(ProcAbi, NativeTimesAndLimits) {
    SAME_SIZE(timeval_native, timeval);
    SAME_SIZE(timespec_native, timespec);
    SAME_SIZE(itimerval_native, itimerval);
    SAME_SIZE(itimerspec_native, itimerspec);
    SAME_SIZE(rusage_native, rusage);
    SAME_PLACE(rusage_native, ru_maxrss, rusage, ru_maxrss);
    SAME_PLACE(rusage_native, ru_nivcsw, rusage, ru_nivcsw);
    SAME_SIZE(rlimit_native, rlimit);
    SAME_SIZE(tms_native, tms);
}

TEST(ProcAbi, NativeSystem) {
    SAME_SIZE(sysinfo_native, struct sysinfo);
    SAME_PLACE(sysinfo_native, procs, struct sysinfo, procs);
    SAME_PLACE(sysinfo_native, totalhigh, struct sysinfo, totalhigh);
    SAME_PLACE(sysinfo_native, mem_unit, struct sysinfo, mem_unit);
    SAME_SIZE(utsname_native, utsname);
    SAME_PLACE(utsname_native, machine, utsname, machine);
}

TEST(ProcAbi, NativeSignals) {
    SAME_SIZE(siginfo_native, siginfo_t);
    SAME_PLACE(siginfo_native, sender.pid, siginfo_t, si_pid);
    SAME_PLACE(siginfo_native, sender.value, siginfo_t, si_value);
    SAME_PLACE(siginfo_native, child.status, siginfo_t, si_status);
    SAME_PLACE(siginfo_native, child.stime, siginfo_t, si_stime);
    SAME_PLACE(siginfo_native, fault.address, siginfo_t, si_addr);
    SAME_PLACE(siginfo_native, poll.fd, siginfo_t, si_fd);
    SAME_PLACE(siginfo_native, timer.overrun, siginfo_t, si_overrun);
    SAME_SIZE(stack_native, stack_t);
    SAME_PLACE(stack_native, ss_size, stack_t, ss_size);
    SAME_PLACE(ucontext_native, uc_mcontext, ucontext_t, uc_mcontext);
    SAME_PLACE(ucontext_native, uc_sigmask, ucontext_t, uc_sigmask);
    SAME_PLACE(ucontext_native, uc_mcontext.fpstate, ucontext_t, uc_mcontext.fpregs);
    EXPECT_EQ(offsetof(ucontext_native, uc_mcontext.rip),
              offsetof(ucontext_t, uc_mcontext.gregs) + REG_RIP * 8);
    EXPECT_EQ(offsetof(ucontext_native, uc_mcontext.trapno),
              offsetof(ucontext_t, uc_mcontext.gregs) + REG_TRAPNO * 8);
}

TEST(ProcAbi, CompatSizes) { // gcc -m32, sizeof
    EXPECT_EQ(sizeof(timeval32), 8u);
    EXPECT_EQ(sizeof(itimerval32), 16u);
    EXPECT_EQ(sizeof(rusage32), 72u);
    EXPECT_EQ(sizeof(tms32), 16u);
    EXPECT_EQ(sizeof(sysinfo32), 64u);
    EXPECT_EQ(sizeof(siginfo32), 128u);
    EXPECT_EQ(sizeof(stack32), 12u);
    EXPECT_EQ(sizeof(user_desc), 16u);
}

TEST(ProcAbi, CompatPlaces) { // gcc -m32, offsetof
    EXPECT_EQ(offsetof(siginfo32, sender.pid), 12u);
    EXPECT_EQ(offsetof(siginfo32, sender.value), 20u);
    EXPECT_EQ(offsetof(siginfo32, child.status), 20u);
    EXPECT_EQ(offsetof(siginfo32, child.stime), 28u);
    EXPECT_EQ(offsetof(siginfo32, fault.address), 12u);
    EXPECT_EQ(offsetof(ucontext32, uc_mcontext), 20u);
    EXPECT_EQ(offsetof(ucontext32, uc_mcontext.fpstate), 96u);
    EXPECT_EQ(offsetof(ucontext32, uc_sigmask), 108u);
    EXPECT_EQ(offsetof(sysinfo32, mem_unit), 52u);
    EXPECT_EQ(offsetof(fpstate32, fxsave), 112u);
}

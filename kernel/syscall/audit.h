// The audit log: a record of every socket call, when somebody has asked for it
// (/proc/sys/kernel/audit). A ring holds the last ones; /dev/audit shows them and lets a program
// follow. As in Linux, sys_socketcall reports the arguments that it has copied (audit_socketcall);
// the direct numbers are reported at their door, with the registers as arguments. What read, write
// and poll do to a socket's descriptor isn't recorded. Off, it costs a socket call a load and a
// branch, and all others nothing.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/syscall/door.h"
#include <string_view>

enum class AuditDoor : u8 { syscall, int80, socketcall };

struct AuditRecord {
    u64 number; // counted from 0 on
    Nanoseconds time;
    int pid;
    u32 uid;
    char program[16];
    bool is_32bit; // the program
    AuditDoor door;
    u8 argument_count;
    const char* call;
    u64 arguments[6];
    i64 result;
};

extern bool audit_enabled;

// Makes the ring's room the first time. ENOMEM.
Result<void> audit_enable(bool on);
// Fills in everything but the result, which audit_exit() adds before it puts the record into the
// ring. False when the log is off.
bool audit_socketcall(AuditRecord& record, int call, const u32* arguments, u8 count);
void audit_exit(AuditRecord& record, const SysResult& result);

// A direct call by its door.
i64 audit_direct_call(TrapFrame& frame, SyscallFunction enter, bool compat);
template <SyscallFunction Enter, bool Compat>
i64 audited_door(TrapFrame& frame) {
    if (!audit_enabled) [[likely]]
        return Enter(frame);
    return audit_direct_call(frame, Enter, Compat);
}
// Whether list.def's call is one for the log.
constexpr bool is_audited(std::string_view name) {
    constexpr std::string_view names[] = {
        "socket",     "socketpair", "bind",     "connect",        "listen",
        "accept",     "accept4",    "sendto",   "sendmsg",        "sendmmsg",
        "recvfrom",   "recvmsg",    "recvmmsg", "getsockname",    "getpeername",
        "getsockopt", "setsockopt", "shutdown", "recvmmsg_time64"};
    for (std::string_view one : names)
        if (name == one) return true;
    return false;
}

// --- the ring ---
u64 audit_first(); // the oldest record that there still is
u64 audit_end();   // behind the newest
const AuditRecord& audit_record(u64 number);
// Told when there is a new one.
class WaitQueue& audit_queue();
// /dev/audit and /proc/sys/kernel/audit.
void audit_files_init();

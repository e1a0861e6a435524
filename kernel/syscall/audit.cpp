// Making the audit log's records, and the ring that holds the last of them.
#include "kernel/syscall/audit.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/restart.h"
#include "kernel/base/string.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/table.h"

bool audit_enabled = false;

namespace {

constexpr u64 ring_records = 512;
AuditRecord* ring;
u64 written = 0;
WaitQueue queue;

// <linux/net.h>
constexpr const char* socketcall_names[] = {"",           "socket",   "bind",        "connect",
                                            "listen",     "accept",   "getsockname", "getpeername",
                                            "socketpair", "send",     "recv",        "sendto",
                                            "recvfrom",   "shutdown", "setsockopt",  "getsockopt",
                                            "sendmsg",    "recvmsg",  "accept4",     "recvmmsg",
                                            "sendmmsg"};

void begin(AuditRecord& record, AuditDoor door, const char* call) {
    const Process& process = current_process();
    record.time = clock_realtime();
    record.pid = process.pid;
    record.uid = process.credentials.uid;
    copy_string(record.program, sizeof record.program, current_task().name);
    record.is_32bit = process.is_32bit;
    record.door = door;
    record.call = call;
}

u8 count_words(const char* text) {
    u8 count = *text ? 1 : 0;
    for (; *text; text++)
        if (*text == ' ') count++;
    return count;
}

void put(AuditRecord& record) {
    record.number = written;
    ring[written++ % ring_records] = record;
    queue.wake_all(POLLIN);
}

// The program sees EINTR, or nothing at all: the call is made again.
i64 visible(i64 result) { return result <= -ERESTARTSYS && result > -4096 ? -EINTR : result; }

} // namespace

Result<void> audit_enable(bool on) {
    if (on && !ring) {
        ring = static_cast<AuditRecord*>(kmalloc(ring_records * sizeof(AuditRecord)));
        if (!ring) return Errno{ENOMEM};
    }
    audit_enabled = on;
    return {};
}

bool audit_socketcall(AuditRecord& record, int call, const u32* arguments, u8 count) {
    if (!audit_enabled) [[likely]]
        return false;
    begin(record, AuditDoor::socketcall, socketcall_names[call]);
    record.argument_count = count;
    for (u8 i = 0; i < count; i++) record.arguments[i] = arguments[i];
    return true;
}

void audit_exit(AuditRecord& record, const SysResult& result) {
    record.result = visible(result.ok() ? result.value() : -i64{result.error().code});
    put(record);
}

i64 audit_direct_call(TrapFrame& frame, SyscallFunction enter, bool compat) {
    const SyscallInfo* info = syscall_info(static_cast<int>(frame.original_rax), compat);
    AuditRecord record;
    begin(record, compat ? AuditDoor::int80 : AuditDoor::syscall, info ? info->name : "");
    record.argument_count = info ? count_words(info->arguments) : u8{0};
    const u64 wide[6] = {frame.rdi, frame.rsi, frame.rdx, frame.r10, frame.r8, frame.r9};
    const u64 narrow[6] = {frame.rbx, frame.rcx, frame.rdx, frame.rsi, frame.rdi, frame.rbp};
    for (u8 i = 0; i < record.argument_count; i++)
        record.arguments[i] = compat ? static_cast<u32>(narrow[i]) : wide[i];
    const i64 result = enter(frame);
    record.result = visible(result);
    put(record);
    return result;
}

u64 audit_first() { return written > ring_records ? written - ring_records : 0; }
u64 audit_end() { return written; }
const AuditRecord& audit_record(u64 number) { return ring[number % ring_records]; }
WaitQueue& audit_queue() { return queue; }

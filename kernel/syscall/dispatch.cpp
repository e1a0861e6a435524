// From the two doors to the tables: the entries in kernel/arch/entry_*.asm call these with the
// saved registers.
#include "kernel/syscall/nospec.h"
#include "kernel/syscall/table.h"
#include "kernel/syscall/trace_call.h"

i64 sys_ni_syscall(TrapFrame&) { return -ENOSYS; }

namespace {

using Table = std::array<SyscallFunction, syscall_table_size>;

void dispatch(TrapFrame& frame, const Table& table, TraceSlot* station) {
    const u64 number = frame.rax;
    frame.original_rax = static_cast<i64>(number);
    if (trace_groups) [[unlikely]] {
        const SyscallFunction handler =
            number < syscall_table_size ? table[number] : sys_ni_syscall;
        const bool compat = &table == &ia32_sys_call_table;
        frame.rax = static_cast<u64>(trace_call(frame, handler, station, compat));
        return;
    }
    if (number < syscall_table_size) [[likely]]
        frame.rax = static_cast<u64>(table[array_index_nospec(number, syscall_table_size)](frame));
    else
        frame.rax = static_cast<u64>(-ENOSYS);
}

} // namespace

// `syscall`: the x86-64 table. The number is eax, as in Linux; what is above it in rax doesn't
// count.
extern "C" void syscall_entry64(TrapFrame& frame) {
    frame.rax = static_cast<u32>(frame.rax);
    TRACE_DESCRIBE_(entry, false);
    dispatch(frame, sys_call_table, &trace_slot_);
}

// `int 0x80`: the i386 table, whoever calls. eax holds a 32-bit result, sign-extended for a 64-bit
// caller.
extern "C" void syscall_entry32(TrapFrame& frame) {
    frame.rax = static_cast<u32>(frame.rax);
    TRACE_DESCRIBE_(entry, false);
    dispatch(frame, ia32_sys_call_table, &trace_slot_);
}

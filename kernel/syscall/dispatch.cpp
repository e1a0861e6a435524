// From the two doors to the tables: the entries in kernel/arch/entry_*.asm call these with the
// saved registers.
#include "kernel/syscall/nospec.h"
#include "kernel/syscall/table.h"

i64 sys_ni_syscall(TrapFrame&) { return -ENOSYS; }

namespace {

void dispatch(TrapFrame& frame, const std::array<SyscallFunction, syscall_table_size>& table) {
    const u64 number = frame.rax;
    frame.original_rax = static_cast<i64>(number);
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
    dispatch(frame, sys_call_table);
}

// `int 0x80`: the i386 table, whoever calls. eax holds a 32-bit result, sign-extended for a 64-bit
// caller.
extern "C" void syscall_entry32(TrapFrame& frame) {
    frame.rax = static_cast<u32>(frame.rax);
    dispatch(frame, ia32_sys_call_table);
}

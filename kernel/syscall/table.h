// The two system-call tables and the names behind them, all made from list.def.
#pragma once

#include "kernel/syscall/door.h"
#include <array>

constexpr usize syscall_table_size = 512;

// By number, as rax and eax hold it.
extern const std::array<SyscallFunction, syscall_table_size> sys_call_table;      // x86-64
extern const std::array<SyscallFunction, syscall_table_size> ia32_sys_call_table; // i386

struct SyscallInfo {
    const char* name;
    int number64, number32; // `none` where a table doesn't have it
    const char* arguments;  // names, separated by blanks
};
extern const SyscallInfo syscall_infos[];
extern const usize syscall_info_count;
// Null for a number that has no call.
const SyscallInfo* syscall_info(int number, bool compat);

// Makes the tables from the one list, at compile time: a number that is given twice doesn't
// compile.
#include "kernel/syscall/table.h"
#include "kernel/syscall/audit.h"
#include "kernel/syscall/handlers.h"

namespace {

// Not constexpr on purpose: reaching it while a table is made is the compile-time error.
void number_is_taken_twice() {}

constexpr void enter(std::array<SyscallFunction, syscall_table_size>& table, int number,
                     SyscallFunction function) {
    if (number == none) return;
    if (table[static_cast<usize>(number)] != sys_ni_syscall) number_is_taken_twice();
    table[static_cast<usize>(number)] = function;
}

template <SyscallFunction Enter, bool Compat>
consteval SyscallFunction door_of(std::string_view name) {
    return is_audited(name) && Enter != sys_ni_syscall ? audited_door<Enter, Compat> : Enter;
}

consteval auto make_table(bool compat) {
    std::array<SyscallFunction, syscall_table_size> table{};
    for (auto& entry : table) entry = sys_ni_syscall;
#define SYSCALL(name, number64, number32, handler64, handler32, arguments)                         \
    if (compat)                                                                                    \
        enter(table, number32, door_of<Door<handler32>::from32, true>(#name));                     \
    else                                                                                           \
        enter(table, number64, door_of<Door<handler64>::from64, false>(#name));
#include "kernel/syscall/list.def"
#undef SYSCALL
    return table;
}

} // namespace

constinit const std::array<SyscallFunction, syscall_table_size> sys_call_table = make_table(false);
constinit const std::array<SyscallFunction, syscall_table_size> ia32_sys_call_table =
    make_table(true);

constinit const SyscallInfo syscall_infos[] = {
#define SYSCALL(name, number64, number32, handler64, handler32, arguments)                         \
    {#name, number64, number32, arguments},
#include "kernel/syscall/list.def"
#undef SYSCALL
};
constinit const usize syscall_info_count = sizeof syscall_infos / sizeof *syscall_infos;

const SyscallInfo* syscall_info(int number, bool compat) {
    for (const SyscallInfo& info : syscall_infos)
        if (number != none && number == (compat ? info.number32 : info.number64)) return &info;
    return nullptr;
}

"""Processes, threads and their system calls: `ps`, `syscalls`."""

import re

import gdb
import kernel

NONE = -1


def names_of(arguments):
    """The names of a call's arguments, without the types that the trace prints them by (fd:fd, path:path …)."""
    return " ".join(word.split(":")[0] for word in arguments.split())


def call_infos():
    """[(name, x86-64 number, i386 number, argument names)] of the one list, as the kernel has it."""
    infos = gdb.parse_and_eval("&syscall_infos[0]")
    return [(kernel.text(infos[i]["name"]), int(infos[i]["number64"]), int(infos[i]["number32"]), names_of(kernel.text(infos[i]["arguments"])))
            for i in range(int(gdb.parse_and_eval("syscall_info_count")))]


INFOS = {}


def call_info(number, compat):
    if not INFOS:
        for info in call_infos():
            INFOS[False, info[1]], INFOS[True, info[2]] = info, info
    return INFOS.get((compat, number))


def by_int80(frame):
    """Whether a trap frame is the 32-bit door's."""
    return int(frame["vector"]) == 0x80


def call_text(frame):
    """The call that a trap frame began: door, name and arguments."""
    compat = by_int80(frame)
    info = call_info(int(frame["original_rax"]), compat)
    names = ("rbx", "rcx", "rdx", "rsi", "rdi", "rbp") if compat else ("rdi", "rsi", "rdx", "r10", "r8", "r9")
    if not info:
        return f"call {int(frame['original_rax'])}"
    values = [f"{name}={value_text(int(frame[register]), compat)}" for name, register in zip(info[3].split(), names)]
    return f"{info[0]}({', '.join(values)}) by {'int 0x80' if compat else 'syscall'}"


def value_text(value, compat):
    """An argument: small ones, also negative, in base 10; what may be an address in base 16."""
    bits = 32 if compat else 64
    value &= (1 << bits) - 1
    signed = value - (1 << bits) if value >> (bits - 1) else value
    return str(signed) if -4096 < signed < 4096 else f"{value:#x}"


def state(thread):
    word = str(thread["state"]).rsplit("::", 1)[-1]
    if word == "blocked":
        return "waits" if thread["interruptible"] else "waits (no signals)"
    return word


def waits_in(thread):
    """The function in which a thread that doesn't run gave up the processor: up from switch_context, past the
    scheduler's own."""
    if thread == kernel.current_thread() or not thread["kernel_rsp"]:
        return ""
    # switch_context saved rbp last but five; the kernel is compiled with frame pointers.
    stack = int(thread["kernel_rsp"])
    rbp, pc = read_word(stack + 5 * 8), read_word(stack + 6 * 8)
    for _ in range(12):
        name = function_at(pc)
        if name and not name.startswith(("schedule", "block_current", "wait_until", "switch")):
            return name
        if rbp < 1 << 63:
            break
        rbp, pc = read_word(rbp), read_word(rbp + 8)
    return ""


def read_word(address):
    return int.from_bytes(kernel.memory(address, 8), "little")


def function_at(pc):
    block = gdb.block_for_pc(pc - 1)
    while block and not block.function:
        block = block.superblock
    return kernel.plain_name(block.function.name) if block else None


class Ps(kernel.Table):
    """All threads: their process, what it runs, their state, and the call and function in which they wait.

usage: ps"""

    usage = "ps"

    def __init__(self):
        super().__init__("ps")

    def invoke(self, argument, from_tty):
        self.arguments(argument, 0, 0)
        rows = [("PID", "TID", "PPID", "PROGRAM", "BITS", "STATE", "IN", "CALL")]
        current = kernel.current_thread()
        for process in kernel.processes():
            parent = process["parent"]
            head = (int(process["pid"]), int(parent["pid"]) if parent else 0, kernel.program_name(process) or "-",
                    32 if process["is_32bit"] else 64)
            if process["zombie"]:
                rows.append((head[0], "", head[1], head[2], head[3], "zombie", "", ""))
            for task in kernel.tasks(process):
                thread = task["thread"]
                frame = kernel.trap_frame(thread)
                inside = int(frame["original_rax"]) >= 0
                rows.append((head[0], int(task["tid"]), head[1], head[2], head[3],
                             "runs" if thread == current else state(thread), waits_in(thread),
                             call_text(frame) if inside else ""))
        kernel.print_table(rows, right=(0, 1, 2))


class Syscalls(kernel.Table):
    """The system-call tables, from the kernel's one list, and the handlers behind them.

usage: syscalls          the last call of each thread
       syscalls WORD     calls whose name holds the word (`.` for all): numbers and handlers in both tables"""

    usage = "syscalls [WORD]"

    def __init__(self):
        super().__init__("syscalls")

    def invoke(self, argument, from_tty):
        words = self.arguments(argument, 0, 1)
        if words:
            self.show_table("" if words[0] == "." else words[0])
        else:
            self.show_last()

    @staticmethod
    def show_table(word):
        rows = [("x86-64", "i386", "CALL", "HANDLER")]
        for name, number64, number32, arguments in call_infos():
            if word in name:
                rows.append((number64 if number64 != NONE else "-", number32 if number32 != NONE else "-",
                             f"{name}({', '.join(arguments.split())})", handlers(number64, number32)))
        kernel.print_table(rows, right=(0, 1))

    @staticmethod
    def show_last():
        rows = [("PID", "TID", "PROGRAM", "LAST CALL", "RESULT")]
        for process in kernel.processes():
            for task in kernel.tasks(process):
                frame = kernel.trap_frame(task["thread"])
                if int(frame["original_rax"]) < 0:
                    continue
                inside = int(frame["rax"]) & 0xffffffff == int(frame["original_rax"])
                result = int(frame["rax"].cast(kernel.lookup("long")))
                rows.append((int(process["pid"]), int(task["tid"]), kernel.program_name(process), call_text(frame),
                             "not yet" if inside else result))
        kernel.print_table(rows, right=(0, 1))


def handlers(number64, number32):
    """The handlers that the two tables lead to, as Door<handler> names them."""
    found = []
    for table, number in (("sys_call_table", number64), ("ia32_sys_call_table", number32)):
        if number != NONE:
            entry = gdb.parse_and_eval(f"{table}._M_elems[{number}]")
            name = re.search(r"Door<&\(?(\w+)", str(entry))
            found.append(name[1] if name else "-")
    return found[0] if len(set(found)) == 1 else " / ".join(found)


def register():
    Ps()
    Syscalls()

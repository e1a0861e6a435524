"""What gdb loads to follow Plumb: its commands, its pretty printers, and the start of a session of `make debug`.

By hand: gdb build/plumb.elf64 -x tools/gdb/plumb.py, then `target remote`.
"""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# pylint: disable=wrong-import-position
import buffers  # noqa: E402
import disassembly  # noqa: E402
import kernel  # noqa: E402
import printers  # noqa: E402
import programs  # noqa: E402
import sockets  # noqa: E402
import stations  # noqa: E402
import threads  # noqa: E402

SETTINGS = [
    "pagination off",
    "confirm off",
    # Programs may load and go: gdb reads code from the files, also of a program that isn't mapped at the moment.
    "trust-readonly-sections on",
    "print entry-values no",
    "print static-members off",
    "print vtbl off",
    "print asm-demangle on",
    "print object off",
    "disassembly-flavor intel",
    "breakpoint pending on",
]


class Plumb(gdb.Command):
    """Plumb's own commands, one line each. `help COMMAND` says more."""

    def __init__(self):
        super().__init__("plumb", gdb.COMMAND_SUPPORT)

    def invoke(self, argument, from_tty):
        for command in sorted(kernel.Table.all, key=lambda command: command.usage):
            print(f"{command.usage.split(' ')[0]:10} {command.__doc__.splitlines()[0]}")


def start_session():
    """The guest stands at its first instruction; goes to kernel_main and prepares the stops."""
    gdb.execute(f"target remote {os.environ['PLUMB_STUB']}", to_string=True)
    # Paging is off yet: only a hardware breakpoint can wait for the kernel's addresses.
    gdb.execute("thbreak kernel_main", to_string=True)
    gdb.execute("continue", to_string=True)
    names, arch = os.environ["PLUMB_PROGRAMS"].split(), os.environ["PLUMB_ARCH"]
    table = stations.table()
    table.enable(os.environ.get("PLUMB_STATIONS", "sys_*").split())
    programs.expect(names, arch)
    print(f"Plumb is about to start, then {' and '.join(names)} ({arch}). `c` goes on to main, and from station to station;")
    print("`bt` shows the way there. Plumb's own commands: `plumb`.")


def main():
    for setting in SETTINGS:
        gdb.execute(f"set {setting}", to_string=True)
    Plumb()
    for module in (printers, buffers, sockets, threads, stations, programs, disassembly):
        module.register()
    if "PLUMB_STUB" in os.environ:
        start_session()


main()

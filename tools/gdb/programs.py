"""Symbols of user programs: those of the program that runs are loaded at every stop.

Every program lies at the same addresses as the others of its architecture, so only one at a time can have its symbols
in gdb. For i386 they are made readable first (widen.py).
"""

import os

import gdb
import kernel
import threads
import widen

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "build")


class Symbols:
    """The one program whose symbols are loaded."""

    def __init__(self):
        self.path = None  # of the file that gdb has
        self.is_32bit = False

    @staticmethod
    def find(name, arch):
        """The file with a program's symbols in a form that gdb can read, or None. One of this session's own may be called as a
        bundled one is."""
        folder = f"debug/{arch}" if name in os.environ.get("PLUMB_OWN", "").split() else f"user/{arch}/debug"
        path = os.path.join(BUILD, folder, name)
        if not os.path.exists(path):
            return None
        return path if arch == "x86_64" else Symbols.widened(path)

    @staticmethod
    def widened(path):
        output = os.path.join(BUILD, "debug", "widened", os.path.relpath(path, BUILD))
        if not os.path.exists(output) or os.path.getmtime(output) < os.path.getmtime(path):
            os.makedirs(os.path.dirname(output), exist_ok=True)
            widen.widen(path, output)
        return output

    def load(self, name, arch):
        """Loads them in place of the others. False: there are none."""
        path = self.find(name, arch)
        if path != self.path:
            if self.path:
                gdb.execute(f"remove-symbol-file {self.path}", to_string=True)
            if path:
                gdb.execute(f"add-symbol-file {path}", to_string=True)
            self.path, self.is_32bit = path, arch == "i386"
        return path is not None

    def follow(self, process):
        """Loads those of a process's program."""
        is_32bit = bool(process["is_32bit"])
        name = kernel.program_name(process)
        if is_32bit and name.endswith("32"):
            name = name[:-2]
        self.load(name, "i386" if is_32bit else "x86_64")


SYMBOLS = Symbols()


class Wanted:
    """The programs that the session is about: stations stop for them alone."""

    def __init__(self):
        self.names = set()  # in /bin; empty: every process counts
        self.begun = False  # one of them has run

    def runs(self):
        """Whether what runs now is to be stopped at: a wanted program, or, once one has begun, the kernel's own."""
        thread = kernel.current_thread()
        if not self.names:
            return True
        if not thread or not thread["process"]:
            return self.begun
        found = kernel.program_name(thread["process"]) in self.names
        self.begun = self.begun or found
        return found


WANTED = Wanted()


class ProgramStop(gdb.Breakpoint):
    """A stop of ours in the life of a program, once for each of its processes."""

    def __init__(self, place, kind, name):
        super().__init__(place, type=kind, internal=True)
        self.silent = True  # show() says it, once the symbols are the right ones
        self.program = name
        self.pids = set()

    def stop(self):
        thread = kernel.current_thread()
        process = thread["process"] if thread else None
        if not process or kernel.program_name(process) != self.program or int(process["pid"]) in self.pids:
            return False
        self.pids.add(int(process["pid"]))
        WANTED.begun = True
        return True


class ProgramStart(ProgramStop):
    """main of a program. It isn't in memory yet: a hardware breakpoint, at the address."""

    def __init__(self, name, address):
        super().__init__(f"*{address:#x}", gdb.BP_HARDWARE_BREAKPOINT, name)

    def show(self):
        print(f"\n{self.program} begins:")
        gdb.execute("frame")


class ProgramEnd(ProgramStop):
    """The last of the programs ends: a stop, since the machine is switched off soon after."""

    def __init__(self, name):
        super().__init__("exit_group", gdb.BP_BREAKPOINT, name)

    def show(self):
        status = int(gdb.newest_frame().read_var("status"))
        print(f"\n{self.program} ends with status {status >> 8}. `c` lets the machine go on to its end.")


def expect(names, arch):
    """The session is about these programs: stops at their mains, and when the last one ends."""
    suffix = "32" if arch == "i386" else ""
    WANTED.names = {name + suffix for name in names}
    for name in reversed(names):
        if SYMBOLS.load(name, arch):
            ProgramStart(name + suffix, int(gdb.parse_and_eval("(unsigned long)&main")))
        else:
            print(f"no symbols of {name}: gdb sees only the kernel's side of it")
    ProgramEnd(names[-1] + suffix)


def where():
    """One line about who runs: program, process, door and call; None for the kernel's own threads."""
    thread = kernel.current_thread()
    if not thread or not thread["process"]:
        return None
    process, line = thread["process"], ""
    frame = kernel.trap_frame(thread)
    if gdb.selected_frame().pc() >= 1 << 63 and int(frame["original_rax"]) >= 0:
        line = f", {threads.call_text(frame)}"
    return f"[{kernel.program_name(process)}, pid {int(process['pid'])}{line}]"


def on_stop(event):
    """Loads the right symbols, then says where the guest stands."""
    try:
        thread = kernel.current_thread()
        process = thread["process"] if thread else None
        if process:
            SYMBOLS.follow(process)
        for stop in getattr(event, "breakpoints", ()):
            if hasattr(stop, "show"):
                stop.show()
        print(where() if process else "[the kernel, for nobody's call]" if thread else "")
    except gdb.error as error:
        print(f"({error})")


class Runs(gdb.Function):
    """$_runs("NAME"): whether the program that runs is /bin/NAME."""

    def __init__(self):
        super().__init__("_runs")

    def invoke(self, name):
        thread = kernel.current_thread()
        return bool(thread and thread["process"]) and kernel.program_name(thread["process"]) == name.string()


def on_breakpoint(breakpoint):
    """A breakpoint in a program is for that program: others have other code at the same address."""
    if not SYMBOLS.path or not breakpoint.visible or breakpoint.condition or isinstance(breakpoint, ProgramStop):
        return
    if breakpoint.type in (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT) and breakpoint.locations and \
            all(location.address < 1 << 63 for location in breakpoint.locations):
        name = os.path.basename(SYMBOLS.path) + ("32" if SYMBOLS.is_32bit else "")
        breakpoint.condition = f'$_runs("{name}")'


class Type(kernel.Table):
    """Types a line on the guest's console.

usage: type TEXT
The guest reads it when it runs again: `type replyhi`, then `c`."""

    usage = "type TEXT"

    def __init__(self):
        super().__init__("type", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        console = os.environ.get("PLUMB_CONSOLE")
        if not console:
            raise gdb.GdbError("the console is only at hand in a session of `make debug`")
        os.write(int(console), argument.encode() + b"\n")


def register():
    Type()
    Runs()
    gdb.events.breakpoint_created.connect(on_breakpoint)
    gdb.events.stop.connect(on_stop)

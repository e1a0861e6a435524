"""The stations: functions on the path from a system call to the wire, as breakpoints in groups; `stations`, `journey`.

The list is the kernel's own (the descriptions of its trace), and the one below for functions that have none.
"""

import fnmatch

import gdb
import kernel
import printers
import programs

# group, file, functions in the order in which a call comes by
BUILT_IN = """
entry    kernel/syscall/dispatch.cpp       syscall_entry64 syscall_entry32
syscall  kernel/syscall/socketcall.cpp     sys_socketcall
syscall  kernel/syscall/socket.cpp         sys_socket sys_bind sys_listen sys_accept sys_accept4 sys_connect sys_shutdown
syscall  kernel/syscall/socket_message.cpp sys_send sys_sendto sys_recv sys_recvfrom
socket   kernel/syscall/socket_file.cpp    sockfd_lookup_light
socket   net/socket.cpp                    sock_create sock_bind sock_listen sock_accept sock_connect sock_sendmsg sock_recvmsg
inet     net/ipv4/inet.cpp                 inet_bind inet_sendmsg inet_shutdown inet_release
inet     net/ipv4/inet_stream.cpp          inet_listen inet_accept inet_stream_connect
tcp      net/tcp/tcp_connect.cpp           tcp_v4_connect
tcp      net/tcp/tcp_sendmsg.cpp           tcp_sendmsg
tcp      net/tcp/tcp_transmit.cpp          tcp_transmit_skb
tcp      net/tcp/tcp_ipv4.cpp              tcp_v4_rcv
tcp      net/tcp/tcp_input.cpp             tcp_rcv_established
tcp      net/tcp/tcp_recv.cpp              tcp_recvmsg
tcp      net/tcp/tcp_close.cpp             tcp_close
udp      net/ipv4/udp.cpp                  udp_recvmsg udp_rcv
udp      net/ipv4/udp_output.cpp           udp_sendmsg
raw      net/ipv4/raw.cpp                  raw_sendmsg raw_recvmsg
ip       net/ipv4/ip_output.cpp            ip_queue_xmit ip_local_out ip_output
ip       net/ipv4/ip_input.cpp             ip_rcv ip_local_deliver
neigh    net/arp.cpp                       neigh_output arp_rcv
dev      net/dev_queue.cpp                 dev_queue_xmit
dev      net/loopback.cpp                  loopback_xmit
dev      kernel/drivers/e1000/transmit.cpp e1000_xmit_frame
dev      net/dev_receive.cpp               netif_receive_skb
"""


GROUPS = ("entry", "syscall", "socket", "inet", "tcp", "udp", "raw", "unix", "ip", "neigh", "dev", "sched", "irq", "mem", "process")
# Passed again and again while nothing happens: only who names them gets them.
POLLED = ("net_drain", "e1000_clean_rx")
QUIET = ("entry", "sched", "irq", "mem", "process")  # groups that a journey leaves out unless they are asked for
MARK = b"Station!"


class Station(gdb.Breakpoint):
    """A breakpoint that stops for the session's programs only; or, on a journey, prints and goes on."""

    journey = False  # of them all

    def __init__(self, group, file, function):
        # At its very first instruction: there all arguments are in their registers, and no inlined function has begun.
        block = function_block(file, function)
        super().__init__(f"*{block.start:#x}")
        self.group, self.file, self.function, self.line = group, file, function, block.function.line
        self.marked = None  # the stack pointer when it was last hit
        self.enabled = False
        self.silent = True  # show() says it with the function's own line: its first instruction may be of inlined code

    def stop(self):
        if not programs.WANTED.runs() or self.stands_still():
            return False
        if not Station.journey:
            return True
        print_passage(self.function)
        return False

    def stands_still(self):
        """Whether gdb has gone on from here and nothing has happened: QEMU's step may end before the instruction, when it
        looks for an interrupt first. What the kernel's functions do first of all is to push rbp: a mark below the stack,
        where nothing lies yet, is gone after that."""
        stack = int(gdb.newest_frame().read_register("rsp"))
        if self.marked == stack and kernel.memory(stack - 8, 8) == MARK:
            return True
        gdb.selected_inferior().write_memory(stack - 8, MARK)
        self.marked = stack
        return False

    def show(self):
        """What gdb says of a stop."""
        print(f"\nBreakpoint {self.number}, {self.function} ({argument_text(gdb.newest_frame())}) at {self.file}:{self.line}")
        gdb.execute(f"list {self.file}:{self.line},{self.line}")


def function_block(file, function):
    """The block of a function of a source file. gdb.error: it isn't in this kernel."""
    place = gdb.decode_line(f"{file}:{function}")[1][0]
    block = gdb.block_for_pc(place.pc)
    while block and not (block.function and kernel.plain_name(block.function.name) == function):
        block = block.superblock
    if not block:
        raise gdb.error(f"{function} isn't a function of {file}")
    return block


def from_trace():
    """[(group, file, function)] of the kernel's own descriptions."""
    try:
        begin = gdb.parse_and_eval("(TraceStation**)&__start_trace_stations")
        count = (int(gdb.parse_and_eval("(unsigned long)&__stop_trace_stations")) - int(begin)) // 8
    except gdb.error:
        return []
    found = [begin[slot].dereference() for slot in range(count)]
    return [(str(station["group"]).rsplit("::", 1)[-1], kernel.text(station["file"]), kernel.text(station["function"]))
            for station in found if not station["is_event"]]


def built_in():
    lines = [line.split() for line in BUILT_IN.strip().splitlines()]
    return [(group, file, function) for group, file, *functions in lines for function in functions]


class StationTable:
    """All of them."""

    def __init__(self):
        self.stations = []
        described, known = list(dict.fromkeys(from_trace())), built_in()
        names = {function for _, _, function in described}
        order = [function for _, _, function in known]
        entries = described + [entry for entry in known if entry[2] not in names]
        # By group, and in a group first those of the list below, which are in the order of a call.
        entries.sort(key=lambda entry: (GROUPS.index(entry[0]) if entry[0] in GROUPS else len(GROUPS),
                                        order.index(entry[2]) if entry[2] in order else len(order)))
        for group, file, function in entries:
            try:
                self.stations.append(Station(group, file, function))
            except gdb.error as error:
                print(f"{function}: {error}")

    def groups(self):
        return list(dict.fromkeys(station.group for station in self.stations))

    def switch(self, words, on):
        """Groups, functions, patterns (sys_*) or `all`, on or off."""
        for word in words:
            chosen = [s for s in self.stations if word == s.function or not (on and s.function in POLLED)
                      and (word in ("all", s.group) or fnmatch.fnmatchcase(s.function, word))]
            if not chosen:
                raise gdb.GdbError(f"no station or group {word}; groups: {' '.join(self.groups())}")
            for station in chosen:
                station.enabled = on

    def enable(self, words):
        self.switch(words, True)


TABLE = []


def table():
    """Made when first asked for: gdb must know the kernel by then."""
    if not TABLE:
        # gdb says of each breakpoint that it was made: `stations` says it better.
        gdb.execute("python import stations; stations.TABLE.append(stations.StationTable())", to_string=True)
    return TABLE[0]


# --- the journey ---

def frames_to_the_door(frame):
    """How many functions deep in the kernel, inlined ones not counted."""
    depth = 0
    while frame and frame.pc() >= 1 << 63 and frame.name() != "kernel_main":
        if frame.type() == gdb.NORMAL_FRAME:
            depth += 1
        frame = frame.older()
    return depth


def argument_text(frame):
    """name=value of the arguments that gdb knows here."""
    parts = []
    block = frame.block()
    while block and not block.function:
        block = block.superblock
    for symbol in block or ():
        if symbol.is_argument:
            try:
                value = symbol.value(frame)
                if value.is_optimized_out:
                    continue
                parts.append(f"{symbol.name}={short(value)}")
            except gdb.error:
                continue
    return ", ".join(parts)


def short(value):
    """A value in a few characters; an object by its address or its printer."""
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return short(value.referenced_value())
    if kind.name == "sk_buff":
        return printers.SkbPtrPrinter(value).to_string()
    if kind.name == "net_device":
        return kernel.text(value["name"])
    printer = gdb.default_visualizer(value)
    if printer and hasattr(printer, "to_string"):
        return str(printer.to_string())
    if kind.code == gdb.TYPE_CODE_STRUCT:
        return f"{kind.name or 'struct'}@{int(value.address):x}" if value.address else "…"
    return value.format_string(symbols=False, max_elements=32)


def print_passage(function):
    frame = gdb.newest_frame()
    depth = frames_to_the_door(frame)
    thread = kernel.current_thread()
    who = f"{kernel.program_name(thread['process'])}[{int(thread['tid'])}]" if thread["process"] else "kernel"
    print(f"{who:14} {depth:2} {' ' * depth}{function}({argument_text(frame)})")


class Stations(kernel.Table):
    """The stations of the path, with their groups, places and whether gdb stops there.

usage: stations [GROUP…]               list them
       stations enable WORD…           stop there from now on: groups, names, patterns like sys_*, or all
       stations disable WORD…
       stations for PROGRAM…|all       stop for these programs only (names as in /bin)"""

    usage = "stations [GROUP…] | stations enable|disable WORD… | stations for PROGRAM…|all"

    def __init__(self):
        super().__init__("stations", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, argument, from_tty):
        words = self.arguments(argument, 0, 100)
        verb = words[0] if words else ""
        if verb in ("enable", "disable"):
            if len(words) < 2:
                raise gdb.GdbError(f"usage: {self.usage}")
            table().switch(words[1:], verb == "enable")
        elif verb == "for":
            programs.WANTED.names = set() if words[1:] == ["all"] else set(words[1:])
        else:
            self.show(words)

    @staticmethod
    def show(groups):
        for word in groups:
            if word not in table().groups():
                raise gdb.GdbError(f"no group {word}; groups: {' '.join(table().groups())}")
        kernel.print_table([(s.number, s.group, "stops" if s.enabled else "-", s.hit_count, s.function, f"{s.file}:{s.line}")
                            for s in table().stations if not groups or s.group in groups], right=(0, 3))

    def complete(self, text, word):
        return [w for w in ["enable", "disable", "for", "all", *table().groups()] if w.startswith(word or "")]


class Journey(kernel.Table):
    """Goes on, and prints every station that is passed, with its depth in the kernel and its arguments.

usage: journey [GROUP…]
By default these are all groups but entry, sched, irq, mem and process. The journey ends where anything else stops: the end of the last program, a
breakpoint of yours, ^C. Afterwards the stations stop as before."""

    usage = "journey [GROUP…]"

    def __init__(self):
        super().__init__("journey", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        groups = self.arguments(argument, 0, 100)
        stations = table()
        before = [(station, station.enabled) for station in stations.stations]
        starts = [b for b in gdb.breakpoints() or () if isinstance(b, programs.ProgramStart) and b.enabled]
        try:
            for station, _ in before:
                station.enabled = False
            stations.enable(groups or [g for g in stations.groups() if g not in QUIET])
            for start in starts:
                start.enabled = False
            Station.journey = True
            gdb.execute("continue")
        finally:
            Station.journey = False
            for station, enabled in before:
                station.enabled = enabled
            for start in starts:
                start.enabled = True


def register():
    Stations()
    Journey()

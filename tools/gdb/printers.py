"""How gdb shows Plumb's types: Result, Ref, Box, List, SkbPtr, addresses, sequence numbers, user pointers; and the
entries of the kernel in a backtrace."""

import errno
import ipaddress
import re
import socket

import gdb
import kernel
from gdb.FrameDecorator import FrameDecorator


def big_endian(value):
    """The number that a BigEndian<T> holds, in host order."""
    raw = value["raw"]
    size = raw.type.sizeof
    return int.from_bytes(int(raw).to_bytes(size, "little"), "big")


def ipv4(value):
    """Dotted text of a be32, or of its raw number."""
    raw = int(value["raw"]) if value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT else int(value)
    return socket.inet_ntoa(raw.to_bytes(4, "little"))


def errno_name(code):
    return errno.errorcode.get(code, str(code))


class Printer:
    """One value; text() says what it shows."""

    def __init__(self, value):
        self.value = value

    def text(self):
        raise NotImplementedError

    def to_string(self):
        try:
            return self.text()
        except gdb.MemoryError:
            return "<not readable>"
        except gdb.error:
            return "<optimized out>"


class ErrnoPrinter(Printer):
    """Errno: its name."""

    def text(self):
        return errno_name(int(self.value["code"]))


class ResultPrinter(Printer):
    """Result<T>: the value, or the error's name."""

    def text(self):
        error = int(self.value["error_"])
        if error:
            return f"error {errno_name(error)}"
        return f"ok {self.value['value_']}" if kernel.has(self.value, "value_") else "ok"


class OwnerPrinter(Printer):
    """Ref<T>, Box<T>: whom it owns, as that shows itself, and how many owners there are."""

    def text(self):
        pointer = kernel.referenced(self.value)
        if not pointer:
            return "nothing"
        count = f" ({int(pointer['count_'])} owners)" if kernel.has(pointer.dereference(), "count_") else ""
        return f"{pointer.dynamic_type.target().name} at {int(pointer):#x}{count}"


class SkbPtrPrinter(Printer):
    """SkbPtr and sk_buff: which buffer, how long."""

    def text(self):
        skb = self.value
        if kernel.has(skb, "skb_"):
            if not skb["skb_"]:
                return "no buffer"
            skb = skb["skb_"].dereference()
        if not skb.address or int(skb.address) < 0x1000:
            return "no buffer"
        return f"skb {int(skb.address):#x}, {int(skb['tail']) - int(skb['data'])} bytes"


class BigEndianPrinter(Printer):
    """be16 as a number of the host; be32 as an IPv4 address besides."""

    def text(self):
        if self.value["raw"].type.sizeof == 4:
            return ipv4(self.value)
        return str(big_endian(self.value))


class SeqNumberPrinter(Printer):
    """A TCP sequence number."""

    def text(self):
        return str(int(self.value["raw_"]))


class UserPtrPrinter(Printer):
    """UserPtr<T>: an address of the program's."""

    def text(self):
        return f"user:{int(self.value['address']):#x}"


class SockaddrPrinter(Printer):
    """SockaddrStorage: the address that lies in it."""

    def text(self):
        data = bytes(int(self.value["bytes"][i]) for i in range(28))
        family = int.from_bytes(data[:2], "little")
        port = int.from_bytes(data[2:4], "big")
        if family == socket.AF_INET:
            return f"{socket.inet_ntoa(data[4:8])}:{port}"
        if family == socket.AF_INET6:
            return f"[{ipaddress.IPv6Address(data[8:24])}]:{port}"
        if family == socket.AF_UNIX:
            return "unix:" + data[2:].split(b"\0")[0].decode(errors="replace")
        return f"family {family}"


class ListPrinter(Printer):
    """List<T, &T::node>: its members' addresses."""

    def members(self):
        head = self.value["head_"].address
        offset = int(self.value.type.strip_typedefs().template_argument(1).cast(kernel.lookup("long")))
        kind = self.value.type.strip_typedefs().template_argument(0).pointer()
        node = head["next"]
        while node and node != head:
            yield gdb.Value(int(node) - offset).cast(kind)
            node = node["next"]

    def text(self):
        return f"list of {self.value.type.strip_typedefs().template_argument(0)}"

    def children(self):
        for i, member in enumerate(self.members()):
            yield f"[{i}]", member


PRINTERS = {"Errno": ErrnoPrinter, "Result": ResultPrinter, "Ref": OwnerPrinter, "Box": OwnerPrinter, "SkbPtr": SkbPtrPrinter,
            "BigEndian": BigEndianPrinter, "SeqNumber": SeqNumberPrinter, "UserPtr": UserPtrPrinter,
            "SockaddrStorage": SockaddrPrinter, "List": ListPrinter}


def find_printer(value):
    kind = value.type.strip_typedefs()
    name = kind.name or ""
    if kind.code != gdb.TYPE_CODE_STRUCT:
        return None
    printer = PRINTERS.get(name.split("<", 1)[0])
    return printer(value) if printer else None


def dentry_path(dentry):
    """The path of a Dentry*."""
    parts = []
    while dentry:
        if dentry["covers"]:
            dentry = dentry["covers"]
        parent = kernel.referenced(dentry["parent"])
        if parent:
            parts.append(dentry["name_"].string(length=int(dentry["name_length_"])))
        dentry = parent
    return "/" + "/".join(reversed(parts))


class KernelFrame(FrameDecorator):
    """A frame by the name of its function alone; one of the kernel's entries by its own, and where it begins."""

    def entry(self):
        """(name, file, line) of a frame of the entries, None for others. Most of their lines are of macros' files: the
        first that isn't counts."""
        frame = self.inferior_frame()
        if frame.type() != gdb.SIGTRAMP_FRAME or frame.pc() < 1 << 63:
            return None
        name = gdb.execute(f"info symbol {frame.pc():#x}", to_string=True).split(" ")[0]
        begin = int(gdb.parse_and_eval(f"(unsigned long)&{name}"))
        for pc in range(begin, begin + 128):
            place = gdb.find_pc_line(pc)
            if place.symtab and place.symtab.filename.endswith(".asm"):
                return name, place.symtab.filename, place.line
        return name, None, 0

    def function(self):
        entry = self.entry()
        if entry:
            return entry[0]
        name = self.inferior_frame().name()
        if not name:
            return super().function()
        # Door<&(sys_bind(int, …))>::call32<0ul, 1ul>
        name = re.sub(r"Door<&\((\w+)\(.*?\)\)>", r"Door<\1>", name)
        return re.sub(r"::(call\d+)<[0-9ul, ]*>", r"::\1", name)

    def place(self):
        """(file, line) where the line table's would mislead: an entry, or the first instruction of a function, when that
        is of code inlined into it."""
        entry, frame = self.entry(), self.inferior_frame()
        if entry:
            return entry[1:]
        function, sal = frame.function(), frame.find_sal()
        own = frame.type() == gdb.NORMAL_FRAME
        if own and function and sal.symtab and function.symtab.filename != sal.symtab.filename:
            return function.symtab.filename, function.line
        return None

    def filename(self):
        place = self.place()
        return place[0] if place else super().filename()

    def line(self):
        place = self.place()
        return place[1] if place else super().line()


class FrameFilter:
    """What makes `bt` show them so."""

    name, enabled, priority = "plumb", True, 100

    def filter(self, frames):
        # Where a stack ends, rip is 0.
        return (KernelFrame(frame) for frame in frames if frame.inferior_frame().pc())


def register():
    gdb.pretty_printers.append(find_printer)
    gdb.frame_filters[FrameFilter.name] = FrameFilter()

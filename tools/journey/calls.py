"""System calls as C would write them: names and arguments by the kernel's one list (kernel/syscall/list.def), what the
arguments point at by the memory that the kernel kept with the call."""

import errno
import os
import re
import socket
import struct

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINE = re.compile(r'^SYSCALL\(\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*"([^"]*)"\s*\)', re.M)
SUB_CALL = re.compile(r"^SUB_CALL\((\w+), (\w+), (\d+), (\w+)\)", re.M)
IOCTL = re.compile(r"^IOCTL\((\w+), (\w+), (\w+)\)", re.M)
DEFINE = re.compile(r"^#define (\w+) (0x[0-9a-f]+)$", re.M)
MEMORY = struct.Struct("<QQBBBB4x")
STRING, BYTES, SOCKADDR, STRUCT, SEGMENT, CONTROL, MSGHDR, IOVEC = range(1, 9)
MEMORY_NAMES = ("", "string", "bytes", "address", "structure", "segment", "control data", "msghdr", "iovec")
SIGNED = ("fd", "at", "status", "backlog", "protocol", "pid")
# What a call that a signal interrupts gives to the kernel itself (kernel/base/restart.h).
RESTARTS = {512: "ERESTARTSYS", 513: "ERESTARTNOINTR", 514: "ERESTARTNOHAND", 516: "ERESTART_RESTARTBLOCK"}
FAMILIES = {int(family): f"AF_{family.name[3:]}" for family in socket.AddressFamily}
TYPES = {int(kind): kind.name for kind in socket.SocketKind}

MESSAGE_FLAGS = {int(flag): flag.name for flag in socket.MsgFlag}


def source(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def ioctl_names():
    """{command: name} of those that the kernel's list knows."""
    numbers = dict(DEFINE.findall("".join(source(f"kernel/uapi/{name}.h") for name in ("ioctl", "socket", "if_tun"))))
    return {int(numbers[name], 16): name for name, _, _ in IOCTL.findall(source("kernel/syscall/ioctl.def"))}


IOCTLS = ioctl_names()


class Calls:
    """The tables of both doors."""

    def __init__(self):
        rows = LINE.findall(source("kernel/syscall/list.def"))
        self._sub_calls = [None, *SUB_CALL.findall(source("kernel/syscall/socketcall.def"))]
        self._names = {}
        self._tables = {64: {}, 32: {}}
        for name, number64, number32, handler64, handler32, text in rows:
            arguments = [(word.split(":") * 2)[:2] for word in text.split()]
            self._names[name] = arguments
            for door, number, handler in ((64, number64, handler64), (32, number32, handler32)):
                if number != "none":
                    self._tables[door][int(number)] = (name, handler, arguments)

    def find(self, door, number):
        """(name, handler, [(argument's name, kind)])."""
        return self._tables[door].get(number, (f"call {number}", "none", []))

    def sub_call(self, number, words):
        """The same for what socketcall leads to."""
        _, name, _, direct = self._sub_calls[number]  # the kernel has looked: there is such a one
        return name, f"sys_{name}", self._names[direct][:words]


def text_of(data, whole=0):
    """Bytes in quotation marks."""
    shown = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data[:48])
    return '"' + shown.replace("\\x0a", "\\n") + '"' + ("…" if max(whole, len(data)) > 48 else "")


def sockaddr_text(data):
    family = int.from_bytes(data[:2], "little")
    port = int.from_bytes(data[2:4], "big")
    if family == socket.AF_INET and len(data) >= 8:
        return f"{{AF_INET, {socket.inet_ntop(family, data[4:8])}:{port}}}"
    if family == socket.AF_INET6 and len(data) >= 24:
        return f"{{AF_INET6, [{socket.inet_ntop(family, data[8:24])}]:{port}}}"
    if family == socket.AF_UNIX:
        return f"{{AF_UNIX, {text_of(data[2:].rstrip(bytes(1)))}}}"
    return f"{{{FAMILIES.get(family, f'family {family}')}, {data[2:16].hex(' ')}}}"


class Memory:
    """What one argument points at."""

    def __init__(self, payload):
        self.address, self.whole, self.argument, self.out, self.what, self.index = MEMORY.unpack_from(payload)
        self.data = payload[MEMORY.size:]

    def text(self):
        if not self.data:
            return hex(self.address)  # a bad one
        if self.what == SOCKADDR:
            return sockaddr_text(self.data)
        if self.what == STRING:
            return text_of(self.data.rstrip(bytes(1)))
        if self.what in (BYTES, SEGMENT):
            return text_of(self.data, self.whole)
        if self.what == STRUCT and len(self.data) == 4:
            return f"[{int.from_bytes(self.data, 'little', signed=True)}]"
        return f"{{{self.data[:16].hex(' ')}{' …' if len(self.data) > 16 else ''}}}"


def number_text(kind, name, value, bits):
    """A value of an argument that points at nothing."""
    signed = value - (1 << bits) if value >> (bits - 1) else value
    if kind in ("family", "domain"):
        return FAMILIES.get(value, str(value))
    if kind in ("socktype", "type") and value & 15 in TYPES:
        flags = "".join(f" | {flag}" for bit, flag in ((0o4000, "SOCK_NONBLOCK"), (0o2000000, "SOCK_CLOEXEC")) if value & bit)
        return TYPES[value & 15] + flags
    if kind == "ioctl" and value in IOCTLS:
        return IOCTLS[value]
    if kind == "msg" and value:
        return " | ".join(name for bit, name in MESSAGE_FLAGS.items() if value & bit) or hex(value)
    if kind in SIGNED or name in SIGNED:
        return str(value - (1 << 32) if value & 0x80000000 and value < 1 << 32 else signed)
    return str(signed) if -4096 < signed < 0x100000 else hex(value)


def result_text(value):
    """A call's result, given in 64 bits."""
    signed = value - (1 << 64) if value >> 63 else value
    if -4096 < signed < 0:
        return f"−{RESTARTS.get(-signed) or errno.errorcode.get(-signed, -signed)}"
    return str(signed) if abs(signed) < 0x1000000 else hex(value)


def call_text(arguments, values, memory, bits):
    """The arguments between the brackets: what the caller gave, and what the call has left there."""
    shown = []
    for place, ((name, kind), value) in enumerate(zip(arguments, values)):
        behind = [m for m in memory if m.argument == place and m.what not in (MSGHDR, IOVEC, CONTROL)]
        last = [m for m in behind if m.out] or behind
        if last:
            shown.append(", ".join(m.text() for m in last))
        else:
            shown.append("NULL" if value == 0 and kind in ("path", "in", "out", "sockaddr") else number_text(kind, name, value, bits))
    return ", ".join(shown)

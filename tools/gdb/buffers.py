"""`skb`: draws an sk_buff, says which header positions are valid, decodes the headers, shows the bytes."""

import ipaddress
import socket

import gdb
import kernel

UNSET = 0xffff
TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
MOST_BYTES = 256


def number(data, at, size):
    return int.from_bytes(data[at:at + size], "big")


def mac(data):
    return ":".join(f"{byte:02x}" for byte in data)


def ethernet(data):
    if len(data) < 14:
        return "cut off"
    return f"{mac(data[6:12])} -> {mac(data[:6])}, type {number(data, 12, 2):#06x}"


def arp(data):
    if len(data) < 28:
        return "cut off"
    verb = {1: "who has", 2: "answer:"}.get(number(data, 6, 2), f"operation {number(data, 6, 2)}:")
    return f"{verb} {socket.inet_ntoa(data[24:28])}, from {socket.inet_ntoa(data[14:18])} ({mac(data[8:14])})"


def ip(data):
    if data[:1] and data[0] >> 4 == 6 and len(data) >= 40:
        return (f"{ipaddress.IPv6Address(data[8:24])} -> {ipaddress.IPv6Address(data[24:40])}, next header {data[6]}, "
                f"payload {number(data, 4, 2)}, hop limit {data[7]}")
    if len(data) < 20:
        return "cut off"
    fragment = number(data, 6, 2)
    flags = "".join(name for bit, name in ((0x4000, ", DF"), (0x2000, ", MF")) if fragment & bit)
    return (f"{socket.inet_ntoa(data[12:16])} -> {socket.inet_ntoa(data[16:20])}, protocol {data[9]}, length {number(data, 2, 2)}, "
            f"ttl {data[8]}, id {number(data, 4, 2)}{flags}{f', offset {8 * (fragment & 0x1fff)}' if fragment & 0x1fff else ''}")


def tcp(data):
    if len(data) < 20:
        return "cut off"
    flags = " ".join(name for i, name in enumerate(TCP_FLAGS) if data[13] >> i & 1)
    return (f"{number(data, 0, 2)} -> {number(data, 2, 2)}, {flags}, seq {number(data, 4, 4)}, ack {number(data, 8, 4)}, "
            f"window {number(data, 14, 2)}, header {(data[12] >> 4) * 4} bytes")


def udp(data):
    if len(data) < 8:
        return "cut off"
    return f"{number(data, 0, 2)} -> {number(data, 2, 2)}, length {number(data, 4, 2)}"


def icmp(data):
    return f"type {data[0]}, code {data[1]}" if len(data) >= 4 else "cut off"


TRANSPORTS = {1: ("ICMP", icmp), 6: ("TCP", tcp), 17: ("UDP", udp), 58: ("ICMPv6", icmp)}


def protocol_of(network):
    """The transport protocol's number that an IP header names."""
    if not network:
        return 0
    return network[6] if network[0] >> 4 == 6 else network[9] if len(network) > 9 else 0


class Buffer:
    """An sk_buff, read at once."""

    def __init__(self, skb):
        self.skb = skb
        self.head, self.data, self.tail, self.end = (int(skb[name]) for name in ("head", "data", "tail", "end"))
        if not self.head <= self.data <= self.tail <= self.end or self.end - self.head > 1 << 20:
            raise gdb.GdbError(f"no sk_buff at {int(skb.address):#x}: head, data, tail and end aren't in order")
        self.bytes = kernel.memory(self.head, self.end - self.head)
        self.positions = {name: int(skb[f"{name}_header"]) for name in ("mac", "network", "transport")}

    def header(self, name):
        """The bytes from a header position to the tail; None where it isn't valid."""
        offset = self.positions[name]
        return None if offset == UNSET else self.bytes[offset:self.tail - self.head]

    def title(self):
        skb = self.skb
        shared = int(skb["shared"]["references"])
        parts = [f"sk_buff {int(skb.address):#x}", f"checksum {str(skb['ip_summed']).rsplit('::', 1)[-1]}"]
        if skb["dev"]:
            parts.append(f"device {kernel.text(skb['dev']['name'])}")
        if shared > 1:
            parts.append(f"bytes shared by {shared}")
        if int(skb["gso_size"]):
            parts.append(f"to be cut every {int(skb['gso_size'])} bytes")
        return ", ".join(parts)

    def drawing(self):
        """Two lines: the four pointers, and what lies between them."""
        parts = [f" {self.data - self.head} free ", f" {self.tail - self.data} bytes ", f" {self.end - self.tail} free "]
        widths = [max(12, len(part) + 2) for part in parts]
        names, bar = "  ", "  "
        for name, part, width, filler in zip(("head", "data", "tail"), parts, widths, ".=."):
            names += name.ljust(width + 1)
            bar += "|" + part.center(width, filler)
        return names + "end\n" + bar + "|"

    def valid(self):
        parts = []
        for name, offset in self.positions.items():
            if offset == UNSET:
                parts.append(f"{name} not set")
            else:
                parts.append(f"{name} head+{offset} (data{self.head + offset - self.data:+d})")
        return "  headers: " + ", ".join(parts)

    def decoded(self):
        frame, network, transport = (self.header(name) for name in ("mac", "network", "transport"))
        lines = []
        if frame is not None:
            lines.append(("Ethernet", ethernet(frame)))
        kind = number(frame, 12, 2) if frame and len(frame) >= 14 else 0x0800
        if kind == 0x0806:
            lines.append(("ARP", arp(network if network is not None else frame[14:])))
        elif network:
            lines.append(("IPv6" if network[0] >> 4 == 6 else "IPv4", ip(network)))
        name, decode = TRANSPORTS.get(protocol_of(network) or (6 if self.looks_like_tcp() else 0), (None, None))
        if transport and decode:
            lines.append((name, decode(transport)))
        return [f"  {name:9}{text}" for name, text in lines]

    def looks_like_tcp(self):
        """Above IP nothing in the buffer says the protocol; its socket does."""
        return bool(self.skb["sk"]) and int(self.skb["sk"]["protocol"]) in (0, 6) and int(self.skb["sk"]["type"]) == 1

    def dump(self):
        """The bytes from the outermost valid header, or data, to the tail."""
        begin = min([self.data - self.head] + [offset for offset in self.positions.values() if offset != UNSET])
        shown = self.bytes[begin:self.tail - self.head]
        lines = []
        for at in range(0, min(len(shown), MOST_BYTES), 16):
            row = shown[at:at + 16]
            text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            lines.append(f"  {at:04x}  {row.hex(' '):47}  {text}")
        if len(shown) > MOST_BYTES:
            lines.append(f"  … {len(shown) - MOST_BYTES} bytes more")
        return lines


def buffer_of(expression):
    """The sk_buff that an expression is, refers or points to, owns (SkbPtr), or gives the address of."""
    value = gdb.parse_and_eval(expression)
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT and kernel.has(value, "skb_"):
        value = value["skb_"]
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR):
        if not int(value):
            raise gdb.GdbError("no buffer there")
        value = value.cast(kernel.lookup("sk_buff").pointer()).dereference()
    if value.type.strip_typedefs().name != "sk_buff":
        raise gdb.GdbError(f"{expression} is a {value.type}, no sk_buff")
    return Buffer(value)


class Skb(kernel.Table):
    """Draws an sk_buff: head, data, tail, end; which header positions are valid; the headers decoded; the bytes.

usage: skb EXPR
EXPR is an sk_buff, a reference or pointer to one, an SkbPtr, or an address."""

    usage = "skb EXPR"

    def __init__(self):
        super().__init__("skb")

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError(f"usage: {self.usage}")
        shown = buffer_of(argument)
        print("\n".join([shown.title(), shown.drawing(), shown.valid(), *shown.decoded(), *shown.dump()]))


def register():
    Skb()

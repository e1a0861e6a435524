"""What the bytes of a frame are: its headers as ranges, each with a line of text, from whatever header they begin with."""

import ipaddress
from dataclasses import dataclass

ETHERTYPES = {0x0800: "ipv4", 0x0806: "arp", 0x86dd: "ipv6"}
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
NAMES = {"ethernet": "Ethernet", "arp": "ARP", "ipv4": "IPv4", "ipv6": "IPv6", "tcp": "TCP", "udp": "UDP", "icmp": "ICMP",
         "payload": "payload"}
TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")
LEAST = {"ethernet": 14, "arp": 28, "ipv4": 20, "ipv6": 40, "tcp": 20, "udp": 8, "icmp": 8}


@dataclass
class Region:
    start: int
    end: int
    kind: str
    text: str


def get16(data, at):
    return int.from_bytes(data[at:at + 2], "big")


def get32(data, at):
    return int.from_bytes(data[at:at + 4], "big")


def mac(data):
    return ":".join(f"{byte:02x}" for byte in data)


def ethernet(head):
    return 14, ETHERTYPES.get(get16(head, 12), "payload"), f"{mac(head[6:12])} → {mac(head[:6])}, type {get16(head, 12):#06x}"


def arp(head):
    sender, target = (ipaddress.IPv4Address(head[at:at + 4]) for at in (14, 24))
    text = f"who has {target}? tell {sender}" if get16(head, 6) == 1 else f"{sender} is at {mac(head[8:14])}"
    return 28, "payload", text


def ipv4(head):
    source, target = (ipaddress.IPv4Address(head[at:at + 4]) for at in (12, 16))
    later = get16(head, 6) & 0x1fff
    kind = "payload" if later else PROTOCOLS.get(head[9], "payload")
    return (head[0] & 15) * 4, kind, f"{source} → {target}, {get16(head, 2)} bytes, TTL {head[8]}, id {get16(head, 4)}"


def ipv6(head):
    source, target = (ipaddress.IPv6Address(head[at:at + 16]) for at in (8, 24))
    return 40, PROTOCOLS.get(head[6], "payload"), f"{source} → {target}, {get16(head, 4)} bytes behind it, hops {head[7]}"


def tcp(head):
    flags = " ".join(name for bit, name in enumerate(TCP_FLAGS) if head[13] >> bit & 1)
    acknowledged = f", ack {get32(head, 8)}" if head[13] & 16 else ""
    return (head[12] >> 4) * 4, "payload", (f"{get16(head, 0)} → {get16(head, 2)}, {flags}, seq {get32(head, 4)}{acknowledged}, "
                                            f"window {get16(head, 14)}")


def udp(head):
    return 8, "payload", f"{get16(head, 0)} → {get16(head, 2)}, {get16(head, 4)} bytes"


def icmp(head):
    return 8, "payload", f"type {head[0]}, code {head[1]}"


READERS = {"ethernet": ethernet, "arp": arp, "ipv4": ipv4, "ipv6": ipv6, "tcp": tcp, "udp": udp, "icmp": icmp}


def payload_text(data):
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data[:40])
    return f"{len(data)} bytes: {text}" if data else ""


def dissect(data, kind):
    """The regions of bytes that begin with a header of that kind, from the outermost in; positions count from their start."""
    regions = []
    at, end = 0, len(data)
    while at < end:
        head = data[at:end]
        if kind not in READERS or len(head) < LEAST[kind]:
            regions.append(Region(at, end, "payload", payload_text(head)))
            break
        length, inner, text = READERS[kind](head)
        length = min(max(length, LEAST[kind]), len(head))
        regions.append(Region(at, at + length, kind, text))
        end = min(end, at + whole_length(kind, head))
        at += length
        kind = inner
    if end < len(data):
        regions.append(Region(end, len(data), "padding", "beyond the packet: a frame has at least 60 bytes"))
    return regions


def whole_length(kind, head):
    """How far a packet reaches by what its header says."""
    if kind == "ipv4":
        return max(get16(head, 2), (head[0] & 15) * 4, LEAST[kind]) if get16(head, 2) else len(head)
    if kind == "ipv6":
        return 40 + get16(head, 4) if get16(head, 4) else len(head)
    return LEAST[kind] if kind == "arp" else len(head)


def summary(regions):
    """One line for a frame: its innermost headers and how much they carry."""
    known = {region.kind: region for region in regions}
    for kind in ("arp", "icmp", "udp", "tcp", "ipv6", "ipv4", "ethernet"):
        if kind in known:
            below = known.get("ipv4") or known.get("ipv6")
            between = f" {below.text.split(',')[0]}" if below and kind in ("icmp", "udp", "tcp") else ""
            load = known["payload"].end - known["payload"].start if "payload" in known else 0
            return f"{NAMES[kind]}{between}: {known[kind].text}" + (f", {load} bytes of payload" if load and kind != "arp" else "")
    return "bytes"

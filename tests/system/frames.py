"""Ethernet frames by hand: building and reading ARP, IPv4, ICMP, UDP and TCP, and a wire that is a UDP socket
(QEMU's `-netdev dgram`, one frame a datagram)."""

import socket
import struct
import time

BROADCAST = b"\xff" * 6
OUR_MAC = bytes.fromhex("525400aabbcc")
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ARP, IPV4 = 0x0806, 0x0800


def checksum(data, start=0):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = start + sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(destination, kind, payload, source=OUR_MAC):
    return destination + source + struct.pack("!H", kind) + payload


def arp(operation, sender_mac, sender_ip, target_mac, target_ip):
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, operation) + sender_mac + socket.inet_aton(sender_ip) + target_mac + \
        socket.inet_aton(target_ip)


def ipv4(source, destination, protocol, payload, *, ident=1, fragment=0, ttl=64, options=b"", total=None, check=None):
    """`fragment`: flags and offset as on the wire. `total` and `check` override what is right."""
    length = 20 + len(options)
    head = struct.pack("!BBHHHBBH", 0x40 | length // 4, 0, length + len(payload) if total is None else total, ident,
                       fragment, ttl, protocol, 0) + socket.inet_aton(source) + socket.inet_aton(destination) + options
    value = checksum(head) if check is None else check
    return head[:10] + struct.pack("!H", value) + head[12:] + payload


def _with_checksum(source, destination, protocol, segment, place, check):
    pseudo = socket.inet_aton(source) + socket.inet_aton(destination) + struct.pack("!BBH", 0, protocol, len(segment))
    value = checksum(pseudo + segment) if check is None else check
    return segment[:place] + struct.pack("!H", value or 0xffff) + segment[place + 2:]


def udp(source, destination, sport, dport, payload, *, length=None, check=None):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload) if length is None else length, 0)
    return _with_checksum(source, destination, 17, head + payload, 6, check)


def tcp(source, destination, sport, dport, seq, ack, flags, payload=b"", *, window=65535, options=b"", offset=None,
        check=None):
    words = (20 + len(options)) // 4 if offset is None else offset
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff, words << 4, flags, window, 0, 0)
    return _with_checksum(source, destination, 6, head + options + payload, 16, check)


def icmp(kind, code, rest, payload=b""):
    packet = struct.pack("!BBHI", kind, code, 0, rest) + payload
    return packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:]


class Packet:
    """A received frame, taken apart as far as it goes. Fields that aren't there are None."""

    def __init__(self, frame):
        self.frame = frame
        self.destination, self.source = frame[:6], frame[6:12]
        self.kind, = struct.unpack("!H", frame[12:14])
        self.protocol = self.ip_source = self.ip_destination = self.payload = None
        self.sport = self.dport = self.seq = self.ack = self.flags = self.icmp = self.icmp_info = None
        if self.kind == ARP and len(frame) >= 42:
            self.operation, = struct.unpack("!H", frame[20:22])
            self.ip_source, self.ip_destination = socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42])
        elif self.kind == IPV4:
            self._ipv4(frame[14:])

    def _ipv4(self, packet):
        length = (packet[0] & 15) * 4
        total, self.ident, self.fragment, self.ttl, self.protocol = struct.unpack("!HHHBB", packet[2:10])
        self.ip_source, self.ip_destination = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
        body = packet[length:total]
        self.ip_good = checksum(packet[:length]) == 0
        if self.protocol in (6, 17):
            self.sport, self.dport = struct.unpack("!HH", body[:4])
        if self.protocol == 6:
            self.seq, self.ack, words, self.flags, self.window = struct.unpack("!IIBBH", body[4:16])
            self.payload = body[(words >> 4) * 4:]
        elif self.protocol == 17:
            self.payload = body[8:]
        elif self.protocol == 1:
            self.icmp = (body[0], body[1])
            self.icmp_info, = struct.unpack("!I", body[4:8])
            self.payload = body[8:]


class Wire:
    """The other end of the guest's network card. Answers ARP for its own address while it receives."""

    def __init__(self, address="10.0.2.2"):
        self.address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self._peer = probe.getsockname()
        self.guest_mac = BROADCAST

    def netdev(self, ident="n0"):
        here, there = self._socket.getsockname()[1], self._peer[1]
        return ["-netdev", f"dgram,id={ident},local.type=inet,local.host=127.0.0.1,local.port={there},"
                           f"remote.type=inet,remote.host=127.0.0.1,remote.port={here}"]

    def send(self, frame):
        self._socket.sendto(frame, self._peer)

    def send_ip(self, packet):
        self.send(ethernet(self.guest_mac, IPV4, packet))

    def receive(self, wanted, timeout=5):
        """The first packet that `wanted` likes, or None when the time is over."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                packet = Packet(self._socket.recv(65536))
            except socket.timeout:
                return None
            except OSError:  # the guest isn't there yet
                time.sleep(0.05)
                continue
            if packet.kind == ARP and packet.operation == 1 and packet.ip_destination == self.address:
                self.guest_mac = packet.source
                self.send(ethernet(packet.source, ARP, arp(2, OUR_MAC, self.address, packet.source, packet.ip_source)))
            if wanted(packet):
                return packet
        return None

    def drain(self, seconds=0.2):
        """Throws away what has come; returns how many packets."""
        count = 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.receive(lambda packet: True, max(0.001, deadline - time.monotonic())):
                count += 1
        return count

    def resolve(self, guest, timeout=20):
        """Asks for the guest's hardware address until it answers."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.send(ethernet(BROADCAST, ARP, arp(1, OUR_MAC, self.address, b"\0" * 6, guest)))
            answer = self.receive(lambda p: p.kind == ARP and p.operation == 2 and p.ip_source == guest, 1)
            if answer:
                self.guest_mac = answer.source
                return answer.source
        raise AssertionError(f"{guest} doesn't answer ARP within {timeout} s")

    def close(self):
        self._socket.close()

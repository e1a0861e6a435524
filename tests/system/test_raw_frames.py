"""Frames that no honest peer sends, straight at the guest's card: it goes on serving, and its memory comes back."""

import os
import random
import struct
import time
import unittest

from frames import (ACK, ARP, BROADCAST, FIN, IPV4, OUR_MAC, PSH, RST, SYN, Wire, arp, ethernet, icmp, ipv4, tcp, udp)
from harness import GUEST_ADDRESS as GUEST, HOST_ADDRESS as HOST, Guest

ALONE = True

SYN_FLOOD = int(os.environ.get("SYN_FLOOD", "100000"))
MORE_FRAGMENTS = 0x2000
PAGE = os.urandom(20000)


class TcpClient:
    """One connection over the wire: as little of TCP as a fetch needs. Everything in order, nothing sent again but the
    SYN."""

    def __init__(self, wire, port, sport):
        self.wire, self.port, self.sport = wire, port, sport
        self.seq, self.ack = random.randrange(1 << 32), 0

    def segment(self, flags, payload=b"", seq=None, ack=None):
        return ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, self.sport, self.port, self.seq if seq is None else seq,
                                        self.ack if ack is None else ack, flags, payload))

    def send(self, flags, payload=b"", **overrides):
        self.wire.send_ip(self.segment(flags, payload, **overrides))

    def receive(self, timeout=5):
        return self.wire.receive(lambda p: p.protocol == 6 and p.dport == self.sport and p.sport == self.port, timeout)

    def open(self):
        for _ in range(5):
            self.send(SYN)
            answer = self.receive(2)
            if answer and answer.flags & (SYN | ACK) == SYN | ACK:
                break
        else:
            raise AssertionError("no SYN, ACK from the guest")
        self.seq = (self.seq + 1) & 0xffffffff
        self.ack = (answer.seq + 1) & 0xffffffff
        self.send(ACK)
        return self

    def write(self, data):
        self.send(PSH | ACK, data)
        self.seq = (self.seq + len(data)) & 0xffffffff

    def read_to_end(self, timeout=20):
        data, deadline = b"", time.monotonic() + timeout
        while time.monotonic() < deadline:
            packet = self.receive(2)
            if not packet:
                continue
            if packet.flags & RST:
                raise AssertionError("the guest resets the connection")
            if packet.seq == self.ack:
                data += packet.payload
                self.ack = (self.ack + len(packet.payload) + (1 if packet.flags & FIN else 0)) & 0xffffffff
                if packet.flags & FIN:
                    self.send(FIN | ACK)
                    return data
            self.send(ACK)
        raise AssertionError(f"the guest doesn't finish; {len(data)} bytes came")


class RawFrames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wire = Wire()
        cls.addClassCleanup(cls.wire.close)
        cls.guest = Guest(net=cls.wire.netdev(), memory=64, files={"/www/page": PAGE})
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        cls.guest.run("httpd -d -h /www; udpecho 7 &")
        cls.wire.resolve(GUEST)
        cls.next_port = 20000
        cls().fetch()
        time.sleep(1)
        cls.memory = cls.guest.free_memory()

    def tearDown(self):
        """Whatever a test did: the guest serves, and what it held comes back."""
        self.wire.drain(0.3)
        self.fetch()
        deadline = time.monotonic() + 100
        while (free := self.guest.free_memory()) < self.memory - 1024:
            self.assertLess(time.monotonic(), deadline, f"{self.memory - free} KiB didn't come back")
            self.wire.drain(2)

    def runTest(self):
        """unittest wants one, so that setUpClass can make an instance."""

    def client(self, port=80):
        type(self).next_port += 1
        return TcpClient(self.wire, port, self.next_port)

    def fetch(self):
        client = self.client().open()
        client.write(b"GET /page HTTP/1.0\r\n\r\n")
        self.assertTrue(client.read_to_end().endswith(PAGE), "the page came damaged")

    def burst(self, frames, pause=0.002, every=64):
        """Many frames, not faster than a socket's buffer takes them; what comes back is thrown away."""
        for number, frame in enumerate(frames):
            self.wire.send(frame)
            if number % every == every - 1:
                self.wire.drain(pause)

    def received(self):
        """How many frames the guest's card has taken."""
        return int(self.guest.run("cat /proc/net/dev").split("eth0:")[1].split()[1])

    def silence(self, packet, answer, timeout=0.7):
        self.wire.drain(0.1)
        self.wire.send_ip(packet)
        got = self.wire.receive(answer, timeout)
        self.assertIsNone(got, f"an answer: {got and got.frame.hex()}")

    def echo(self, payload, **options):
        return ipv4(HOST, GUEST, 1, icmp(8, 0, 0x00070001, payload), **options)

    @staticmethod
    def is_echo_reply(packet):
        return packet.icmp == (0, 0)

    def frame(self, packet):
        return ethernet(self.wire.guest_mac, IPV4, packet)

    # --- the tests ---

    def test_good_ones_are_answered(self):
        self.wire.send_ip(self.echo(b"there?"))
        self.assertEqual(self.wire.receive(self.is_echo_reply).payload, b"there?")
        self.wire.send_ip(ipv4(HOST, GUEST, 17, udp(HOST, GUEST, 999, 7, b"datagram")))
        self.assertEqual(self.wire.receive(lambda p: p.dport == 999).payload, b"datagram")

    def test_truncated(self):
        whole = [self.frame(self.echo(b"x" * 30)),
                 self.frame(ipv4(HOST, GUEST, 17, udp(HOST, GUEST, 999, 7, b"x" * 30))),
                 self.frame(ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, 999, 80, 1, 0, SYN, options=b"\2\4\5\xb4\3\3\7\1"))),
                 ethernet(self.wire.guest_mac, ARP, arp(1, OUR_MAC, HOST, b"\0" * 6, GUEST))]
        for frame in whole:
            self.burst([frame[:length] for length in range(14, len(frame))], every=8)

    def test_lengths_that_lie(self):
        frames = []
        for total in (0, 1, 19, 20, 21, 27, 1000, 65535):
            frames.append(self.frame(ipv4(HOST, GUEST, 17, udp(HOST, GUEST, 999, 7, b"x" * 40), total=total)))
        for length in (0, 1, 7, 9, 1000, 65535):
            frames.append(self.frame(ipv4(HOST, GUEST, 17, udp(HOST, GUEST, 999, 7, b"x" * 40, length=length))))
        for offset in range(16):
            frames.append(self.frame(ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, 999, 80, 1, 0, SYN, b"x" * 9, offset=offset))))
        for first in range(256):
            packet = bytearray(self.echo(b"x" * 40))
            packet[0] = first
            frames.append(self.frame(bytes(packet)))
        self.burst(frames, every=8)

    def test_options_that_lie(self):
        frames = []
        for _ in range(500):
            options = random.randbytes(4 * random.randrange(1, 11))
            frames.append(self.frame(ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, 999, 80, 1, 0, SYN, options=options))))
            frames.append(self.frame(ipv4(HOST, GUEST, 1, icmp(8, 0, 1, b"x"), options=options)))
        self.burst(frames)

    def test_noise(self):
        frames = []
        for _ in range(5000):
            kind = random.choice((IPV4, ARP, 0x86dd, 0x8100, random.randrange(65536)))
            frames.append(ethernet(random.choice((self.wire.guest_mac, BROADCAST)), kind,
                                   random.randbytes(random.randrange(1500))))
        for _ in range(5000):
            packet = ipv4(HOST, GUEST, random.choice((1, 6, 17, random.randrange(256))),
                          random.randbytes(random.randrange(1400)))
            frames.append(self.frame(packet))
        self.burst(frames)

    def test_wrong_checksums(self):
        self.silence(self.echo(b"x", check=0x1234), self.is_echo_reply)
        bad = bytearray(self.echo(b"x"))
        bad[22] ^= 1
        self.silence(bytes(bad), self.is_echo_reply)
        self.silence(ipv4(HOST, GUEST, 17, udp(HOST, GUEST, 999, 7, b"x", check=0x1234)), lambda p: p.dport == 999)
        client = self.client()
        self.silence(ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, client.sport, 80, 1, 0, SYN, check=0x1234)),
                     lambda p: p.dport == client.sport)

    def test_arp_for_others(self):
        self.wire.drain(0.1)
        for other in ("10.0.2.16", "10.0.2.255", "0.0.0.0", "127.0.0.1", "224.0.0.1"):
            self.wire.send(ethernet(BROADCAST, ARP, arp(1, OUR_MAC, HOST, b"\0" * 6, other)))
            self.assertIsNone(self.wire.receive(lambda p: p.kind == ARP and p.operation == 2, 0.3), other)

    def test_arp_storm(self):
        frames = []
        for number in range(20000):
            address = f"10.0.2.{number % 250 + 3}" if number % 2 else f"10.{number % 256}.{number // 256}.1"
            frames.append(ethernet(BROADCAST, ARP, arp(1 + number % 2, random.randbytes(6), address, b"\0" * 6, GUEST)))
        self.burst(frames)

    def test_fragments_in_any_order(self):
        for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
            data = os.urandom(3000)
            whole = icmp(8, 0, 0x00070002, data)
            ident = random.randrange(65536)
            parts = [ipv4(HOST, GUEST, 1, whole[at:at + 1024], ident=ident,
                          fragment=at // 8 | (MORE_FRAGMENTS if at + 1024 < len(whole) else 0))
                     for at in range(0, len(whole), 1024)]
            for index in order:
                self.wire.send_ip(parts[index])
            self.assertIsNotNone(self.wire.receive(self.is_echo_reply), f"not put together in order {order}")

    def test_overlapping_fragments(self):
        frames = []
        for _ in range(3000):
            at, size = random.randrange(0, 1500, 8), random.randrange(8, 1400, 8)
            flag = MORE_FRAGMENTS if random.random() < 0.8 else 0
            frames.append(self.frame(ipv4(HOST, GUEST, random.choice((1, 17)), os.urandom(size),
                                          ident=random.randrange(20), fragment=at // 8 | flag)))
        self.burst(frames)

    def test_fragments_beyond_the_end(self):
        frames = [self.frame(ipv4(HOST, GUEST, 1, b"x" * 1400, ident=9, fragment=at // 8 | MORE_FRAGMENTS))
                  for at in range(0, 65536, 1400 // 8 * 8)]
        frames += [self.frame(ipv4(HOST, GUEST, 1, b"x" * 1000, ident=9, fragment=0x1fff)) for _ in range(10)]
        self.burst(frames, every=16)

    def test_fragments_that_never_end(self):
        """One packet's worth of half a kilobyte each, tens of megabytes in all: more than the guest may keep."""
        self.burst((self.frame(ipv4(f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", GUEST, 17, b"x" * 1400,
                                    ident=n & 0xffff, fragment=MORE_FRAGMENTS)) for n in range(40000)))

    def test_segments_out_of_window(self):
        client = self.client().open()
        for distance in (1 << 20, 1 << 30, (1 << 31) + 5, -5000, -(1 << 30)):
            for flags in (ACK, PSH | ACK, RST, RST | ACK, SYN, SYN | ACK, FIN | ACK):
                client.send(flags, b"evil" if flags & PSH else b"", seq=(client.seq + distance) & 0xffffffff)
            client.send(ACK, ack=(client.ack + distance) & 0xffffffff)
        client.send(SYN)                        # in the window: a challenge, no reset (RFC 5961, section 4)
        client.send(RST, seq=client.seq + 100)  # in the window, but not the next byte (section 3)
        self.wire.drain(0.3)
        client.write(b"GET /page HTTP/1.0\r\n\r\n")
        self.assertTrue(client.read_to_end().endswith(PAGE))

    def test_reset_ends_a_connection(self):
        for _ in range(200):
            client = self.client().open()
            client.send(RST)
        self.wire.drain(0.3)

    def test_strange_flags(self):
        frames = []
        for flags in range(256):
            for port in (80, 81):
                frames.append(self.frame(ipv4(HOST, GUEST, 6, tcp(HOST, GUEST, 1000 + flags, port, flags, flags, flags))))
        self.burst(frames)

    def test_impossible_sources(self):
        frames = []
        for source in ("0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.1", "10.0.2.255", GUEST, "240.0.0.1"):
            for packet in (ipv4(source, GUEST, 1, icmp(8, 0, 1, b"x")),
                           ipv4(source, GUEST, 17, udp(source, GUEST, 7, 7, b"x")),
                           ipv4(source, GUEST, 6, tcp(source, GUEST, 80, 80, 1, 0, SYN))):
                frames.append(self.frame(packet))
        self.burst(frames, every=4)

    def test_icmp_errors_about_nothing(self):
        frames = []
        for kind in (3, 4, 5, 11, 12):
            for code in range(16):
                inner = ipv4(GUEST, HOST, random.choice((1, 6, 17)), struct.pack("!HHI", 80, 999, 1))
                frames.append(self.frame(ipv4(HOST, GUEST, 1, icmp(kind, code, 0, inner[:random.randrange(29)]))))
                frames.append(self.frame(ipv4(HOST, GUEST, 1, icmp(kind, code, 68, inner))))
        self.burst(frames)

    def test_syn_flood(self):
        def flood():
            for number in range(SYN_FLOOD):
                source = f"{random.randrange(1, 224)}.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
                yield self.frame(ipv4(source, GUEST, 6, tcp(source, GUEST, random.randrange(1024, 65536), 80, number, 0, SYN)))

        before = self.received()
        self.burst(flood(), pause=0.001, every=128)
        arrived = self.received() - before
        self.assertGreater(arrived, SYN_FLOOD * 9 // 10, "most of the flood was lost before it reached the guest")
        self.fetch()  # at once, not only when it has calmed down

    test_syn_flood.deadline = 240


if __name__ == "__main__":
    unittest.main()

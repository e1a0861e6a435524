"""A guest with two cards between two peers: forwarding, what routers say, and the rules on the way. The second card gets
its address from the kernel's command line, which names it."""

import os
import unittest

from frames import Wire, icmp, ipv4, udp
from harness import Guest

LEFT, RIGHT = "10.0.2.2", "10.0.3.2"  # the peers
LEFT_GUEST, RIGHT_GUEST = "10.0.2.15", "10.0.3.15"
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000
FORWARDING = "/proc/sys/net/ipv4/ip_forward"


class Forwarding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.left, cls.right = Wire(LEFT), Wire(RIGHT)
        cls.addClassCleanup(cls.left.close)
        cls.addClassCleanup(cls.right.close)
        second = [*cls.right.netdev("n1"), "-device", "e1000,netdev=n1,romfile=,mac=52:54:00:00:03:15"]
        cls.guest = Guest(net=cls.left.netdev(), extra=second, memory=64, ip=f"ip={RIGHT_GUEST}:::255.255.255.0::eth1:off")
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        cls.guest.run(f"ifconfig eth0 {LEFT_GUEST} netmask 255.255.255.0 up")
        cls.left.resolve(LEFT_GUEST)
        cls.right.resolve(RIGHT_GUEST)

    def setUp(self):
        self.guest.run(f"echo 1 > {FORWARDING}; rules flush; rules policy forward accept")
        self.left.drain(0.1)
        self.right.drain(0.1)

    def packet(self, payload=b"x", destination=RIGHT, **header):
        return ipv4(LEFT, destination, 17, udp(LEFT, destination, 4000, 5000, payload), **header)

    def arrives(self, timeout=3):
        return self.right.receive(lambda p: p.protocol == 17 and p.ip_source == LEFT, timeout)

    def answer(self):
        return self.left.receive(lambda p: p.protocol == 1, 3)

    def test_off_by_default_and_by_the_switch(self):
        self.guest.run(f"echo 0 > {FORWARDING}")
        self.left.send_ip(self.packet())
        self.assertIsNone(self.arrives(0.5))
        self.guest.run("echo 1 > /proc/sys/net/ipv4/conf/all/forwarding")
        self.assertEqual(self.guest.run(f"cat {FORWARDING}").strip(), "1")
        self.left.send_ip(self.packet())
        self.assertIsNotNone(self.arrives())

    def test_both_ways_with_a_lower_ttl(self):
        self.left.send_ip(self.packet(b"there", ttl=9))
        packet = self.arrives()
        self.assertEqual((packet.ttl, packet.payload, packet.ip_good), (8, b"there", True))
        self.right.send_ip(ipv4(RIGHT, LEFT, 17, udp(RIGHT, LEFT, 5000, 4000, b"back"), ttl=33))
        packet = self.left.receive(lambda p: p.protocol == 17 and p.ip_source == RIGHT)
        self.assertEqual((packet.ttl, packet.payload), (32, b"back"))

    def test_time_exceeded(self):
        self.left.send_ip(self.packet(ttl=1))
        packet = self.answer()
        self.assertEqual((packet.icmp, packet.ip_source, packet.ip_destination), ((11, 0), LEFT_GUEST, LEFT))
        self.assertIsNone(self.arrives(0.3))

    def test_too_big_for_the_next_link(self):
        self.guest.run("ifconfig eth1 mtu 600")
        try:
            payload = os.urandom(1000)
            self.left.send_ip(self.packet(payload, fragment=DONT_FRAGMENT))
            packet = self.answer()
            self.assertEqual((packet.icmp, packet.icmp_info), ((3, 4), 600))
            self.left.send_ip(self.packet(payload, ident=77))
            pieces = [self.right.receive(lambda p: p.protocol == 17 and p.ident == 77) for _ in range(2)]
            self.assertEqual([p.fragment & MORE_FRAGMENTS for p in pieces], [MORE_FRAGMENTS, 0])
            whole = b"".join(p.frame[34:14 + int.from_bytes(p.frame[16:18], "big")] for p in pieces)
            self.assertEqual(whole[8:], payload)
        finally:
            self.guest.run("ifconfig eth1 mtu 1500")

    def test_nowhere_to_go(self):
        self.left.send_ip(self.packet(destination="192.0.2.1"))
        self.assertEqual(self.answer().icmp, (3, 0))

    def test_a_better_way_is_told(self):
        # Known, so that no "host unreachable" follows seconds later, into another test.
        self.guest.run("arp -s 10.0.2.3 02:00:00:00:00:03; route add -net 198.51.100.0 netmask 255.255.255.0 gw 10.0.2.3")
        try:
            self.left.send_ip(self.packet(destination="198.51.100.7"))
            packet = self.answer()
            self.assertEqual((packet.icmp, packet.icmp_info), ((5, 1), 0x0a000203))
        finally:
            self.guest.run("route del -net 198.51.100.0 netmask 255.255.255.0; arp -d 10.0.2.3")

    def test_the_forward_chain(self):
        self.guest.run("rules add forward in eth0 out eth1 proto udp dport 5000 drop")
        self.left.send_ip(self.packet())
        self.assertIsNone(self.arrives(0.5))
        self.assertRegex(self.guest.run("rules"), r"1 +1 +29  proto udp dport 5000 in eth0 out eth1 drop")
        self.guest.run("rules flush; rules add forward proto udp reject")
        self.left.send_ip(self.packet())
        packet = self.answer()
        self.assertEqual((packet.icmp, packet.ip_destination), ((3, 3), LEFT))
        self.guest.run("rules flush; rules policy forward drop; rules add forward from 10.0.2.0/24 accept")
        self.left.send_ip(self.packet())
        self.assertIsNotNone(self.arrives())
        self.right.send_ip(ipv4(RIGHT, LEFT, 17, udp(RIGHT, LEFT, 5000, 4000, b"back")))
        self.assertIsNone(self.left.receive(lambda p: p.protocol == 17, 0.5))

    def test_the_order_of_the_hooks(self):
        self.guest.run("dmesg -c >/dev/null; for c in pre_routing local_in forward local_out post_routing;"
                       " do rules add $c proto udp log; done")
        self.left.send_ip(self.packet())
        self.assertIsNotNone(self.arrives())
        chains = [line.split("rules: ")[1].split()[0] for line in self.guest.run("dmesg").splitlines() if "rules: " in line]
        self.assertEqual(chains, ["pre_routing", "forward", "post_routing"])

    def test_the_router_itself_answers_on_both_sides(self):
        for wire, peer, guest in ((self.left, LEFT, LEFT_GUEST), (self.right, RIGHT, RIGHT_GUEST)):
            wire.send_ip(ipv4(peer, guest, 1, icmp(8, 0, 1, b"ping")))
            packet = wire.receive(lambda p: p.protocol == 1 and p.icmp == (0, 0))
            self.assertEqual(packet.ip_source, guest)


if __name__ == "__main__":
    unittest.main()

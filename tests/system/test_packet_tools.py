"""Debian's own tools on packet sockets, unmodified: tcpdump (its libraries and the dynamic loader come along) watches what goes
over the wire and through lo, and busybox's udhcpc and arping speak DHCP and ARP by themselves; its tunctl makes taps."""

import os
import re
import shutil
import struct
import subprocess
import unittest

from harness import HOST_ADDRESS, Guest


def with_libraries(path):
    """A dynamic program's files for the initrd: itself, and what ldd(1) says it needs."""
    path = shutil.which(path)
    files = {"/t/" + os.path.basename(path): path}
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        files[library] = library
    return files


def frames_of(pcap):
    """The frames of a capture file (pcap-savefile(5)), which must be whole."""
    magic, _, _, _, _, _, link = struct.unpack("<IHHiIII", pcap[:24])
    assert magic == 0xa1b2c3d4 and link == 1, (hex(magic), link)
    frames, at = [], 24
    while at < len(pcap):
        _, _, kept, length = struct.unpack("<IIII", pcap[at:at + 16])
        assert kept == length and at + 16 + kept <= len(pcap)
        frames.append(pcap[at + 16:at + 16 + kept])
        at += 16 + kept
    return frames


class PacketTools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = {**with_libraries("tcpdump"), "/t/busybox": "/bin/busybox",
                 # Debian's tcpdump goes on as a user of its own once it has its socket.
                 "/etc/passwd": b"root:x:0:0:root:/root:/bin/sh\ntcpdump:x:101:101::/nonexistent:/bin/false\n",
                 "/etc/group": b"root:x:0:\ntcpdump:x:101:\n",
                 "/t/leased": b"#!/bin/sh\necho \"lease $1 $ip $router $dns\"\n"}
        cls.guest = Guest(files=files, memory=160)
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def capture(self, device, options, action):
        """What tcpdump prints while the action runs in the guest."""
        self.guest.run(f"/t/tcpdump -i {device} -n {options} >/tmp/out 2>/tmp/err & dump=$!")
        self.guest.run("n=0; while [ $n -lt 50 ] && ! grep -q listening /tmp/err; do sleep 0.1; n=$((n + 1)); done", 20)
        self.guest.run(action, 40)
        self.guest.run("sleep 0.3; kill -INT $dump; wait $dump", 20)
        return self.guest.run("cat /tmp/out /tmp/err")

    def test_ping_on_the_wire(self):
        # Promiscuous mode writes the receive control, after which QEMU's card hears nothing for a second.
        said = self.capture("eth0", "icmp", f"sleep 1.2; ping -c 2 {HOST_ADDRESS}")
        self.assertEqual(len(re.findall(r"10\.0\.2\.15 > 10\.0\.2\.2: ICMP echo request", said)), 2, said)
        self.assertEqual(len(re.findall(r"10\.0\.2\.2 > 10\.0\.2\.15: ICMP echo reply", said)), 2, said)
        self.assertRegex(said, r"4 packets captured")
        self.assertRegex(said, r"0 packets dropped by kernel")

    def test_filter_on_lo(self):
        self.guest.run("mkdir -p /tmp/www; echo watched >/tmp/www/page; httpd -d -h /tmp/www; sleep 0.3")
        said = self.capture("lo", "tcp port 80", "wget -q -O /dev/null http://127.0.0.1/page; ping -c 1 127.0.0.1")
        self.assertRegex(said, r"127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.80: Flags \[S\]")
        self.assertRegex(said, r"HTTP: GET /page HTTP/1\.[01]")
        self.assertNotIn("ICMP", said)

    def test_capture_file(self):
        said = self.capture("eth0", "-p -U -w /tmp/wire.pcap icmp or arp", f"ping -c 3 -s 1000 {HOST_ADDRESS}")
        self.assertRegex(said, r"[6-9] packets captured")
        text = self.guest.run("/t/busybox xxd -p /tmp/wire.pcap", 20)
        frames = frames_of(bytes.fromhex("".join(text.split())))
        echoes = [f for f in frames if f[12:14] == b"\x08\0" and f[23] == 1]
        self.assertEqual([f[34] for f in echoes], [8, 0] * 3)
        self.assertEqual({len(f) for f in echoes}, {14 + 20 + 8 + 1000})

    def test_any_device(self):
        said = self.capture("any", "icmp", f"ping -c 1 127.0.0.1; ping -c 1 {HOST_ADDRESS}")
        self.assertRegex(said, r"lo +In +IP 127\.0\.0\.1 > 127\.0\.0\.1: ICMP echo request")
        self.assertRegex(said, r"eth0 +Out +IP 10\.0\.2\.15 > 10\.0\.2\.2: ICMP echo request")

    def test_udhcpc(self):
        self.guest.run("chmod 755 /t/leased")
        said = self.guest.run("/t/busybox udhcpc -i eth0 -n -q -f -s /t/leased 2>&1", 40)
        self.assertRegex(said, r"lease deconfig")
        self.assertRegex(said, r"lease bound 10\.0\.2\.15 10\.0\.2\.2 10\.0\.2\.3")

    def test_arping(self):
        said = self.guest.run(f"/t/busybox arping -c 2 -I eth0 {HOST_ADDRESS} 2>&1", 20)
        self.assertRegex(said, r"Unicast reply from 10\.0\.2\.2 \[")
        self.assertRegex(said, r"Received 2 resp")

    def test_our_arping(self):
        for program in ("arping", "arping32"):
            said = self.guest.run(f"{program} -c 1 {HOST_ADDRESS}")
            self.assertRegex(said, r"^10\.0\.2\.2 is at 52:55:0a:00:02:02 time=[0-9.]+ ms\n1 asked, 1 answered\n$")
        said, status = self.guest.status("arping -c 1 10.0.2.99")
        self.assertEqual((said, status), ("1 asked, 0 answered\n", 1))

    def test_tunctl(self):
        """A tap that stays until it is taken away, set up by busybox's ip."""
        self.assertEqual(self.guest.run("/t/busybox tunctl -t tap5"), "tap5\n")
        self.guest.run("/t/busybox ip addr add 10.5.0.1/24 dev tap5; /t/busybox ip link set tap5 up")
        self.assertRegex(self.guest.run("/t/busybox ip addr show tap5"), r"NO-CARRIER(.|\n)*link/ether(.|\n)*inet 10\.5\.0\.1/24")
        self.assertRegex(self.guest.run("route"), r"10\.5\.0\.0 .* tap5")
        self.guest.run("/t/busybox tunctl -d tap5")
        self.assertNotEqual(self.guest.status("ifconfig tap5 2>/dev/null")[1], 0)
        self.assertNotIn("tap5", self.guest.run("route"))


if __name__ == "__main__":
    unittest.main()

"""IPv6 on a real link with a real peer, and on QEMU's user network."""

import os
import re
import shutil
import subprocess
import sys
import unittest

from harness import Guest, program
from test_packet_tools import with_libraries


class Link(unittest.TestCase):
    def test_both_ways_with_linux(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ipv6_link.py")
        done = subprocess.run(["unshare", "-Urn", sys.executable, script], text=True, capture_output=True, timeout=150, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Programs(unittest.TestCase):
    """The bundled programs speak IPv6, of both architectures."""

    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(files={"/www/page": b"a page\n" * 1000, "/t/dnsd": program("dnsd")})
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        cls.guest.run("/t/dnsd; echo nameserver 127.0.0.1 >/etc/resolv.conf; httpd -d")
        cls.guest.run("while ! netstat -tln | grep -q :80; do sleep 0.1; done", 15)

    def test_http(self):
        for suffix in ("", "32"):
            for url in ("[::1]/page", "[::1]:80/page", "127.0.0.1/page", "six.test/page", "[::ffff:127.0.0.1]/page"):
                shown = self.guest.run(f"wget{suffix} -q -O - 'http://{url}' | cmp - /www/page && echo same")
                self.assertEqual(shown, "same\n", url)
            output, status = self.guest.status(f"wget{suffix} -4 -q -O - http://six.test/page")
            self.assertIn("host not found", output)
            self.assertEqual(status, 1)

    def test_nc(self):
        for number, suffix in enumerate(("", "32")):
            for kind, port in (("", 7001 + number), ("-u", 7003 + number)):
                waiting = f"while ! netstat -tuln | grep -q ':{port} '; do sleep 0.1; done"
                for address in ("::1", "127.0.0.1"):
                    self.guest.run(f"nc{suffix} {kind} -v -w 1 -l {port} >/tmp/heard 2>&1 & {waiting}", 15)
                    self.guest.run(f"echo words | nc{suffix} {kind} -w 1 -q 0 {address} {port}; wait", 15)
                    shown = self.guest.run("cat /tmp/heard")
                    self.assertIn("words", shown)
                    self.assertIn("from [::1]:" if address == "::1" else "from 127.0.0.1:", shown)
            self.assertIn("[::1]:80", self.guest.run(f"nc{suffix} -z -v -w 1 ::1 79-81 2>&1"))

    def test_the_switch_for_forwarding(self):
        knob = "/proc/sys/net/ipv6/conf/all/forwarding"
        self.assertEqual(self.guest.run(f"cat {knob}"), "0\n")
        for written, shown in ((1, 1), (2, 1), (0, 0)):
            self.assertEqual(self.guest.run(f"echo {written} 2>/dev/null >{knob}; cat {knob}").split()[-1], str(shown))
        self.assertIn("Ip6OutForwDatagrams", self.guest.run("cat /proc/net/snmp6"))

    def test_ping(self):
        for suffix in ("", "32"):
            for line in ("::1", "-6 localhost", "-6 six.test"):
                self.assertIn(" 0% lost", self.guest.run(f"ping{suffix} -c 1 {line}"), line)
            output, status = self.guest.status(f"ping{suffix} -4 -c 1 ::1")
            self.assertIn("host not found", output)
            self.assertEqual(status, 1)

    def test_names(self):
        for suffix in ("", "32"):
            self.assertRegex(self.guest.run(f"nslookup{suffix} six.test", 30), r"six\.test +\d+ AAAA +::1\n")
            self.assertRegex(self.guest.run(f"nslookup{suffix} localhost"), r"(?s)A +127\.0\.0\.1\n.*AAAA +::1\n")
            self.assertIn("six.test", self.guest.run(f"nslookup{suffix} ::1", 30))

    def test_addresses_and_routes(self):
        for number, suffix in ((1, ""), (2, "32")):
            run = self.guest.run
            own, net = f"2001:db8:{number}::7", f"2001:db8:ffff:{number}::/64"
            self.assertIn("inet6 addr:::1/128  Scope:Host\n", run(f"ifconfig{suffix} lo"))
            run(f"ifconfig{suffix} eth0 add {own}/64")
            self.assertRegex(run(f"ifconfig{suffix} eth0"), rf"inet6 addr:{own}/64  Scope:Global.*\n")
            self.assertRegex(run(f"route{suffix} -6"), rf"2001:db8:{number}::/64 +:: +U +256 +eth0\n")
            run(f"route{suffix} -6 add {net} gw {own[:-1]}9 metric 5 dev eth0")
            self.assertRegex(run(f"netstat{suffix} -6 -r"), rf"{net} +{own[:-1]}9 +UG +5 +eth0\n")
            self.assertIn("File exists", self.guest.status(f"route{suffix} -6 add {net} gw {own[:-1]}9 metric 5 dev eth0")[0])
            run(f"route{suffix} -6 del {net}")
            self.assertNotIn(net, run(f"route{suffix} -6"))
            run(f"ifconfig{suffix} eth0 del {own}/64")
            self.assertNotIn(own, run(f"ifconfig{suffix} eth0"))
            self.assertIn("No such process", self.guest.status(f"route{suffix} -6 del {net}")[0])

    def test_counters(self):
        def count(name):
            return int(re.search(rf"(?m)^{name} +\t(\d+)$", self.guest.run("cat /proc/net/snmp6"))[1])

        before = count("Icmp6InEchos")
        self.guest.run("ping -c 1 ::1")
        self.assertEqual(count("Icmp6InEchos"), before + 1)
        self.assertRegex(self.guest.run("netstat -s"), rf"Icmp6InEchos +{before + 1}\n")

    def test_sockets_shown(self):
        for suffix in ("", "32"):
            self.assertRegex(self.guest.run(f"netstat{suffix} -tln"), r"tcp6 +0 +0 +:::80 +:::\* +LISTEN\n")
            self.assertNotIn("tcp6", self.guest.run(f"netstat{suffix} -4 -tan"))
            self.assertNotRegex(self.guest.run(f"netstat{suffix} -6 -tan"), r"(?m)^tcp ")

    def test_greeting(self):
        for number, suffix in enumerate(("", "32")):
            port = 5006 + number
            self.guest.run(f"replyhi{suffix} ::1 {port} >/tmp/greeted; while ! netstat -tln | grep -q :{port}; do sleep 0.1; done", 15)
            shown = self.guest.run(f"hello{suffix} ::1 {port}")
            self.assertEqual(shown, f"send hello to [::1]:{port}\nrecv hi from [::1]:{port}\n")
            self.assertIn("recv hello from [::1]:", self.guest.run("cat /tmp/greeted"))


class IpTool(unittest.TestCase):
    """Stock `ip`, busybox's and iproute2's, over AF_NETLINK."""

    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(files={"/bin/busybox": shutil.which("busybox"), **with_libraries("ip")})
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def test_both(self):
        for number, ip in ((1, "/t/ip"), (2, "busybox ip")):
            with self.subTest(ip):
                self.check(f"{ip} -6", number)

    def check(self, ip, n):
        run = self.guest.run
        run(f"{ip} addr add 2001:db8:{n}::7/64 dev eth0")
        self.assertRegex(run(f"{ip} addr show dev eth0"), rf"inet6 2001:db8:{n}::7/64 scope global")
        self.assertIn("File exists", self.guest.status(f"{ip} addr add 2001:db8:{n}::7/64 dev eth0")[0])
        self.assertIn("inet6 ::1/128 scope host", run(f"{ip} addr show dev lo"))
        run(f"{ip} route add 2001:db8:f{n}::/48 via 2001:db8:{n}::9 dev eth0 metric 7")
        self.assertRegex(run(f"{ip} route"), rf"(?m)^2001:db8:f{n}::/48 via 2001:db8:{n}::9 dev eth0 +metric 7")
        self.assertRegex(run(f"{ip} route"), rf"(?m)^2001:db8:{n}::/64 dev eth0 .*metric 256")
        self.assertIn("File exists", self.guest.status(f"{ip} route add 2001:db8:f{n}::/48 via 2001:db8:{n}::8 dev eth0 metric 7")[0])
        run(f"{ip} route replace 2001:db8:f{n}::/48 via 2001:db8:{n}::8 dev eth0 metric 7")
        shown = run(f"{ip} route")
        self.assertIn(f"via 2001:db8:{n}::8 dev eth0", shown)
        self.assertNotIn(f"via 2001:db8:{n}::9 dev eth0", shown)
        run(f"while {ip} addr show dev eth0 | grep -q tentative; do sleep 0.2; done", 10)
        self.assertRegex(run(f"{ip} route get 2001:db8:f{n}::1"), rf"2001:db8:f{n}::1 via 2001:db8:{n}::8 dev eth0 .*src 2001:db8:{n}::7")
        run(f"{ip} route del 2001:db8:f{n}::/48")
        self.assertIn("No such process", self.guest.status(f"{ip} route del 2001:db8:f{n}::/48")[0])
        run(f"{ip} route add unreachable 2001:db8:e{n}::/48")
        self.assertRegex(self.guest.status(f"{ip} route get 2001:db8:e{n}::1")[0], "No route to host|Network is unreachable")
        run(f"{ip} route del unreachable 2001:db8:e{n}::/48")
        run(f"/t/ip -6 neigh add 2001:db8:{n}::5 lladdr 02:00:00:00:00:05 dev eth0")
        self.assertRegex(run(f"{ip} neigh"), rf"2001:db8:{n}::5 dev eth0 lladdr 02:00:00:00:00:05.* PERMANENT")
        run(f"/t/ip -6 neigh del 2001:db8:{n}::5 dev eth0")
        self.assertNotRegex(run(f"{ip} neigh"), rf"2001:db8:{n}::5 .*PERMANENT")
        run(f"{ip} addr del 2001:db8:{n}::7/64 dev eth0")
        self.assertNotIn(f"2001:db8:{n}:", run(f"{ip} addr; {ip} route"))

    def test_lifetimes_and_listening(self):
        run = self.guest.run
        run("/t/ip -6 monitor address route >/tmp/heard 2>&1 & echo $! >/tmp/pid; sleep 0.5")
        run("/t/ip -6 addr add 2001:db8:9::7/64 dev eth0 valid_lft 2 preferred_lft 1 nodad")
        self.assertRegex(run("/t/ip -6 addr show dev eth0"), r"2001:db8:9::7/64 scope global dynamic[^\n]*\n +valid_lft [12]sec preferred_lft [01]sec")
        run("/t/ip -6 route add 2001:db8:d9::/48 dev eth0; /t/ip -6 route del 2001:db8:d9::/48")
        run("while /t/ip -6 addr | grep -q 2001:db8:9::7; do sleep 0.2; done", 10)
        heard = run("sleep 0.3; kill $(cat /tmp/pid); cat /tmp/heard")
        self.assertRegex(heard, r"inet6 2001:db8:9::7/64 scope global")
        self.assertRegex(heard, r"Deleted .*inet6 2001:db8:9::7/64")
        self.assertRegex(heard, r"(?m)^2001:db8:d9::/48 dev eth0")
        self.assertRegex(heard, r"(?m)^Deleted 2001:db8:d9::/48 dev eth0")


class UserNetwork(unittest.TestCase):
    def test_address_by_router_and_without(self):
        with Guest(files={"/bin/busybox": shutil.which("busybox")}) as guest:
            guest.wait_for_shell()
            guest.run("until grep -q '^fec0.* [08]0 *eth0' /proc/net/if_inet6; do sleep 1; done", 20)
            self.assertIn(" 0% packet loss", guest.run("busybox ping -6 -c 1 fec0::2"))
            self.assertIn(" 0% packet loss", guest.run("busybox ping -6 -c 1 ::1"))

    def test_switched_off(self):
        with Guest(append="ipv6.disable=1", files={"/bin/busybox": shutil.which("busybox")}) as guest:
            guest.wait_for_shell()
            self.assertNotEqual(guest.status("cat /proc/net/if_inet6")[1], 0)
            self.assertNotEqual(guest.status("busybox ping -6 -c 1 ::1")[1], 0)
            self.assertEqual(guest.status("ping -c 1 127.0.0.1")[1], 0)


if __name__ == "__main__":
    unittest.main()

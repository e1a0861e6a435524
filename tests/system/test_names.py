"""Names: nslookup, and the resolver of libc in programs that take a name, against a DNS server in the guest."""

import os
import unittest

from harness import BUILD, Guest, program


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(files={"/t/dnsd": program("dnsd")})
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        cls.guest.run("/t/dnsd; echo nameserver 127.0.0.1 >/etc/resolv.conf")

    def test_names_and_addresses(self):
        """The server drops the first question: whoever asks must ask again."""
        for suffix in ("", "32"):
            self.assertIn("10.0.2.7", self.guest.run(f"nslookup{suffix} plumb.test 127.0.0.1", 30))
            self.assertIn("plumb.test", self.guest.run(f"nslookup{suffix} 10.0.2.7 127.0.0.1", 30))
            self.assertIn("no such name", self.guest.run(f"nslookup{suffix} nowhere.test 127.0.0.1 2>&1 || true", 30))

    def test_resolver_of_libc(self):
        for suffix in ("", "32"):
            self.assertIn("10.0.2.7", self.guest.run(f"ping{suffix} -c 1 -W 1 plumb.test 2>&1 || true", 30))
            self.assertIn("nowhere.test", self.guest.run(f"wget{suffix} -O - http://nowhere.test/ 2>&1 || true", 30))
            self.assertIn("127.0.0.1", self.guest.run(f"ping{suffix} -c 1 localhost", 30))


class Nameserver(unittest.TestCase):
    """Answers over TCP, lost questions, silence: libc's resolver against the server in tests/libc/dns.c."""

    def test_resolver(self):
        files = {f"/t/dns-{bits}": os.path.join(BUILD, f"tests/libc/dns-{bits}") for bits in (64, 32)}
        with Guest(files=files) as guest:
            guest.wait_for_shell()
            for servers, argument in (("127.0.0.1", ""), ("127.0.0.2 127.0.0.1", "two")):
                lines = [f"nameserver {server}" for server in servers.split()] + ["options timeout:1 attempts:2"]
                guest.run("{ " + " ".join(f"echo '{line}';" for line in lines) + " } >/etc/resolv.conf")
                for bits in (64, 32):
                    output, status = guest.status(f"/t/dns-{bits} {argument}", 40)
                    self.assertEqual(status, 0, output)
                    self.assertRegex(output, r"^\d+ passed, 0 failed\s*$")

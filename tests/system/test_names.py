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

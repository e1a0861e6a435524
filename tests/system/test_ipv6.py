"""IPv6 on a real link with a real peer, and on QEMU's user network."""

import os
import shutil
import subprocess
import sys
import unittest

from harness import Guest


class Link(unittest.TestCase):
    def test_both_ways_with_linux(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ipv6_link.py")
        done = subprocess.run(["unshare", "-Urn", sys.executable, script], text=True, capture_output=True, timeout=150, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


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

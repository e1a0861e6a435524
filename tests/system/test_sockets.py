"""The table of docs/sockets.md, and what an event costs when 100,000 descriptors are watched."""

import os
import re
import subprocess
import sys
import unittest

from harness import BUILD, Guest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Table(unittest.TestCase):
    def test_the_document_is_what_the_programs_count(self):
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tools/socket_table.py"), "--check"], capture_output=True, text=True,
                              timeout=100, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Epoll(unittest.TestCase):
    def test_an_event_costs_the_same_among_100000(self):
        """Both architectures; the programs themselves assert that it is less than three times as much as among 100."""
        files = {f"/t/{kind}": os.path.join(BUILD, f"tests/guest/epoll_many-{kind}") for kind in ("64", "32")}
        with Guest(memory=256, files=files) as guest:
            guest.wait_for_shell()
            for kind in ("64", "32"):
                output, status = guest.status(f"/t/{kind} figures 2>&1", 60)
                print(f"{kind}-bit program: {output.splitlines()[0]}")
                self.assertEqual(status, 0, output)
                self.assertRegex(output, re.compile(r"100000 idle"))


if __name__ == "__main__":
    unittest.main()

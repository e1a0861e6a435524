"""The programs of tests/guest, made by the stock compilers, run on the host's Linux and then in Plumb: what they print and
how they end must be the same. One boot for all of them."""

import difflib
import os
import subprocess
import tempfile
import unittest

from harness import BUILD, Guest

FOLDER = os.path.join(BUILD, "tests/guest")
LIMIT = 60


def programs():
    return sorted(name for name in os.listdir(FOLDER) if os.access(os.path.join(FOLDER, name), os.X_OK)
                  and not os.path.isdir(os.path.join(FOLDER, name))) if os.path.isdir(FOLDER) else []


def on_the_host(name):
    """(output, status) on Linux. The program stands where it stands in the guest, relative to its folder."""
    with tempfile.TemporaryDirectory(prefix="plumb-guest-") as folder:
        done = subprocess.run([os.path.join(FOLDER, name)], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    return done.stdout.decode(errors="replace"), done.returncode if done.returncode >= 0 else 128 - done.returncode


class GuestPrograms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = programs()
        if not names:
            raise AssertionError(f"no programs in {FOLDER}: make test-system builds them")
        cls.boot()

    @classmethod
    def boot(cls):
        cls.guest = Guest(memory=256, files={f"/t/{name}": os.path.join(FOLDER, name) for name in programs()})
        cls.guest.wait_for_shell()
        cls.guest.run("mkdir -p /tmp/w; cd /tmp/w")

    @classmethod
    def tearDownClass(cls):
        cls.guest.close()

    def compare(self, name):
        expected, expected_status = on_the_host(name)
        self.assertEqual(expected_status, 0, f"it fails on Linux already:\n{expected[-1500:]}")
        try:
            output, status = self.guest.status(f"/t/{name} </dev/null 2>&1", LIMIT)
        except AssertionError:
            self.tearDownClass()  # it hangs or has taken the kernel with it: the others get a new one
            self.boot()
            raise
        if (output.splitlines(), status) != (expected.splitlines(), expected_status):
            lines = difflib.unified_diff(expected.splitlines(), output.splitlines(), "Linux", "Plumb", n=0, lineterm="")
            self.fail(f"status {status}\n" + "\n".join(list(lines)[:25]))


def add_test(name):
    def test(self):
        self.compare(name)
    setattr(GuestPrograms, "test_" + name.replace("-", "_"), test)


for program_name in programs():
    add_test(program_name)
if not programs():
    add_test("none_is_built")


if __name__ == "__main__":
    unittest.main()

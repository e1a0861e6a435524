"""Programs that run on the host's Linux and then in Plumb: what they print and how they end must be the same. One boot
for all the programs of a folder."""

import difflib
import os
import subprocess
import tempfile

from harness import Guest

LIMIT = 60


def programs_in(folder):
    if not os.path.isdir(folder):
        return []
    paths = {name: os.path.join(folder, name) for name in os.listdir(folder)}
    return sorted(name for name, path in paths.items() if os.path.isfile(path) and os.access(path, os.X_OK))


def on_the_host(program):
    """(output, status) on Linux. The program stands where it stands in the guest, relative to its folder."""
    with tempfile.TemporaryDirectory(prefix="plumb-guest-") as folder:
        done = subprocess.run([program], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    return done.stdout.decode(errors="replace"), done.returncode if done.returncode >= 0 else 128 - done.returncode


class Compared:
    """To be mixed into a TestCase with a `folder`; then add_tests(the class)."""

    folder = None
    memory = 256

    @classmethod
    def setUpClass(cls):
        if not programs_in(cls.folder):
            raise AssertionError(f"no programs in {cls.folder}: make test-system builds them")
        cls.boot()

    @classmethod
    def boot(cls):
        cls.guest = Guest(memory=cls.memory, files={f"/t/{name}": os.path.join(cls.folder, name)
                                                    for name in programs_in(cls.folder)})
        cls.guest.wait_for_shell()
        cls.guest.run("mkdir -p /tmp/w; cd /tmp/w")

    @classmethod
    def tearDownClass(cls):
        cls.guest.close()

    def compare(self, name):
        expected, expected_status = on_the_host(os.path.join(self.folder, name))
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


def add_tests(case):
    """One test for each program; none at all is a failure, too."""
    for name in programs_in(case.folder) or ["none_is_built"]:
        def test(self, name=name):
            self.compare(name)
        setattr(case, "test_" + name.replace("-", "_"), test)

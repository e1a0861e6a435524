"""Random sequences of socket calls through the three doors, on the host's Linux and in Plumb: they answer alike, or the difference is
one of the explained (docs/differences.md). RANDOM_SEQUENCES says how many for each architecture (1,500, of 34 calls each)."""

import os
import re
import subprocess
import tempfile
import unittest

from harness import ROOT, Guest, program

SEQUENCES = int(os.environ.get("RANDOM_SEQUENCES", "1500"))
CALLS = 34
# As many as fit into a boot before what is left in TIME_WAIT meets the next that uses its ports.
AT_ONCE = 6000
HOST_TRIES = 4


def explained():
    """[(what Linux says, what Plumb says)]: the first line in which the two differ. From the table in docs/differences.md."""
    with open(os.path.join(ROOT, "docs/differences.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| .+ \|$", file.read(), re.M)
    return [(re.compile(linux), re.compile(plumb)) for linux, plumb in rows]


def on_linux(path, *arguments):
    """In a network of its own, which needs no rights."""
    with tempfile.TemporaryDirectory(prefix="plumb-calls-") as folder:
        return subprocess.run(["unshare", "-Urn", path, *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120, check=True).stdout.decode()


class RandomCalls(unittest.TestCase):
    def compare(self, guest, path, name, number, known):
        """None when Linux answers so too, sometimes, or the difference is explained."""
        plumb = guest.run(f"{name} -v {number}").splitlines()[:-1]
        for _ in range(HOST_TRIES):
            linux = on_linux(path, "-v", number).splitlines()[:-1]
            if linux == plumb:
                return None
        first = next((pair for pair in zip(linux, plumb) if pair[0] != pair[1]), ("", ""))
        if any(a.search(first[0]) and b.search(first[1]) for a, b in known):
            return None
        return f"sequence {number}: Linux: {first[0].strip()}   Plumb: {first[1].strip()}"

    def test_sequences_agree(self):
        known = explained()
        calls = 0
        for flag in ("-m64", "-m32"):
            path = program("random_calls", flag)
            for start in range(0, SEQUENCES, AT_ONCE):
                count = min(AT_ONCE, SEQUENCES - start)
                with Guest(net=None, ip="", memory=128, files={"/t/calls": path}) as guest:
                    guest.wait_for_shell()
                    guest.run("mkdir /tmp/w; cd /tmp/w; /t/calls 999999 20")
                    before = guest.free_memory()
                    linux = on_linux(path, start, count).splitlines()
                    plumb = guest.run(f"/t/calls {start} {count}", 30 + count / 50).splitlines()
                    self.assertEqual(len(plumb), count)
                    differ = [line.split()[0] for line, other in zip(linux, plumb) if line != other]
                    unexplained = list(filter(None, (self.compare(guest, path, "/t/calls", number, known) for number in differ)))
                    if unexplained:
                        self.fail("\n".join(unexplained[:20]))
                    self.comes_back(guest, before)
                    calls += count * CALLS
        print(f"{calls} calls agree with Linux's")

    def comes_back(self, guest, before):
        """What is in TIME_WAIT goes after a minute; the rest at once: 400 bytes for each of the former are allowed."""
        waiting = int(re.search(r"tw (\d+)", guest.run("grep TCP: /proc/net/sockstat"))[1])
        missing = (before - guest.free_memory()) * 1024 - waiting * 400
        self.assertLess(missing, 512 * 1024, f"{missing} bytes are gone, {waiting} in TIME_WAIT")

"""Threads under load in the guest, for as long as one likes: 64 threads on locks, a pool serving TCP connections, and
cancellation, with libc and with the stock libraries, both architectures, in one guest. THREAD_SECONDS says how long in
all (20)."""

import os
import time
import unittest

from harness import BUILD, Guest

SECONDS = int(os.environ.get("THREAD_SECONDS", "20"))
# Of the time, in tenths.
SHARES = {"pthread_stress": 6, "pthread_pool": 3, "pthread_cancel": 1}
BUILDS = {"ours64": "tests/libc/guest/%s-64", "ours32": "tests/libc/guest/%s-32", "glibc64": "tests/guest/%s-64",
          "glibc32": "tests/guest/%s-32", "musl": "tests/guest/%s-musl"}


class Threads(unittest.TestCase):
    def test_under_load(self):
        files = {f"/t/{name}-{build}": os.path.join(BUILD, path % name) for name in SHARES for build, path in BUILDS.items()}
        with Guest(memory=128, files=files) as guest:
            guest.wait_for_shell()
            guest.run("mkdir -p /tmp/w; cd /tmp/w")
            memory = None
            for name, share in SHARES.items():
                for build in BUILDS:
                    seconds = max(1, SECONDS * share // 10 // len(BUILDS))
                    output, status = guest.status(f"/t/{name}-{build} {seconds} </dev/null 2>&1", seconds + 60)
                    self.assertEqual(status, 0, f"{name} {build}:\n{output[-1500:]}")
                    self.assertRegex(output, r"^\d+ passed, 0 failed\n$", f"{name} {build}")
                    memory = memory or guest.free_memory()
            for _ in range(14):  # the pool's connections stay in TIME_WAIT for a minute
                if guest.free_memory() > memory - 1024:
                    break
                time.sleep(5)
            self.assertGreater(guest.free_memory(), memory - 1024, "memory didn't come back")

    test_under_load.deadline = 200 + 2 * SECONDS


if __name__ == "__main__":
    unittest.main()

"""Twenty-four programs at once in 64 MiB, killed at random, with traffic from the host meanwhile; and memory running out.
STRESS_SECONDS says how long (20)."""

import os
import re
import threading
import time
import unittest

from harness import Guest, program
from peers import exchange

ALONE = True

SECONDS = int(os.environ.get("STRESS_SECONDS", "20"))
WORKERS = 24


class Stress(unittest.TestCase):
    def setUp(self):
        self.guest = Guest(memory=64, forward=[80],
                           files={"/t/stress64": program("stress"), "/t/stress32": program("stress", "-m32"),
                                  "/t/eat64": program("eat"), "/t/eat32": program("eat", "-m32"),
                                  "/www/page": b"p" * 10000})
        self.addCleanup(self.guest.close)
        self.guest.wait_for_shell()
        self.guest.run("httpd -d -h /www")
        self.fetch()
        time.sleep(0.5)
        self.memory = self.guest.free_memory()
        self.processes = self.process_count()

    def fetch(self):
        answer = exchange(self.guest.ports[80], b"GET /page HTTP/1.0\r\n\r\n", 30)
        self.assertTrue(answer.endswith(b"p" * 10000))

    def process_count(self):
        return len(re.findall(r"^[0-9]+$", self.guest.run("ls /proc"), re.M))

    def comes_back(self):
        """Free memory, and the number of processes: zombies would be among them."""
        deadline = time.monotonic() + 75
        while True:
            free, processes = self.guest.free_memory(), self.process_count()
            if free >= self.memory - 1024 and processes <= self.processes:
                return
            self.assertLess(time.monotonic(), deadline,
                            f"{self.memory - free} KiB and {processes - self.processes} processes didn't come back:\n"
                            + self.guest.run("ps"))
            time.sleep(1)

    def with_traffic(self, command, seconds):
        """Runs a command in the guest while the host fetches pages."""
        over, fetched, errors = threading.Event(), [], []

        def traffic():
            while not over.is_set():
                try:
                    exchange(self.guest.ports[80], b"GET /page HTTP/1.0\r\n\r\n", 20)
                    fetched.append(1)
                except AssertionError as error:
                    errors.append(error)

        clients = [threading.Thread(target=traffic) for _ in range(2)]
        for client in clients:
            client.start()
        try:
            output = self.guest.run(command, seconds + 60)
        finally:
            over.set()
            for client in clients:
                client.join()
        self.assertFalse(errors, errors[:1])
        self.assertGreater(len(fetched), 0)
        return output

    def test_many_programs_killed_at_random(self):
        for name in ("stress64", "stress32"):
            output = self.with_traffic(f"/t/{name} {max(1, SECONDS // 2)} {WORKERS}", SECONDS)
            self.assertIn(f"workers {WORKERS} killed some bad 0", output)
        self.fetch()
        self.comes_back()

    test_many_programs_killed_at_random.deadline = 240 + 2 * SECONDS

    def test_programs_of_ours_killed_at_random(self):
        """Shells, pipes and clients, in the background and killed by number."""
        self.guest.run("mkdir -p /tmp/s; cd /tmp/s")
        loops = ["while true; do ls -lR / | grep -c bin; done", "while true; do wget -q -O /dev/null http://127.0.0.1/page; done",
                 "while true; do echo x | cat | cat | wc; done", "while true; do cp /www/page f$$; rm -f f$$; done"]
        for number in range(WORKERS):
            self.guest.run(f"sh -c '{loops[number % len(loops)]}' >/dev/null 2>&1 & pids=\"$pids $!\"")
        end = time.monotonic() + min(SECONDS, 30) / 2
        while time.monotonic() < end:
            self.fetch()
        self.guest.run("for p in $pids; do kill -9 $p; done; wait 2>/dev/null; cd /; rm -rf /tmp/s; pids=", 60)
        self.comes_back()

    test_programs_of_ours_killed_at_random.deadline = 240

    def test_out_of_memory_ends_a_process(self):
        for name in ("eat64", "eat32"):
            _, status = self.guest.status(f"/t/{name}", 60)
            self.assertNotEqual(status, 0)
            self.assertRegex(self.guest.console(), r"(?i)out of memory")
            self.assertEqual(self.guest.run("echo alive"), "alive\n")
        self.guest.status("/t/eat64 fork", 60)
        self.fetch()
        self.comes_back()

    test_out_of_memory_ends_a_process.deadline = 240


if __name__ == "__main__":
    unittest.main()

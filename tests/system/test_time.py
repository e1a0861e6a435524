"""The guest's clock is set over the network by programs of Debian's, unmodified: rdate by SNTP (RFC 4330; its libraries and the
dynamic loader come along), busybox's rdate by the time protocol (RFC 868). Debian's busybox has no ntpd."""

import os
import socket
import struct
import threading
import time
import unittest

from harness import BUILD, HOST_ADDRESS, Guest
from peers import TcpServer
from test_packet_tools import with_libraries

BUSYBOX_I386 = os.path.join(BUILD, "stock/busybox-i386")  # fetched by tests/system/system.mk
SINCE_1900 = 2208988800  # seconds from NTP's epoch to Unix's
AHEAD = 5 * 86400 + 0.5  # how far the servers' clock is ahead of the machine's


def wire_time():
    """Seconds and fraction as NTP writes them."""
    now = time.time() + AHEAD + SINCE_1900
    return struct.pack(">II", int(now), int(now % 1 * (1 << 32)))


class SntpServer:
    """Answers on 127.0.0.1 (the guest sees it as 10.0.2.2); keeps what it was asked."""

    def __init__(self):
        self.requests = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                request, client = self._socket.recvfrom(512)
            except OSError:
                return
            self.requests.append(request)
            if len(request) < 48:
                continue
            arrived = wire_time()
            # No leap second, the client's version, mode 4 (server); stratum 1, poll 6, precision 2^-20 s.
            head = struct.pack(">BBbb4x4x4s", (request[0] & 0x38) | 4, 1, 6, -20, b"TEST")
            self._socket.sendto(head + arrived + request[40:48] + arrived + wire_time(), client)

    def close(self):
        self._socket.close()


class SetTime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sntp = SntpServer()
        cls.addClassCleanup(cls.sntp.close)
        files = {**with_libraries("rdate"), "/t/busybox": "/bin/busybox"}
        if os.path.exists(BUSYBOX_I386):
            files["/t/busybox-i386"] = BUSYBOX_I386
        cls.guest = Guest(files=files, memory=160)
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        # QEMU's card is deaf for a second after its receiver was switched on. rdate gives up each question after 0.6 s, takes
        # the late answer for that to the next one, and never catches up: the first thing asked must not be its question.
        cls.guest.run(f"ping -c 1 {HOST_ADDRESS}")

    def setUp(self):
        self.guest.run("/t/busybox date -s @1600000000")

    def assert_is_set(self):
        """The guest's clock goes with the servers'."""
        shown = float(self.guest.run("/t/busybox date +%s"))
        self.assertAlmostEqual(shown, time.time() + AHEAD, delta=3)
        # It goes on from there, and so do the clocks that can't be set.
        self.guest.run("sleep 1")
        self.assertGreater(float(self.guest.run("/t/busybox date +%s")), shown)

    def test_sntp_shows(self):
        self.sntp.requests.clear()
        said = self.guest.run(f"TZ=UTC /t/rdate -n -p -o {self.sntp.port} {HOST_ADDRESS}", 30)
        self.assertIn(str(time.gmtime(time.time() + AHEAD).tm_year), said)
        self.assertEqual({request[0] & 7 for request in self.sntp.requests}, {3})  # mode 3: a client
        self.assertLess(int(self.guest.run("/t/busybox date +%s")), 1600001000)

    def test_sntp_sets(self):
        output, status = self.guest.status(f"/t/rdate -n -o {self.sntp.port} {HOST_ADDRESS}", 30)
        self.assertEqual(status, 0, output)
        self.assert_is_set()

    def test_time_protocol_sets(self):
        for program in ("busybox", "busybox-i386"):
            with self.subTest(program), TcpServer(lambda connection: connection.sendall(wire_time()[:4])) as server:
                if program == "busybox-i386" and not os.path.exists(BUSYBOX_I386):
                    self.skipTest("busybox-static:i386 COULD NOT BE FETCHED: the i386 part of this test is LEFT OUT")
                self.guest.run("/t/busybox date -s @1600000000")
                output, status = self.guest.status(f"/t/{program} rdate {HOST_ADDRESS}:{server.port}", 30)
                self.assertEqual(status, 0, output)
                self.assert_is_set()


if __name__ == "__main__":
    unittest.main()

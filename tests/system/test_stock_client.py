"""The smallest client, as the stock compiler makes it with static glibc, 64-bit and 32-bit, and with musl: against a
listener in the guest, and against nc on the host."""

import socket
import subprocess
import unittest

from harness import HOST_ADDRESS, Guest, free_port, program

MESSAGE = b"plumbing"


class StockClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = {"/t/client64": program("client"), "/t/client32": program("client", "-m32"),
                 "/t/client-pie": program("client", "-static-pie", "-fPIE"),
                 "/t/client-musl": program("client", compiler="musl-gcc")}
        cls.names = [path[3:] for path in files]
        cls.guest = Guest(files=files)
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def test_listener_in_the_guest(self):
        for name in self.names + ["hogehoge"]:
            with self.subTest(name):
                path = f"/t/{name}" if name != "hogehoge" else name
                self.guest.run("rm -f /tmp/heard; nc -l -p 8080 >/tmp/heard &")
                self.guest.run("while ! netstat -tln | grep -q :8080; do sleep 0.1; done", 10)
                self.assertEqual(self.guest.run(path).split()[-1], "3")
                self.assertEqual(self.guest.run("wait; cat /tmp/heard; echo"),
                                 ("hogehoge" if name == "hogehoge" else MESSAGE.decode()) + "\n")

    def test_nc_on_the_host(self):
        for name in self.names:
            with self.subTest(name):
                port = free_port()
                with subprocess.Popen(["nc", "-l", "127.0.0.1", str(port)], stdout=subprocess.PIPE) as listener:
                    try:
                        self.wait_for_listener(port)
                        self.assertEqual(self.guest.run(f"/t/{name} {HOST_ADDRESS} {port}"), "3\n")
                        self.assertEqual(listener.communicate(timeout=10)[0], MESSAGE)
                    finally:
                        listener.kill()

    def test_nobody_listens(self):
        for name in self.names:
            output, status = self.guest.status(f"/t/{name} 127.0.0.1 9 2>&1")
            self.assertEqual((output, status), ("client: Connection refused\n", 1))

    @staticmethod
    def wait_for_listener(port):
        """nc takes one connection only, so it can't be tried: /proc/net/tcp says when it listens."""
        wanted = f"{socket.htonl(0x7f000001):08X}:{port:04X} 00000000:0000 0A"
        for _ in range(1000):
            with open("/proc/net/tcp", encoding="ascii") as table:
                if wanted in table.read():
                    return
        raise AssertionError("nc doesn't listen")


if __name__ == "__main__":
    unittest.main()

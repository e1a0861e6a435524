"""replyhi and hello: in one guest, between guest and host, between two guests; i386 and x86-64 in every mix."""

import itertools
import tempfile
import unittest

from harness import HOST_ADDRESS, Guest, two_guests
from peers import TcpServer, exchange

MIXES = list(itertools.product(("", "32"), repeat=2))


def start_replyhi(guest, suffix, port, address="0.0.0.0"):
    guest.run(f"replyhi{suffix} {address} {port} >/tmp/replyhi.{port} 2>&1 &")
    guest.run(f"while ! netstat -tln | grep -q :{port}; do sleep 0.1; done", 15)


class OneGuest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = Guest(forward=[5101, 5102])
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()

    def test_loopback_in_every_mix(self):
        for port, (server, client) in enumerate(MIXES, 5201):
            with self.subTest(server=server, client=client):
                start_replyhi(self.guest, server, port, "127.0.0.1")
                output = self.guest.run(f"hello{client} 127.0.0.1 {port}")
                self.assertIn("hello", output)
                self.assertRegex(output, r"\bhi\b")
                self.assertIn("127.0.0.1", output)

    def test_guest_serves_the_host(self):
        for port, suffix in ((5101, ""), (5102, "32")):
            start_replyhi(self.guest, suffix, port)
            for _ in range(5):
                self.assertEqual(exchange(self.guest.ports[port], b"hello"), b"hi")

    def test_host_serves_the_guest(self):
        def serve(connection):
            heard = connection.recv(1024)
            connection.sendall(b"hi")
            return heard

        for suffix in ("", "32"):
            with TcpServer(serve) as server:
                self.assertRegex(self.guest.run(f"hello{suffix} {HOST_ADDRESS} {server.port}"), r"\bhi\b")
                self.assertEqual(server.wait(), [b"hello"])


class Menu(unittest.TestCase):
    def test_menu_serves_itself(self):
        with Guest() as guest:
            guest.wait_for_shell()
            guest.send("menu")
            guest.expect("MenuOS>>")
            guest.send("replyhi")
            guest.expect("Please input hello...")
            guest.send("hello")
            # Both ends speak on the one console, in either order; replyhi must have said its last before the shell's prompt.
            guest.expect(r"(?s)recv hi from.*send hi to \S+\r?\n|send hi to.*recv hi from \S+\r?\n")
            guest.send("quit")
            guest.expect(r"[#$] \Z")


class TwoGuests(unittest.TestCase):
    def test_over_the_wire_in_every_mix(self):
        with tempfile.TemporaryDirectory(prefix="plumb-wire-") as folder:
            nets = two_guests(folder)
            address = "ip=10.9.0.{}::10.9.0.{}:255.255.255.0::eth0:off"
            with Guest(name="one", net=nets[0], ip=address.format(1, 2)) as one:
                one.wait_for_shell()
                with Guest(name="two", net=nets[1], ip=address.format(2, 1)) as two:
                    two.wait_for_shell()
                    for port, (server, client) in enumerate(MIXES, 5301):
                        with self.subTest(server=server, client=client):
                            start_replyhi(one, server, port)
                            output = two.run(f"hello{client} 10.9.0.1 {port}")
                            self.assertRegex(output, r"\bhi\b")
                    two.run("ping -c 2 10.9.0.1")
                    one.run("ping -c 2 10.9.0.2")


if __name__ == "__main__":
    unittest.main()

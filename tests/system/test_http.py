"""Big files over HTTP both ways, with the programs that everybody has, and many clients at once."""

import hashlib
import os
import socket
import subprocess
import tempfile
import unittest

from harness import HOST_ADDRESS, Guest, host_command
from peers import HttpServer, connect, exchange, random_file, receive_all

SIZE = int(os.environ.get("HTTP_MEGABYTES", "100")) << 20
CLIENTS = 200


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") \
            else hashlib.sha256(file.read()).hexdigest()


class Http(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="plumb-http-")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_wget_in_the_guest_then_curl_on_the_host(self):
        """What the guest fetched from python's server comes back to curl unchanged: both ways, one checksum each."""
        random_file(self.path("big"), SIZE)
        with HttpServer(self.folder.name) as server, Guest(memory=SIZE // (1 << 20) + 96, forward=[80]) as guest:
            guest.wait_for_shell()
            guest.run("mkdir -p /tmp/www && httpd -d -h /tmp/www")
            guest.run(f"wget -q -O /tmp/www/big http://{HOST_ADDRESS}:{server.port}/big", 120)
            self.assertIn(str(SIZE), guest.run("wc -c /tmp/www/big", 60))
            host_command(["curl", "-sS", "--fail", "--max-time", "120", "-o", self.path("back"),
                          f"http://127.0.0.1:{guest.ports[80]}/big"], 130)
            self.assertEqual(digest(self.path("back")), digest(self.path("big")))
            received = int(guest.run("cat /proc/net/dev").split("eth0:")[1].split()[0])
            self.assertGreater(received, SIZE, "not through the e1000")

    test_wget_in_the_guest_then_curl_on_the_host.deadline = 300

    def test_200_curls_at_once(self):
        page = os.urandom(5000)
        with Guest(forward=[80], files={"/www/page": page}) as guest:
            guest.wait_for_shell()
            guest.run("httpd -d -h /www")
            exchange(guest.ports[80], b"GET /page HTTP/1.0\r\n\r\n")
            clients = [subprocess.Popen(["curl", "-sS", "--fail", "--max-time", "60",
                                         f"http://127.0.0.1:{guest.ports[80]}/page"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(CLIENTS)]
            answers = [client.communicate(timeout=90) for client in clients]
            wrong = [error for body, error in answers if body != page]
            self.assertFalse(wrong, f"{len(wrong)} of {CLIENTS} didn't get their page: {wrong[:2]}")

    def test_missing_file_and_nonsense(self):
        with Guest(forward=[80], files={"/www/page": b"fine"}) as guest:
            guest.wait_for_shell()
            guest.run("httpd -d -h /www")
            self.assertIn(b" 404 ", exchange(guest.ports[80], b"GET /nothing HTTP/1.0\r\n\r\n"))
            for nonsense in (b"\r\n\r\n", b"GET\r\n\r\n", os.urandom(3000) + b"\r\n\r\n", b"GET /../../init HTTP/1.0\r\n\r\n"):
                with connect(guest.ports[80]) as connection:
                    connection.sendall(nonsense)
                    connection.shutdown(socket.SHUT_WR)
                    self.assertNotIn(b"\x7fELF", receive_all(connection))
            self.assertTrue(exchange(guest.ports[80], b"GET /page HTTP/1.0\r\n\r\n").endswith(b"fine"))


if __name__ == "__main__":
    unittest.main()

"""Ten thousand connections at once to an epoll echo server in a guest of 256 MiB: all are answered, and memory comes back."""

import re
import tempfile
import time
import unittest

from harness import Guest, program, two_guests

COUNT = 10_000


class ManyConnections(unittest.TestCase):
    def test_ten_thousand_to_an_epoll_server(self):
        with tempfile.TemporaryDirectory(prefix="plumb-wire-") as folder:
            nets = two_guests(folder)
            address = "ip=10.9.0.{}::10.9.0.{}:255.255.255.0::eth0:off"
            files = {"/t/many": program("many")}
            with Guest(name="server", net=nets[0], ip=address.format(1, 2), memory=256, files=files) as server, \
                    Guest(name="client", net=nets[1], ip=address.format(2, 1), memory=256, files=files) as client:
                server.wait_for_shell()
                client.wait_for_shell()
                server.run("/t/many serve 7000 >/tmp/out 2>&1 &")
                server.run("while ! grep -q serving /tmp/out; do sleep 0.1; done", 15)
                before = server.free_memory()
                started = time.monotonic()
                client.send(f"/t/many connect 10.9.0.1 7000 {COUNT}")
                client.expect(f"{COUNT} connected", 60)
                # The last handshakes' ACKs may be on their way still.
                deadline = time.monotonic() + 20
                while int(re.search(r"inuse (\d+)", server.run("grep TCP: /proc/net/sockstat"))[1]) < COUNT + 1:
                    self.assertLess(time.monotonic(), deadline, server.run("cat /proc/net/sockstat"))
                each = (before - server.free_memory()) * 1024 / COUNT
                print(f"{COUNT} connections in {time.monotonic() - started:.1f} s; an idle one costs {each:.0f} bytes")
                self.assertLess(each, 4096)
                client.send("")
                client.expect(f"{COUNT} answered", 60)
                client.wait_for_shell()
                server.run("kill %1; wait", 30)
                deadline = time.monotonic() + 30
                while server.free_memory() < before - 1024:
                    self.assertLess(time.monotonic(), deadline, f"{before - server.free_memory()} KiB didn't come back")
                    time.sleep(0.5)

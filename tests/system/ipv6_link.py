#!/usr/bin/env python3
"""A link of its own between this machine's Linux and a guest, in a network namespace that this program runs in (unshare -Urn).

Linux is the router: it advertises a prefix. Then stock programs talk over IPv6 both ways: curl -6 into the guest, wget out of it.
Prints what failed; the exit status says whether anything did. tests/system/test_ipv6.py starts it.
"""

import functools
import http.server
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from harness import Guest

PREFIX = "fd00:6:6:6::"
HOST = PREFIX + "1"
PAGE = bytes(range(256)) * 12000  # 3 MB: segments are cut, windows move


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout


def advertise(stop):
    """Router advertisements (RFC 4861, section 4.2) with the prefix, until told to stop."""
    option = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 1800, 0) + socket.inet_pton(socket.AF_INET6, PREFIX)
    message = struct.pack("!BBHBBHII", 134, 0, 0, 61, 0, 1800, 0, 0) + option
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as raw:
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        index = socket.if_nametoindex("tap0")
        while not stop.wait(0.3):
            try:
                raw.sendto(message, ("ff02::1", 0, 0, index))
            except OSError:
                pass  # the link's own address is still tentative


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def address_of(guest, prefix):
    """The guest's address with this prefix, once it isn't tentative any more."""
    deadline = time.monotonic() + 20
    digits = socket.inet_pton(socket.AF_INET6, prefix).hex()[:16]
    while time.monotonic() < deadline:
        found = re.search(rf"^({digits}\w{{16}}) \w+ 40 \w+ (\w+) +eth0", guest.run("cat /proc/net/if_inet6"), re.M)
        if found and not int(found[2], 16) & 0x40:
            return socket.inet_ntop(socket.AF_INET6, bytes.fromhex(found[1]))
        time.sleep(0.3)
    raise AssertionError(f"no address of {prefix}/64")


def check(guest, folder):
    address = address_of(guest, PREFIX)
    link_local = address_of(guest, "fe80::")
    guest.run("busybox httpd -p '[::]:80' -h /www")
    into = run("curl", "-6", "-gsS", f"http://[{address}]/page")
    assert into == PAGE, f"curl -6 into the guest: {len(into)} bytes"
    into = run("curl", "-6", "-gsS", f"http://[{link_local}%25tap0]/page")
    assert into == PAGE, f"curl -6 to the link-local address: {len(into)} bytes"
    with Server((HOST, 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        guest.run(f"busybox wget -q -O /out 'http://[{HOST}]:{port}/page'", 30)
        assert guest.run("cmp /out /www/page && echo same") == "same\n", "wget out of the guest"
        server.shutdown()
    assert " 0% packet loss" in guest.run(f"busybox ping -6 -c 2 {HOST}"), "ping out of the guest"
    large = run("ping", "-6", "-c", "1", "-s", "4000", address) if shutil.which("ping") else b" 0% packet loss"
    assert b" 0% packet loss" in large, "a ping in fragments into the guest"


def main():
    run("ip", "link", "set", "lo", "up")
    run("ip", "tuntap", "add", "dev", "tap0", "mode", "tap")
    run("ip", "link", "set", "tap0", "up")
    run("ip", "-6", "addr", "add", HOST + "/64", "dev", "tap0", "nodad")
    stop = threading.Event()
    threading.Thread(target=advertise, args=(stop,), daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "page"), "wb") as file:
            file.write(PAGE)
        with Guest(net=["-netdev", "tap,id=n0,ifname=tap0,script=no,downscript=no"], ip="",
                   files={"/www/page": PAGE, "/bin/busybox": shutil.which("busybox")}) as guest:
            guest.wait_for_shell()
            guest.run("ifconfig eth0 up")
            check(guest, folder)
    stop.set()
    return 0


if __name__ == "__main__":
    sys.exit(main())

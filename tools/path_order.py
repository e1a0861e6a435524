#!/usr/bin/env python3
"""Writes boot/path.txt: the kernel's functions that network traffic runs through, in the order in which it does.

The linker puts them side by side (boot/path.awk), so that the path takes few pages of memory: after each switch of the
address space a processor, and QEMU much more so, must look up every page of code anew, and every jump from page to page.
A guest boots, echoes lines by TCP, by UDP and over the card, moves a file, makes connections; QEMU logs what it executes.
A name that is missing costs time alone; one that there isn't any more is found by `--check`.
"""

import bisect
import collections
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))
from harness import HOST_ADDRESS, Guest  # noqa: E402  (after the path to it)

TIMES = 20  # that each thing is done; what runs as often is on the path
TARGET = os.path.join(ROOT, "boot", "path.txt")


class Log:
    """QEMU's record of each block of code that it executes, switched on and off through its monitor."""

    def __init__(self, path, address):
        self.path = path
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self._answers = self._connection.makefile("r")
        self._answers.readline()
        self._ask("qmp_capabilities", {})
        self._read = 0

    def _ask(self, command, arguments):
        self._connection.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while "return" not in json.loads(self._answers.readline()):
            pass

    def monitor(self, line):
        self._ask("human-monitor-command", {"command-line": line})

    def addresses(self):
        """Where the blocks began that were executed since the last time."""
        with open(self.path, encoding="ascii", errors="replace") as log:
            log.seek(self._read)
            found = [int(line.split("/")[1], 16) for line in log if line.startswith("Trace ")]
            self._read = log.tell()
        return found


def plain_name(symbol):
    """Class::function of a mangled name (the Itanium C++ ABI, section 5.1); None for what has no such simple one."""
    if not symbol.startswith("_Z"):
        return symbol if re.fullmatch(r"\w+", symbol) else None
    nested = symbol.startswith("_ZN")
    rest = re.sub(r"^_Z(N[KVR]*)?L?(12_GLOBAL__N_1)?", "", symbol)
    parts = []
    while (nested or not parts) and (match := re.match(r"L?(\d+)", rest)):
        length = int(match[1])
        parts.append(rest[match.end():match.end() + length])
        rest = rest[match.end() + length:]
    if parts and re.match(r"[CD]\d", rest):
        parts.append(("~" if rest[0] == "D" else "") + parts[-1])
    elif nested and rest[:1] not in ("E", "I"):
        return None
    return "::".join(parts) or None


def kernel_functions():
    """Start addresses and names, in order."""
    listing = subprocess.run(["nm", "-n", "--defined-only", os.path.join(ROOT, "build/plumb.elf64")], text=True, capture_output=True, check=True)
    functions = [(int(fields[0], 16), fields[2]) for fields in map(str.split, listing.stdout.splitlines()) if fields[1] in "tTwW"]
    return [address for address, _ in functions], [name for _, name in functions]


def not_in_sources(names):
    """Those of the names whose function no C++ source has."""
    words = set()
    for folder in ("kernel", "net"):
        for source in pathlib.Path(ROOT, folder).rglob("*"):
            if source.suffix in (".cpp", ".h"):
                words.update(re.findall(r"(\w+)\(", source.read_text(encoding="utf-8")))
    return [name for name in names if re.split("::~?", name)[-1] not in words]


def echo_server():
    """Sends back what comes, on a port of 127.0.0.1 that it returns."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection, _ = listener.accept()
            with connection:
                while block := connection.recv(65536):
                    connection.sendall(block)
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def lines_echoed(guest, client):
    """One phase: starts a client of an echo server, and gives back what types the lines."""
    guest.send(client)
    guest.expect("nc: connected")

    def talk():
        for number in range(TIMES):
            guest.send(f"line {number}")
            guest.expect(f"line {number}\nline {number}")
    return talk


def phases(guest):
    """Each readies something, and yields what is to be recorded."""
    guest.run("tcpecho 7 & udpecho 7 & sleep 1")
    for client in ("nc -v 127.0.0.1 7", "nc -vu 127.0.0.1 7", f"nc -v {HOST_ADDRESS} {echo_server()}"):
        yield lines_echoed(guest, client)
        guest.send_raw(b"\x03")
        guest.wait_for_shell()
    yield lambda: guest.run("nc 127.0.0.1 7 < /bin/sh > /dev/null")
    yield lambda: guest.run(f"nc {HOST_ADDRESS} {echo_server()} < /bin/sh > /dev/null")
    yield lambda: guest.run(f"for i in $(seq {TIMES}); do echo | nc 127.0.0.1 7 > /dev/null; done", 120)


def check():
    with open(TARGET, encoding="ascii") as file:
        stale = not_in_sources(file.read().split())
    if stale:
        sys.exit(f"{TARGET} has functions that there aren't: {', '.join(stale)} (take them out, or write it anew: make path-order)")


def main():
    starts, names = kernel_functions()
    path = {}  # plain names, in order
    with tempfile.TemporaryDirectory(prefix="plumb-path-") as folder:
        log_path, monitor = f"{folder}/log", f"{folder}/monitor"
        with Guest(extra=["-D", log_path, "-qmp", f"unix:{monitor},server=on,wait=off"]) as guest:
            guest.wait_for_shell()
            log = Log(log_path, monitor)
            for phase in phases(guest):
                log.monitor("log exec,nochain")
                phase()
                log.monitor("log none")
                entered = collections.Counter()
                for address in log.addresses():
                    place = bisect.bisect_right(starts, address) - 1
                    if place >= 0 and starts[place] == address:
                        entered[names[place]] += 1
                path.update((plain_name(name), None) for name, times in entered.items() if times >= TIMES)
    path.pop(None, None)
    for name in not_in_sources(path):  # assembly, which boot/plumb.ld places
        del path[name]
    with open(TARGET, "w", encoding="ascii") as file:
        file.write("".join(f"{name}\n" for name in path))
    print(f"{os.path.relpath(TARGET, ROOT)}: {len(path)} functions")


if __name__ == "__main__":
    check() if sys.argv[1:] == ["--check"] else main()

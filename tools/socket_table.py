#!/usr/bin/env python3
"""Writes docs/sockets.md: how many cases of each socket call the guest tests try, by sort of socket and door.

The tests count for themselves (tests/guest/door_count.h) and print the numbers; `make test-system` compares what they print in Plumb with
what they print on Linux, and each check in them holds on both. So what is counted here, by running them on this Linux, is what agrees.

  tools/socket_table.py           prints the document
  tools/socket_table.py --check   says whether docs/sockets.md is what the tests give
  tools/socket_table.py --update  writes it
"""

import collections
import glob
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENT = os.path.join(ROOT, "docs/sockets.md")
PROGRAMS = os.path.join(ROOT, "build/tests/guest")
CALLS = ["socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send", "recv", "sendto", "recvfrom",
         "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg", "select", "poll", "epoll",
         "sendfile", "splice"]
FAMILIES = ["tcp", "udp", "ping", "raw", "tcp6", "udp6", "ping6", "raw6", "unix stream", "unix dgram", "unix seqpacket", "netlink", "packet",
            "none"]
# (kind of program, column of its numbers) of each door
DOORS = {
    "i386, socketcall by int 0x80": [("32", 2)],
    "i386, the direct numbers": [("32", 1)],
    "x86-64, syscall": [("64", 1)],
    "x86-64, int 0x80 and the i386 table": [("64", 2)],
    "libc's own way (glibc of both architectures, musl)": [("32", 0), ("64", 0), ("musl", 0)],
}
HEAD = """# Sockets: what is held against Linux

Written by `tools/socket_table.py --update`; a test holds it against the programs. Each number counts cases: calls made by the programs of
`tests/guest/`, each of which runs on Linux and in Plumb and must print the same and end the same. Calls count as different when they
differ in the line that makes them, the call, the sort of socket, the door, or the error that comes back (EAGAIN aside). "none": the descriptor is no socket, or no
socket comes to be. What an i386 structure would have to be translated for isn't tried by a 64-bit program through int 0x80.
The rows below `sendmmsg` aren't calls of socketcall: they stand with the direct doors.
"""


def run(name):
    with tempfile.TemporaryDirectory(prefix="plumb-table-") as folder:
        done = subprocess.run([os.path.join(PROGRAMS, name)], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=60, check=False)
    if done.returncode != 0:
        sys.exit(f"{name} fails on Linux:\n{done.stdout[-800:]}")
    return done.stdout


def programs():
    """The tests that count, in each kind that is built for the tests."""
    including = {"doors.h"}
    for header in glob.glob(os.path.join(ROOT, "tests/guest/*.h")):
        with open(header, encoding="utf-8") as file:
            if '"doors.h"' in file.read():
                including.add(os.path.basename(header))
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/guest/*.c"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if any(f'"{header}"' in text for header in including):
            name = os.path.basename(path)[:-2]
            for kind in ("32", "64", "musl"):
                if os.path.exists(os.path.join(PROGRAMS, f"{name}-{kind}")):
                    yield name, kind


def count():
    """{(kind, call, family): [libc, direct, socketcall]}"""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for name, kind in programs():
        for line in run(f"{name}-{kind}").splitlines():
            if not line.startswith("cases "):
                continue
            what, *numbers = line[len("cases "):].rsplit(" ", 3)
            call, family = what.split("/")
            total = counts[kind, call, family]
            for door, number in enumerate(numbers):
                total[door] += int(number)
    if not counts:
        sys.exit("no program counts: make guest-programs")
    return counts


def document(counts):
    text, total = [], 0
    for title, sources in DOORS.items():
        def cell(call, family, sources=sources):
            return sum(counts[kind, call, family][door] for kind, door in sources if (kind, call, family) in counts)
        there = sum(cell(call, family) for call in CALLS for family in FAMILIES)
        total += there
        text += ["", f"## {title}: {there}", "", "| | " + " | ".join(FAMILIES) + " |", "|---" * (len(FAMILIES) + 1) + "|"]
        for call in CALLS:
            cells = [cell(call, family) for family in FAMILIES]
            if any(cells):
                text.append(f"| {call} | " + " | ".join(str(number or "") for number in cells) + " |")
    return HEAD + f"\nIn all: {total} cases.\n" + "\n".join(text) + "\n"


def main():
    text = document(count())
    if "--update" in sys.argv:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(text)
    elif "--check" in sys.argv:
        with open(DOCUMENT, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("docs/sockets.md isn't what the tests give: make socket-table-update")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()

"""`make debug`: the stops of replyhi and hello in their order and the way back to main on both doors; gdb's commands; the
sessions in docs/debugging.md (test_debug.py --write brings their lines up to date)."""

import os
import re
import subprocess
import sys
import unittest

from debugger import FOLDER, Session
from harness import HOST_ADDRESS, ROOT
from peers import TcpServer

USES_MAKE = True

# What each of the pair calls, in order. (hello may end before replyhi accepts again.)
CALLS = {
    "replyhi": ["sys_socket", "sys_setsockopt", "sys_bind", "sys_listen", "sys_accept", "sys_recv", "sys_send"],
    "hello": ["sys_socket", "sys_connect", "sys_send", "sys_recv"],
}
# One handler ends in another: by socketcall sys_send in sys_sendto, while x86-64's send(2) is sendto.
SAME = {"sys_accept4": "sys_accept", "sys_sendto": "sys_send", "sys_recvfrom": "sys_recv", "compat_sys_setsockopt": "sys_setsockopt"}
ENOUGH = 34  # stops of the pair, the last one its end


def functions(backtrace):
    """The functions of a backtrace, the innermost first."""
    return [match.rsplit("::", 1)[-1] for match in re.findall(r"^#\d+ +(?:0x[0-9a-f]+ in )?(.*?) \(", backtrace, re.M)]


class Order(unittest.TestCase):
    """From station to station with nothing but `c`."""

    def check_pair(self, arch, suffix):
        session = Session(f"order-{arch}", ["continue"] * ENOUGH, ARCH=arch)
        self.assertIn(f"replyhi{suffix} begins:", session.text)
        self.assertIn(f"hello{suffix} ends with status 0", session.text)
        for program, calls in CALLS.items():
            stops = [SAME.get(name, name) for name, who in session.stops() if who == program + suffix]
            order = [name for i, name in enumerate(stops) if name != "sys_socketcall" and stops[i - 1:i] != [name]]
            self.assertEqual(order[:len(calls)], calls, session.text[-3000:])
            if arch == "i386":
                self.assertTrue(all("sys_socketcall" in (name, stops[i - 1]) or name == stops[i - 1]
                                    for i, name in enumerate(stops)), stops)
            else:
                self.assertNotIn("sys_socketcall", stops)

    def test_int80(self):
        self.check_pair("i386", "32")

    def test_syscall(self):
        self.check_pair("x86_64", "")

    def test_no_guest_is_left(self):
        session = Session("end", ["info registers rip"], ARCH="x86_64")
        self.assertEqual(session.status, 0, session.text)
        left = subprocess.run(["pgrep", "-f", "unix:path=.*plumb-debug-.*server=on"], capture_output=True, text=True, check=False)
        mine = [pid for pid in left.stdout.split() if os.path.exists(f"/proc/{pid}") and self.is_ours(pid)]
        self.assertEqual(mine, [])

    def test_unknown_program(self):
        command = ["make", "-s", "debug", "PROG=hello nosuch", "ARGS=-h", "GDBFLAGS=-batch"]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=110, check=False)
        self.assertIn("no program nosuch is built", result.stderr)
        self.assertNotEqual(result.returncode, 0)

    @staticmethod
    def is_ours(pid):
        """Whether a process was started for a session whose folder has gone: others may have theirs running."""
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                socket = re.search(r"unix:path=([^,]+)", file.read())
        except OSError:
            return False
        return bool(socket) and not os.path.exists(socket[1])


class Backtrace(unittest.TestCase):
    """One `bt` from the driver to the program's main."""

    WAY = ["e1000_xmit_frame", "dev_queue_xmit", "neigh_output", "ip_output", "ip_queue_xmit", "tcp_transmit_skb", "tcp_sendmsg",
           "inet_sendmsg", "sock_sendmsg", "sys_sendto"]

    def check_way(self, arch, door, handler):
        with TcpServer(lambda connection: connection.sendall(b"hi") or connection.recv(100)) as server:
            session = Session(f"backtrace-{arch}", [
                "continue", "stations disable all", "stations enable sys_sendto", "continue", "stations enable e1000_xmit_frame",
                "continue", "bt", "skb skb", "up 100", "info locals", "frame function say_hello", "print fd", "finish"],
                PROG="hello", ARCH=arch, ARGS=f"{HOST_ADDRESS} {server.port}")
        names = functions(session.output("bt"))
        at = 0
        for name in [*self.WAY, door, "say_hello", "main"]:
            self.assertIn(name, names[at:])
            at = names.index(name, at)
        self.assertIn(handler, session.output("bt"))
        self.assertIn(names[-1], ("main", "__libc_start", "_start"))
        # The program's own variables, on its own stack.
        self.assertRegex(session.output("bt"), r"main \(argc=3, argv=0x[0-9a-f]+\) at user/hello\.c:\d+")
        self.assertRegex(session.output("print fd"), r"= 3$")
        drawn = session.output("skb skb")
        self.assertRegex(drawn, rf"IPv4 +10\.0\.2\.15 -> {re.escape(HOST_ADDRESS)}, protocol 6, length (45|57)")
        self.assertIn("hello", drawn)

    def test_int80(self):
        self.check_way("i386", "int80_door", "sys_socketcall")

    def test_syscall(self):
        self.check_way("x86_64", "syscall_door", "syscall_entry64")


class Commands(unittest.TestCase):
    """One session for all of them: at hello's first segment with data, sent to replyhi in the same guest."""

    @classmethod
    def setUpClass(cls):
        cls.session = Session("commands", [
            "plumb", "continue", "stations disable all", "continue", "stations enable sys_sendto", "continue", "stations enable tcp_transmit_skb", "continue", "stations syscall", "stations nothing",
            "skb skb", "print skb", "print sk.remote_port", "print sk.send_next", "print sk.retransmit_queue.list", "sockets", "tcp",
            "tcp &sk", "fd 4 3", "fd 6 3", "fd 6 1", "fd 6 77", "fd 6", "ps", "syscalls", "syscalls socketcall", "syscalls accept",
            "disassemble __socket", "help skb", "skb 16", "break say_hello", "info breakpoints", "journey", "sockets", "type echo",
        ], ARCH="i386")

    def said(self, command, *patterns, which=0):
        output = self.session.output(command, which)
        for pattern in patterns:
            self.assertRegex(output, re.compile(pattern, re.M), command)
        return output

    def test_stations(self):
        self.said("stations syscall", r"^ *\d+  syscall  stops +1  sys_sendto +kernel/syscall/socket_message\.cpp:\d+$",
                  r"^ *\d+  syscall  - +0  sys_connect ")
        self.said("stations nothing", "no group nothing; groups: .*syscall")

    def test_skb(self):
        self.said("skb skb", r"^sk_buff 0x", r"\| *\.* *\d+ free", r"headers: mac not set, network not set, transport not set",
                  r"68 65 6c 6c 6f +hello")
        self.said("skb 16", "Cannot access memory|no sk_buff")
        self.said("print skb", r"= skb 0x[0-9a-f]+, 5 bytes")

    def test_printers(self):
        self.said("print sk.remote_port", "= 5001$")
        self.said("print sk.send_next", r"= \d+$")
        self.said("print sk.retransmit_queue.list", "= list of sk_buff")
        self.assertRegex(self.session.text, r"sys_sendto \(fd=3, buffer=user:0x[0-9a-f]+, size=5")

    def test_sockets(self):
        self.said("sockets", r"^0x\w+ +inet +tcp +ESTABLISHED .* 127\.0\.0\.1:\d+ +127\.0\.0\.1:5001 +hello32\[6\]:3$",
                  r"^0x\w+ +inet +tcp +LISTEN .* 127\.0\.0\.1:5001 +\*:\* +replyhi32\[4\]:3$", r"^0x\w+ +inet +udp .*init\[1\]:3$")
        self.said("sockets", "TIME_WAIT|LAST_ACK|FIN_WAIT1|FIN_WAIT2|ESTABLISHED", which=1)

    def test_tcp(self):
        everything = self.said("tcp", r"^tcp_sock 0x\w+  ESTABLISHED  127\.0\.0\.1:\d+ -> 127\.0\.0\.1:5001  hello32\[6\]:3$",
                               r"UNA \+1, NXT \+1, written \+6", r"LISTEN", r"backlog +\d+ wait", r"timers +retransmit")
        self.assertIn(self.session.output("tcp &sk"), everything)

    def test_fd(self):
        self.said("fd 4 3", r"^descriptor 3 of replyhi32 \(pid 4\)$", r"SocketFile 0x", r"inet stream, unconnected, inode \d+, \d waiters",
                  r"ops +inet_stream_ops", r"sock +tcp_sock 0x\w+, LISTEN, 127\.0\.0\.1:5001 -> ", r"proto +TCP", r"receive +0 of 0 bytes")
        self.said("fd 6 3", "connected", "ESTABLISHED")
        self.said("fd 6 1", "TtyFile", r"name +/dev/console")
        self.said("fd 6 77", "descriptor 77 isn't open in process 6; there are 0, 1, 2, 3")
        self.said("fd 6", "usage: fd PID N")

    def test_ps(self):
        self.said("ps", r"^ +1 +1 +0  init +64 +waits +wait_for_child +wait4\(", r"^ +4 +4 +1  replyhi32 +32 ",
                  r"^ +6 +6 +2  hello32 +32 +runs +socketcall\(call=9, .*\) by int 0x80$")

    def test_syscalls(self):
        self.said("syscalls", r"hello32 +socketcall\(call=9, args=0x\w+\) by int 0x80 +not yet$")
        self.said("syscalls socketcall", r"^ +- +102  socketcall\(call, args\) +sys_socketcall$")
        self.said("syscalls accept", r"^ +43 +-  accept\(", r"^ +288 +364  accept4\(")

    def test_disassembly_of_i386(self):
        self.said("disassemble __socket", r"mov eax,0x66$", r"lea ecx,\[esp\+0x4\]$", r"int 0x80$")

    def test_help(self):
        self.said("help skb", "usage: skb EXPR")
        listed = self.said("plumb", "journey +Goes on")
        self.assertEqual(len(listed.splitlines()), 9)

    def test_a_breakpoint_in_a_program_is_that_program_s(self):
        self.said("info breakpoints", r'stop only if \$_runs\("hello32"\)')

    def test_journey(self):
        lines = self.said("journey", r"^replyhi32\[4\] +\d+ +tcp_(recv|send)msg", "hello32 ends with status 0",
                          r"loopback_xmit\(skb=skb 0x\w+, 71 bytes, dev=lo\)")
        names = re.findall(r"^hello32\[6\] +\d+ +(\w+)\(", lines, re.M)
        at = 0
        for name in ["ip_queue_xmit", "ip_output", "dev_queue_xmit", "loopback_xmit", "netif_receive_skb", "ip_rcv", "ip_local_deliver",
                     "tcp_v4_rcv", "tcp_rcv_established", "sys_recv", "sock_recvmsg", "tcp_recvmsg", "tcp_close"]:
            self.assertIn(name, names[at:], lines)
            at = names.index(name, at)
        depths = {name: int(depth) for depth, name in re.findall(r"^hello32\[6\] +(\d+) +(\w+)\(", lines, re.M)}
        self.assertLess(depths["ip_queue_xmit"], depths["loopback_xmit"])


OWN = r"""
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int pair(int* ends) {
    char text[] = "five!";
    int result = socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    send(ends[0], text, strlen(text), 0);
    return result;
}

int main(int argc, char** argv) {
    int ends[2] = {argc, 0};
    pair(ends);
    char line[20];
    printf("%s %s", argv[1], fgets(line, sizeof line, stdin));
    return 3;
}
"""


class OwnProgram(unittest.TestCase):
    """PROG=file.c: stepping through it, its variables, what it types."""

    def test_i386(self):
        path = os.path.join(FOLDER, "own.c")
        os.makedirs(FOLDER, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(OWN)
        session = Session("own", ["continue", "stations disable all", "break pair", "continue", "print *ends@2", "next", "next", "next",
                                  "print text", "print result", "finish", "print ends", "sockets", "fd 3 4", "type typed", "continue"],
                          PROG=path, ARGS="argument")
        self.assertRegex(session.output("continue", 0), r"main \(argc=2, argv=0x[0-9a-f]+\) at .*own\.c:\d+")
        self.assertRegex(session.output("continue", 1), r"Breakpoint \d+, pair \(ends=0x[0-9a-f]+\)")
        self.assertIn("= {2, 0}", session.output("print *ends@2"))
        self.assertIn('= "five!"', session.output("print text"))
        self.assertIn("= 0", session.output("print result"))
        self.assertIn("= {3, 4}", session.output("print ends"))
        self.assertRegex(session.output("sockets"), r"unix +stream +ESTABLISHED +5 +0 .*own32\[3\]:4")
        self.assertRegex(session.output("fd 3 4"), r"receive +1 of 5 bytes")
        self.assertIn("argument typed", session.output("continue", 2))
        self.assertIn("own32 ends with status 3", session.output("continue", 2))

    def test_called_as_a_bundled_one(self):
        """One's own program is in the guest and in gdb while PROG names its file, and not after that."""
        path = os.path.join(FOLDER, "true.c")
        os.makedirs(FOLDER, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("int main(void) { return 3; }\n")
        for program, place, status in ((path, r"\S*debug/true\.c:1", 3), ("true", r"user/true\.c:\d+", 0)):
            session = Session("own", ["continue", "stations disable all", "continue"], PROG=program)
            self.assertRegex(session.output("continue", 0), rf"main \(.*\) at {place}")
            self.assertIn(f"true32 ends with status {status}", session.output("continue", 1))


DOCUMENT = os.path.join(ROOT, "docs/debugging.md")
BLOCK = re.compile(r"^```gdb (\w+)\n(.*?)^```$", re.M | re.S)


def essence(line):
    """What of a line stays the same from build to build and from run to run: no numbers, no bytes, no arguments of functions."""
    if functions(line):
        return functions(line)
    if match := re.match(r"\S+ +\d+ +(\w+)\(", line):  # a journey's: who runs depends on when
        return match[1]
    if re.match(r"  [0-9a-f]{4}  [0-9a-f]{2} ", line):
        return "bytes"
    return " ".join(re.sub(r"0x[0-9a-f]+|\d+", "N", line).split())


def run_block(arch, text):
    """[(line of the document, the same line of a session now or None)]; `…` stands for lines that are left out."""
    commands = [line[len("(gdb) "):] for line in text.splitlines() if line.startswith("(gdb) ")]
    steps = iter(Session(f"document-{arch}", commands, ARCH=arch).steps)
    pairs, rest = [], []
    for line in text.splitlines():
        if line.startswith("(gdb) "):
            rest = next(steps)[1]
            pairs.append((line, line))
        elif line == "…":
            pairs.append((line, line))
        else:
            found = next((i for i, now in enumerate(rest) if essence(now) == essence(line)), None)
            pairs.append((line, None if found is None else rest[found]))
            rest = rest if found is None else rest[found + 1:]
    return pairs


class Document(unittest.TestCase):
    def test_sessions_are_true(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            blocks = BLOCK.findall(file.read())
        self.assertEqual([arch for arch, _ in blocks], ["i386", "x86_64"])
        for arch, text in blocks:
            with self.subTest(arch=arch):
                self.assertEqual([line for line, now in run_block(arch, text) if now is None], [])


def write_document():
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    for arch, block in BLOCK.findall(text):
        pairs = run_block(arch, block)
        text = text.replace(block, "".join(f"{line if now is None else now}\n" for line, now in pairs))
        print("".join(f"not said any more: {line}\n" for line, now in pairs if now is None), end="")
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write_document()
    else:
        unittest.main()

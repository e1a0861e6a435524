"""follow and the trace beneath it: the order of stations of every socket call on both doors, transcripts, filters, attaching, what is lost."""

import re
import unittest

from harness import HOST_ADDRESS, Guest, program
from peers import TcpServer

ALONE = True

CALL = re.compile(r"^\[\d+ \S+\] (?:socketcall\(SYS_\w+ → )?(\w+)\(")
STATION = re.compile(r"^ +[\d.]+  (  +)(\w+)[ :\n]?")
RETURN = re.compile(r"^ +[\d.]+  (\w+) = (.*)")


def calls_of(text):
    """[(call, door, [stations that it went through itself], result)] of follow's output."""
    calls, current, others = [], None, False
    for line in text.split("\n"):
        if found := CALL.match(line):
            door = "socketcall" if "socketcall(" in line else "int 0x80" if "by int 0x80" in line else "syscall"
            current, others = (found[1], door, [], []), False
            calls.append(current)
        elif line.startswith("["):
            others = "goes on" not in line
        elif (found := RETURN.match(line)) and current and found[1] == current[0]:
            current[3].append(found[2])
            current = None
        elif (found := STATION.match(line)) and current and not others:
            current[2].append(found[2])
    return calls


# Beneath the handler: what every call of the kind must pass, in this order; {p} is the protocol's own part.
FD = "sockfd_lookup_light"
PUT = "fput_light"
EXPECTED = {
    "socket": "sys_socket sock_create security_socket_create {create} security_socket_post_create sock_map_fd",
    "bind": f"sys_bind {FD} move_addr_to_kernel sock_bind security_socket_bind {{bind}} {PUT}",
    "connect": f"sys_connect {FD} move_addr_to_kernel sock_connect security_socket_connect {{connect}} {PUT}",
    "listen": f"sys_listen {FD} sock_listen security_socket_listen {{listen}} {PUT}",
    "accept": f"sys_accept4 {FD} sock_accept security_socket_accept {{accept}} {PUT}",
    "accept4": f"sys_accept4 {FD} sock_accept security_socket_accept {{accept}} {PUT}",
    "getsockname": f"sys_getsockname {FD} sock_getname security_socket_getsockname {{getname}} move_addr_to_user {PUT}",
    "getpeername": f"sys_getpeername {FD} sock_getname security_socket_getpeername {{getname}} {PUT}",
    "socketpair": "sys_socketpair sock_create sock_create sock_socketpair security_socket_socketpair {socketpair}",
    "sendto": f"sys_sendto {FD} sock_sendmsg security_socket_sendmsg {{send}} {PUT}",
    "recvfrom": f"sys_recvfrom {FD} sock_recvmsg security_socket_recvmsg {{recv}} {PUT}",
    "shutdown": f"sys_shutdown {FD} sock_shutdown security_socket_shutdown {{shutdown}} {PUT}",
    "setsockopt": f"{{compat}}sys_setsockopt {FD} sock_setsockopt security_socket_setsockopt {PUT}",
    "getsockopt": f"{{compat}}sys_getsockopt {FD} sock_getsockopt security_socket_getsockopt {PUT}",
    "sendmsg": f"{{compat}}sys_sendmsg {FD} sock_sendmsg security_socket_sendmsg {{send}} {PUT}",
    "recvmsg": f"{{compat}}sys_recvmsg {FD} sock_recvmsg security_socket_recvmsg {{recv}} {PUT}",
    "recvmmsg": f"{FD} sock_recvmsg security_socket_recvmsg {{recv}} {PUT}",
    "sendmmsg": f"{{compat}}sys_sendmmsg {FD} sock_sendmsg security_socket_sendmsg {{send}} {PUT}",
}
EXPECTED["send"] = "sys_send " + EXPECTED["sendto"]
EXPECTED["recv"] = "sys_recv " + EXPECTED["recvfrom"]
INET = {"create": "inet_create", "bind": "inet_bind", "getname": "inet_getname", "shutdown": "inet_shutdown", "socketpair": ""}
DATAGRAM = {**INET, "connect": "inet_dgram_connect ip4_datagram_connect", "listen": "", "accept": ""}
PARTS = {
    "tcp": {**INET, "connect": "inet_stream_connect tcp_v4_connect tcp_transmit_skb", "listen": "inet_listen tcp_listen",
            "accept": "inet_accept tcp_accept", "send": "inet_sendmsg tcp_sendmsg tcp_push tcp_write_xmit tcp_transmit_skb",
            "recv": "sock_common_recvmsg tcp_recvmsg skb_copy_datagram_iter tcp_cleanup_rbuf"},
    "udp": {**DATAGRAM, "send": "inet_sendmsg udp_sendmsg",
            "recv": "sock_common_recvmsg udp_recvmsg skb_recv_datagram skb_copy_datagram_iter"},
    "raw": {**DATAGRAM, "send": "inet_sendmsg raw_sendmsg",
            "recv": "sock_common_recvmsg raw_recvmsg skb_recv_datagram skb_copy_datagram_iter"},
    "unix": {"create": "unix_create", "bind": "unix_bind", "connect": "unix_stream_connect", "listen": "unix_listen",
             "accept": "unix_accept", "getname": "unix_getname", "socketpair": "unix_socketpair", "shutdown": "unix_shutdown",
             "send": "unix_stream_sendmsg", "recv": "unix_stream_recvmsg skb_copy_datagram_iter"},
}
# The end of the youngest replyhi, which would answer for ever.
END_REPLYHI = ("last=0; for p in /proc/[0-9]*; do grep -q replyhi $p/comm && [ ${p#/proc/} -gt $last ] && last=${p#/proc/}; done; "
               "kill $last")


def is_subsequence(wanted, seen):
    rest = iter(seen)
    return all(station in rest for station in wanted)


class Follow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = {"/t/calls64": program("socket_calls"), "/t/calls32": program("socket_calls", "-m32"),
                 "/t/pointed64": program("pointed_at"), "/t/pointed32": program("pointed_at", "-m32"), "/t/cost": program("trace_cost"), "/t/busybox": "/bin/busybox"}
        cls.guest = Guest(files=files)
        cls.addClassCleanup(cls.guest.close)
        cls.guest.wait_for_shell()
        cls.guest.run("replyhi 127.0.0.1 5001 >/tmp/replyhi 2>&1 &")
        cls.guest.run("while ! netstat -tln | grep -q :5001; do sleep 0.1; done", 15)

    def follow(self, arguments, timeout=20):
        self.guest.run(f"follow -o /tmp/out {arguments} >/tmp/said 2>&1", timeout)
        return self.guest.run("cat /tmp/out", timeout)

    def check_order(self, binary, way, kind):
        groups = "syscall,socket,inet,tcp,udp,raw,unix"
        seen = {}
        for name, door, stations, results in calls_of(self.follow(f"-e {groups} /t/{binary} {way} {kind}")):
            seen.setdefault(name, []).append((door, stations, results))
        parts = {**PARTS[kind], "compat": "compat_" if binary == "calls32" else ""}
        names = [name for name in EXPECTED if way == "socketcall" or name not in ("send", "recv")]
        if binary == "calls32" and way == "direct":
            names.remove("accept")  # i386 has no number for it but accept4's
        for name in names:
            with self.subTest(binary=binary, way=way, kind=kind, call=name):
                self.assertIn(name, seen)
                wanted = EXPECTED[name].format(**parts).split()
                if name == "socketpair" and kind != "unix":
                    wanted = wanted[:4]
                if way == "socketcall":
                    wanted.insert(0, "sys_socketcall")
                for door, stations, results in seen[name]:
                    self.assertEqual(door, {"calls64": "syscall"}.get(binary, "socketcall" if way == "socketcall" else "int 0x80"))
                    self.assertTrue(results, f"{name} never returned")
                    self.assertTrue(is_subsequence(wanted, stations), f"{name}: {wanted} in {stations}")

    def test_order_of_stations_syscall(self):
        for kind in PARTS:
            self.check_order("calls64", "direct", kind)

    def test_order_of_stations_int80(self):
        for kind in PARTS:
            self.check_order("calls32", "direct", kind)

    def test_order_of_stations_socketcall(self):
        for kind in PARTS:
            self.check_order("calls32", "socketcall", kind)

    def test_hello_on_both_doors(self):
        for name, door, send in (("hello", "syscall", "sendto"), ("hello32", "int 0x80", "send")):
            with self.subTest(name):
                text = self.follow(f"{name} 127.0.0.1 5001")
                self.assertRegex(text, rf"is /bin/{name}, {'i386' if '32' in name else 'x86-64'}, child of")
                self.assertRegex(text, rf"connect\(3, {{AF_INET, 127.0.0.1:5001}}, 16\)\)?  by {door}, back to 0x")
                self.assertRegex(text, rf'{send}\(3, "hello", 5, MSG_NOSIGNAL')
                self.assertRegex(text, r'recv(from)? = 2, buffer "hi"')
                self.assertRegex(text, r"→ skb \d+: 127.0.0.1:\d+ > 127.0.0.1:5001 TCP S seq")
                self.assertRegex(text, r"← skb \d+: 127.0.0.1:5001 > 127.0.0.1:\d+ TCP SA seq")
                self.assertRegex(text, r"wakes \d+ hello")
                self.assertRegex(text, r"skb_copy_datagram_iter skb=\d+ bytes=2  \(came in [\d.]+ µs before")
                self.assertIn("+++ exited with 0 +++", text)
                # The buffer that the call took is the one that came in.
                taken = re.search(r"skb_copy_datagram_iter skb=(\d+) bytes=2", text)[1]
                self.assertLess(text.index(f"netif_receive_skb skb={taken} "), text.index(f"copy_datagram_iter skb={taken} "))

    def test_both_ends(self):
        text = self.follow(f"-f sh -c 'replyhi 127.0.0.1 5009; sleep 0.2; hello 127.0.0.1 5009; {END_REPLYHI}'; true")
        for line in (r"\[\d+ replyhi\] accept\(3", r"\[\d+ hello\] connect\(3", r"\[\d+ replyhi\] … (accept|recvfrom) goes on",
                     r'recvfrom = 5, buffer "hello"', r'recvfrom = 2, buffer "hi"'):
            self.assertRegex(text, line)

    def test_plain(self):
        text = self.follow("-s cat /etc/hostname /nowhere; true")
        self.assertRegex(text, r'^execve\("/bin/cat", \["cat", "/etc/hostname", "/nowhere"\], 0x[0-9a-f]+\) = 0\n')
        self.assertRegex(text, r'\nopen(at)?\((AT_FDCWD, )?"/nowhere", O_RDONLY.*\) = -1 ENOENT \(No such file or directory\)\n')
        self.assertRegex(text, r"\nexit_group\(1\) = \?\n\+\+\+ exited with 1 \+\+\+")
        self.assertNotIn("sys_", text)

    def test_filters(self):
        text = self.follow("-s -e connect,close hello 127.0.0.1 5001")
        self.assertEqual(set(re.findall(r"^(\w+)\(", text, re.M)) - {"execve"}, {"connect", "close"})
        text = self.follow("-e tcp hello 127.0.0.1 5001")
        self.assertIn("tcp_sendmsg", text)
        self.assertNotIn("ip_rcv", text)

    def test_only_the_chosen_calls(self):
        """What the kernel did for everyone, and for the calls that weren't chosen, stays out; but not what woke a chosen one."""
        text = self.follow("-e recvfrom hello 127.0.0.1 5001")
        for station in ("tcp_v4_connect", "loopback_xmit", "tcp_sendmsg", "sys_sendto", "sys_socket "):
            self.assertNotIn(station, text)
        self.assertIn("tcp_recvmsg", text)
        text = self.follow("-s -e socketcall hello32 127.0.0.1 5001")
        self.assertEqual(len(re.findall(r"^socketcall\(SYS_\w+ → ", text, re.M)), 4)
        text = self.follow(f"-f -e accept sh -c 'replyhi 127.0.0.1 5011; sleep 0.2; hello 127.0.0.1 5011; {END_REPLYHI}'; true")
        self.assertEqual({found[1] for line in text.split("\n") if (found := CALL.match(line))}, {"execve", "accept"})
        way = text[text.index("schedule:"):text.index("accept goes on")]
        way = way[way.index("netif_receive_skb"):]
        for line in (r"← skb \d+: 127.0.0.1:\d+ > 127.0.0.1:5011 TCP A ", r"tcp_v4_rcv skb=\d+ length=32", r"wakes \d+ replyhi"):
            self.assertRegex(way, line)
        self.assertNotRegex(text, "tcp_recvmsg|sys_sendto|TCP S ")

    def test_no_such_program(self):
        for name in ("nonsense", "./nonsense", "/etc/passwd", "/bin"):
            with self.subTest(name):
                self.assertEqual(self.guest.run(f"follow {name} 2>&1; echo $?"), f"follow: cannot find executable '{name}'\n1\n")

    def test_what_pointers_lead_to(self):
        to = "{AF_INET, 127.0.0.1:7777}"
        for binary, receive in (("pointed64", "recvmmsg"), ("pointed32", "recvmmsg(_time64)?")):
            with self.subTest(binary):
                text = self.follow(f"-s /t/{binary}")
                lines = (f'sendmmsg(3, [{{{to}, ["one", "and a half"]}}, {{{to}, ["two"]}}], 2, 0) = 2', "ioctl(3, FIONREAD, [13]) = 0",
                         'ioctl(3, SIOCGIFADDR, {"lo", {AF_INET, 127.0.0.1:0}}) = 0', 'ioctl(3, SIOCGIFMTU, {"lo", 65536}) = 0',
                         'ioctl(3, SIOCGIFINDEX, {"none"}) = -1 ENODEV', "ioctl(3, SIOCDELRT, {to {AF_INET, 192.0.2.0:0}, "
                         "by {AF_INET, 192.0.2.1:0}, mask {AF_INET, 255.255.255.0:0}, flags 0x1}) = -1 ESRCH", "ioctl(3, 0x12345678, 0x1234) = -1 ENOTTY",
                         "ioctl(0, TIOCGWINSZ, {rows ", "ioctl(0, FIONBIO, [1]) = 0", "ioctl(0, FIONBIO, 0x8) = -1 EFAULT",
                         'ioctl(3, TUNSETIFF, {"plumb0", flags 0x1001}) = 0')
                for line in lines:
                    self.assertIn(line, text)
                five = f'{{{to}, ["a", "a", "a", "a", ...]}}, ' + f'{{{to}, ["a"]}}, ' * 3 + "...], 6, 0)"
                for line in (f"sendmmsg(3, [{five} = 6", '["aaaaa"]}, {["a"]}, {["a"]}, {["a"]}, ...], 6, MSG_DONTWAIT, NULL) = 6',
                             "sendmsg(3, {0x1000, [0x1000]}, 0)", "sendmmsg(3, 0x1000, 2, 0) = -1 EFAULT", "writev(3, [0x1000], 1) = -1 E",
                             "connect(3, {}, 1)", f'"{64 * "p"}"..., O_RDONLY', 'execve("/nowhere", ["x", 0x1000], NULL) = -1 E',
                             f"""execve("/nowhere", [{'"w", ' * 15}...], NULL) = -1 ENOENT"""):
                    self.assertIn(line, text)
                self.assertRegex(text, rf"{receive}\(3, \[{{\[\]}}, {{\[\]}}, {{\[\]}}\], 3, MSG_DONTWAIT, NULL\) = -1 EAGAIN")
                received = re.escape(f'[{{{to}, ["oneand a half"]}}, {{{to}, ["two"]}}], 3, MSG_DONTWAIT, NULL) = 2')
                self.assertRegex(text, rf"{receive}\(3, {received}")
        # With stations: what goes in at the call, what has come out at its end.
        text = self.follow("-e ioctl,poll /t/pointed64")
        for line in (r'SIOCGIFFLAGS, {"lo"}\)  by syscall', r'ioctl = 0, argument {"lo", flags 0x49}', r"ioctl\(3, FIONREAD, argument\)",
                     r"ioctl = 0, argument \[13\]", r"poll = 1, fds \[{fd 3, events 0x1, revents 0x1}\]"):
            self.assertRegex(text, line)

    def test_misuse_is_named(self):
        for arguments, said in (("-e nonsense true", "nonsense: neither a call nor a group"), ("-s -e tcp true", "tcp: not a call"), ("-p 1x", "1x: not a process"),
                                ("-p 32767", "pid 32767: No such process"), ("-p 1 true", "follow \\[-s\\]"), ("-r 1 true", "ring 1: Invalid argument")):
            with self.subTest(arguments):
                self.assertRegex(self.guest.run(f"follow {arguments} 2>&1; true"), f"^(follow: )?{said}")
        # socket is a call and a group: without stations, the call.
        text = self.follow("-e socket,send -s hello 127.0.0.1 5001")
        self.assertEqual(set(re.findall(r"^(\w+)\(", text, re.M)) - {"execve"}, {"socket"})

    def test_null_pointers(self):
        self.assertIn('sendto(3, "hello", 5, MSG_NOSIGNAL, NULL, 0)', self.follow("-s hello 127.0.0.1 5001"))

    def test_children_signals_and_ends(self):
        text = self.follow("-s -f sh -c 'sleep 0; kill -SEGV $$'; true")
        self.assertRegex(text, r'\[pid \d+\] execve\("/bin/sleep"')
        self.assertRegex(text, r"--- SIGSEGV ---\n(\[pid \d+\] )?\+\+\+ killed by SIGSEGV \+\+\+")
        self.assertNotIn("sleep", self.follow("-s sh -c 'sleep 0; true'").replace('"sleep 0; true"', "").replace('"/bin/sleep"', ""))

    def test_attach(self):
        self.guest.run("nc -l -p 7001 >/tmp/heard & echo $! >/tmp/pid; while ! netstat -tln | grep -q :7001; do sleep 0.1; done", 15)
        self.guest.run("(sleep 0.5; echo plumb | nc 127.0.0.1 7001) &")
        text = self.follow("-p $(cat /tmp/pid)")
        self.assertIn("is /bin/nc", text)
        self.assertRegex(text, r'buffer "plumb\\n"')
        self.assertIn("+++ exited with 0 +++", text)

    def test_one_follower_and_root_alone(self):
        self.assertIn("busy", self.guest.run("follow -s follow -s true 2>&1; true"))
        self.assertEqual(self.guest.run("ls -l /dev/trace").split()[0], "crw-------")

    def test_what_is_lost_is_counted(self):
        self.guest.run("follow -r 16 -j /tmp/raw /t/cost >/dev/null; follow -r 16 -o /tmp/out /t/cost >/dev/null", 120)
        lost = self.guest.run("grep lost /tmp/out | head -n 1")
        self.assertRegex(lost, r"\.\.\. \d+ records were lost \.\.\.")

    def test_cost(self):
        """Off, a station is a load and a branch; on, records are written. Ratios, as they are to be had on a busy machine."""
        def measured(command):
            return [float(word) for word in self.guest.run(command, 120).split()]

        off = measured("/t/cost")
        on = measured("follow -j /dev/null /t/cost")
        again = min(measured("/t/cost")[0] for _ in range(3))  # the machine may have been busy with something else
        print(f"trace: null call {off[0]:.0f} ns off, {on[0]:.0f} on ({on[0] / off[0]:.1f}); "
              f"TCP round trip {off[1] / 1000:.1f} µs off, {on[1] / 1000:.1f} on ({on[1] / off[1]:.1f})")
        self.assertLess(again, off[0] * 3, "the trace stays switched on")
        self.assertGreater(on[1], off[1])

    def test_stock_program(self):
        answer = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
        with TcpServer(lambda connection: (connection.recv(1000), connection.sendall(answer))) as server:
            text = self.follow(f"/t/busybox wget -q -O /dev/null http://{HOST_ADDRESS}:{server.port}/; true")
        self.assertRegex(text, r"e1000_xmit_frame skb=\d+")
        self.assertRegex(text, r"← skb \d+: ARP 10.0.2.2 is at|→ skb \d+: 10.0.2.15:\d+ > 10.0.2.2:\d+ TCP S ")
        self.assertRegex(text, r"connect\(3, {AF_INET, 10.0.2.2:\d+}, 16\)")

    def test_stations_are_listed(self):
        lines = self.guest.run("cat /proc/stations").strip().split("\n")
        self.assertGreater(len(lines), 120)
        for number, line in enumerate(lines):
            self.assertRegex(line.strip(), rf"^{number} [a-z]+ (station|event) \w+ (kernel|net)/\S+:\d+( \w+:[a-z0-9]+)*$")

"""Sockets: `sockets` lists them all, `tcp` shows TCP's variables, `fd` the way from a descriptor to the queues."""

import ipaddress
import socket

import gdb
import kernel
import printers

# kernel/uapi/socket.h, kernel/uapi/in.h
STATES = ("", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
          "LISTEN", "CLOSING", "NEW_SYN_RECV")
TYPES = {1: "stream", 2: "dgram", 3: "raw", 5: "seqpacket", 10: "packet"}
FAMILIES = {1: "unix", 2: "inet", 10: "inet6", 16: "netlink", 17: "packet"}
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}
STREAM, DGRAM, TCP_LISTEN = 1, 2, 10


# --- addresses ---

def address_text(value):
    """An address of four or sixteen bytes; of IPv4 in IPv6's form as IPv4."""
    data = kernel.memory(value.address, value.type.sizeof)
    if len(data) == 4:
        return socket.inet_ntoa(data)
    address = ipaddress.IPv6Address(data[:16])
    return str(address.ipv4_mapped or address)


def end_text(address, port):
    text = address_text(address)
    text = "*" if text in ("0.0.0.0", "::") else f"[{text}]" if ":" in text else text
    return f"{text}:{port or '*'}"


def names_of(sk):
    """(local, remote) of a struct sock of its own type."""
    if kernel.has(sk, "local_port"):
        local = sk["receive_address"] if int(sk["state"]) == TCP_LISTEN else sk["local_address"]
        port = int(sk["bound_port"]) or printers.big_endian(sk["local_port"])
        return end_text(local, port), end_text(sk["remote_address"], printers.big_endian(sk["remote_port"]))
    if kernel.has(sk, "peer") and kernel.has(sk, "address"):
        peer = kernel.referenced(sk["peer"])
        return unix_name(sk), unix_name(peer.dereference()) if peer else "-"
    return "-", "-"


def unix_name(sk):
    address = kernel.referenced(sk["address"])
    if not address:
        return "(unnamed)"
    name = kernel.memory(address["bytes"].address, int(address["length"]))[2:]
    return ("@" + name[1:].decode(errors="replace")) if name[:1] == b"\0" else name.rstrip(b"\0").decode(errors="replace")


# --- finding them ---

def filled(lists):
    """Those of an array of Lists that aren't empty: one read instead of thousands."""
    count = lists.type.range()[1] + 1
    size = lists.type.sizeof // count
    data, base = kernel.memory(lists.address, lists.type.sizeof), int(lists.address)
    for i in range(count):
        first = int.from_bytes(data[i * size:i * size + 8], "little")
        if first and first != base + i * size:
            yield lists[i]


def descriptors(process):
    """(number, struct file*) of a process."""
    table = kernel.referenced(process["files"])
    if not table:
        return
    for i in range(int(table["chunk_count_"])):
        chunk = table["chunks_"][i]
        if not chunk:
            continue
        used = int(chunk["used"])
        for j in range(64):
            if used >> j & 1 and chunk["files"][j]:
                yield 64 * i + j, chunk["files"][j]


def socket_of(opened):
    """struct socket* of a file; None when it isn't a socket's."""
    own = kernel.most_derived(opened)
    return kernel.referenced(own["sock_"]) if own.type.target().name == "SocketFile" else None


def shown_by():
    """{address of a sock: ["program[pid]:fd", …]}"""
    found = {}
    for process in kernel.processes():
        for fd, opened in descriptors(process):
            sock = socket_of(opened)
            if sock and sock["sk"]:
                found.setdefault(int(sock["sk"]), []).append(f"{kernel.program_name(process)}[{int(process['pid'])}]:{fd}")
    return found


def hashed():
    """Everything in TCP's table of connections: TcpHashed*."""
    buckets, count = kernel.variable("buckets", "tcp_hash.cpp"), int(kernel.variable("bucket_mask", "tcp_hash.cpp")) + 1
    if not buckets:
        return
    data = kernel.memory(buckets, 8 * count)
    kind = kernel.lookup("TcpHashed").pointer()
    for i in range(count):
        entry = gdb.Value(int.from_bytes(data[8 * i:8 * i + 8], "little")).cast(kind)
        while entry:
            yield entry
            entry = entry["next"]


def as_full(entry, type_name):
    """The object that a TcpHashed is a base of."""
    offset = kernel.offset_of(type_name, "tuple") - kernel.offset_of("TcpHashed", "tuple")
    return gdb.Value(int(entry) - offset).cast(kernel.lookup(type_name).pointer())


def kind_of(entry):
    return str(entry["kind"]).rsplit("::", 1)[-1]


def tcp_socks():
    """tcp_sock* of all connections and listeners, and of those that are neither yet but have a descriptor."""
    found = {}
    for entry in hashed():
        if kind_of(entry) == "full":
            sk = as_full(entry, "tcp_sock")
            found[int(sk)] = sk
    for listeners in filled(kernel.variable("listeners", "tcp_hash.cpp")):
        for sk in kernel.items(listeners, "tcp_sock", "listen_node"):
            found[int(sk)] = sk
    for address in shown_by():
        sk = kernel.most_derived(gdb.Value(address).cast(kernel.lookup("sock").pointer()))
        if sk.type.target().name == "tcp_sock":
            found.setdefault(int(sk), sk)
    return list(found.values())


def all_socks():
    """Pointers of their own types to every struct sock that there is."""
    found = {int(sk): sk for sk in tcp_socks()}
    kind = kernel.lookup("sock").pointer()
    places = [(bucket, "inet_sock", "port_node") for bucket in filled(kernel.variable("buckets", "inet_ports.cpp"))]
    for file in ("ipv4/raw.cpp", "ipv6/raw6.cpp"):
        places += [(bucket, "raw_sock", "raw_node") for bucket in filled(kernel.variable("table", file)["lists"])]
    places.append((kernel.variable("all_sockets", "unix_socket.cpp"), "unix_sock", "all_node"))
    pointers = [sk.cast(kind) for place in places for sk in kernel.items(*place)]
    for sk in pointers + [gdb.Value(address).cast(kind) for address in shown_by()]:
        found.setdefault(int(sk), kernel.most_derived(sk))
    return list(found.values())


# --- commands ---

def state_of(sk):
    if int(sk["type"]) == STREAM or int(sk["protocol"]) == 6:
        return STATES[int(sk["state"])]
    return "connected" if int(sk["state"]) == 1 else "-"


def protocol_of(sk):
    family = FAMILIES.get(int(sk["family"]), str(int(sk["family"])))
    if family in ("inet", "inet6") and int(sk["type"]) != 3:
        return PROTOCOLS.get(int(sk["protocol"]), str(int(sk["protocol"])))
    return TYPES.get(int(sk["type"]), str(int(sk["type"])))


class Sockets(kernel.Table):
    """All sockets of the machine: family, protocol, state, addresses, what lies in their queues, who has them.

usage: sockets
RECV: bytes to be read, SEND: bytes on their way out (memory, with their records), WAIT: waiters on the socket."""

    usage = "sockets"

    def __init__(self):
        super().__init__("sockets")

    def invoke(self, argument, from_tty):
        self.arguments(argument, 0, 0)
        users = shown_by()
        rows = [("SOCK", "FAMILY", "KIND", "STATE", "RECV", "SEND", "LOCAL", "REMOTE", "DESCRIPTOR")]
        for sk in all_socks():
            local, remote = names_of(sk.dereference())
            rows.append((f"{int(sk):#x}", FAMILIES.get(int(sk["family"]), int(sk["family"])), protocol_of(sk), state_of(sk),
                         int(sk["receive_queue"]["bytes"]), int(sk["send_allocated"]), local, remote,
                         " ".join(users.get(int(sk), ["none"]))))
        for entry in hashed():
            if kind_of(entry) != "full":
                name = "SYN_RECV" if kind_of(entry) == "request" else "TIME_WAIT"
                names = entry["tuple"]
                rows.append((f"{int(entry):#x}", "inet", "tcp", name, 0, 0,
                             end_text(names["local_address"], printers.big_endian(names["local_port"])),
                             end_text(names["remote_address"], printers.big_endian(names["remote_port"])), "none"))
        kernel.print_table(rows, right=(4, 5))


def queue_text(queue):
    return f"{int(queue['count'])} of {int(queue['bytes'])} bytes"


def timer_text(timer, now):
    deadline = int(timer["deadline"])
    if deadline >= 1 << 62:  # no_deadline
        return "off"
    return f"in {(deadline - now) / 1e6:.1f} ms"


def raw(sequence):
    return int(sequence["raw_"])


def past(sequence, initial):
    return (raw(sequence) - raw(initial)) & 0xffffffff


def show_tcp(sk, users):
    local, remote = names_of(sk)
    who = " ".join(users.get(int(sk.address), ["no descriptor"]))
    print(f"tcp_sock {int(sk.address):#x}  {STATES[int(sk['state'])]}  {local} -> {remote}  {who}")
    if int(sk["state"]) == TCP_LISTEN:
        print(f"  backlog  {int(sk['backlog'])} wait to be accepted, at most {int(sk['max_backlog'])}")
        return
    sent, received = sk["initial_send"], sk["initial_receive"]
    print(f"  send     ISS {raw(sent)}; from there UNA +{past(sk['send_unacknowledged'], sent)}, NXT +{past(sk['send_next'], sent)}, "
          f"written +{past(sk['write_next'], sent)}; the peer's window {int(sk['send_window'])}")
    print(f"  receive  IRS {raw(received)}; from there NXT +{past(sk['receive_next'], received)}, "
          f"read +{past(sk['copied'], received)}; window {int(sk['receive_window'])}")
    ssthresh = int(sk["slow_start_threshold"])
    print(f"  sending  {str(sk['congestion']).rsplit('::', 1)[-1]}, cwnd {int(sk['congestion_window'])}, "
          f"ssthresh {'none' if ssthresh >= 0x7fffffff else ssthresh}, mss {int(sk['mss'])}, "
          f"srtt {int(sk['smoothed_rtt']) / 1e6:.3f} ms, rto {int(sk['rto']) / 1e6:.0f} ms")
    print("  queues   " + ", ".join(f"{name} {queue_text(sk[member])}" for name, member in (
        ("write", "write_queue"), ("retransmit", "retransmit_queue"), ("receive", "receive_queue"),
        ("out of order", "out_of_order"))))
    now = kernel.now()
    print("  timers   " + ", ".join(f"{name} {timer_text(sk[name + '_timer'], now)}" for name in ("retransmit", "ack", "keepalive")))


class Tcp(kernel.Table):
    """TCP's connections and listeners: state, sequence numbers, windows, queues, timers.

usage: tcp [EXPR]     all of them, or the one that EXPR points or refers to
Sequence numbers are counted from the initial one. Timers are counted from when the running thread got the processor."""

    usage = "tcp [EXPR]"

    def __init__(self):
        super().__init__("tcp")

    def invoke(self, argument, from_tty):
        if argument:
            value = gdb.parse_and_eval(argument)
            sk = value.address if value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT else value
            if sk.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_INT):
                sk = sk.referenced_value().address if sk.type.strip_typedefs().code == gdb.TYPE_CODE_REF else sk
            found = [s for s in tcp_socks() if int(s) == int(sk)]
            if not found:
                raise gdb.GdbError(f"no TCP socket at {int(sk):#x}; `tcp` lists them")
        else:
            found = tcp_socks()
        users = shown_by()
        for sk in found:
            show_tcp(sk.dereference(), users)


def symbol_at(address):
    """The name of what an address is the beginning of."""
    text = gdb.execute(f"info symbol {int(address):#x}", to_string=True)
    return text.split(" in section")[0].strip() if " in section" in text else f"{int(address):#x}"


def waiters(queue):
    return sum(1 for _ in kernel.items(queue["entries_"], "WaitEntry", "node"))


def show_queue(name, queue):
    print(f"  {name:8} {queue_text(queue)}")
    for skb in kernel.items(queue["list"], "sk_buff", "node", most=8):
        print(f"             {printers.SkbPtrPrinter(skb.dereference()).to_string()}   (skb *(sk_buff*){int(skb):#x})")


class Fd(kernel.Table):
    """The way from a descriptor to the buffers: descriptor, file, socket, sock, queues.

usage: fd PID N"""

    usage = "fd PID N"

    def __init__(self):
        super().__init__("fd")

    def invoke(self, argument, from_tty):
        try:
            pid, number = (int(word) for word in self.arguments(argument, 2, 2))
        except ValueError:
            raise gdb.GdbError(f"usage: {self.usage}") from None
        process = kernel.process_by_pid(pid)
        opened = dict(descriptors(process)).get(number)
        if opened is None:
            used = ", ".join(str(fd) for fd, _ in descriptors(process))
            raise gdb.GdbError(f"descriptor {number} isn't open in process {pid}; there are {used or 'none'}")
        own = kernel.most_derived(opened)
        print(f"descriptor {number} of {kernel.program_name(process)} (pid {pid})")
        print(f"  file     {own.type.target().name} {int(opened):#x}, flags {int(opened['flags']):#o}, {int(opened['count_'])} owners")
        sock = socket_of(opened)
        if sock:
            self.show_socket(sock)
        elif kernel.referenced(opened["dentry"]):
            print(f"  name     {printers.dentry_path(kernel.referenced(opened['dentry']))}, offset {int(opened['offset'])}")

    @staticmethod
    def show_socket(sock):
        state = str(sock["state"]).rsplit("::", 1)[-1]
        print(f"  socket   {int(sock):#x}, {FAMILIES.get(int(sock['family']), int(sock['family']))} "
              f"{TYPES.get(int(sock['type']), int(sock['type']))}, {state}, inode {int(sock['inode'])}, {waiters(sock['wait'])} waiters")
        print(f"  ops      {symbol_at(sock['ops'])}")
        if not sock["sk"]:
            return
        sk = kernel.most_derived(sock["sk"])
        local, remote = names_of(sk.dereference())
        print(f"  sock     {sk.type.target().name} {int(sk):#x}, {state_of(sk)}, {local} -> {remote}")
        if sk["prot"]:
            print(f"  proto    {kernel.text(sk['prot']['name'])}")
        show_queue("receive", sk["receive_queue"])
        for name, member in (("write", "write_queue"), ("resend", "retransmit_queue")):
            if kernel.has(sk.dereference(), member):
                show_queue(name, sk[member])


def register():
    Sockets()
    Tcp()
    Fd()

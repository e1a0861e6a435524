// AF_NETLINK: making and releasing sockets, their ports and groups, the table of verbs. A port is
// what a netlink address has for a port number: mostly the process's id.
#include "kernel/base/string.h"
#include "net/netlink/netlink.h"
#include "net/netlink/netlink_sock.h"
#include "net/netlink/rtnetlink.h"

namespace {

constexpr proto named(const char* name) {
    proto made{};
    made.name = name;
    return made;
}
proto netlink_proto = named("NETLINK");

NetlinkSockets all_sockets;
List<NetlinkProtocol, &NetlinkProtocol::node> protocols;

u64 known_groups(const netlink_sock& sk) {
    return sk.kernel->groups >= 64 ? ~u64{0} : (u64{1} << sk.kernel->groups) - 1;
}

Result<void> netlink_release(socket& sock) {
    struct sock* released = std::exchange(sock.sk, nullptr);
    if (!released) return {};
    netlink_sock& sk = static_cast<netlink_sock&>(*released);
    NetlinkSockets::remove(sk);
    sk.dump.reset();
    sock_orphan(sk);
    sk.receive_queue.purge();
    sk.room.wake_all();
    sock_put(sk);
    return {};
}

Result<SockaddrNl> read_address(const SockaddrStorage& storage, u32 length) {
    if (length < sizeof(SockaddrNl)) return Errno{EINVAL};
    SockaddrNl address;
    memcpy(&address, storage.bytes, sizeof address);
    if (address.family != AF_NETLINK) return Errno{EINVAL};
    return address;
}

Result<void> netlink_bind(socket& sock, const SockaddrStorage& storage, u32 length) {
    netlink_sock& sk = netlink_of(sock);
    const SockaddrNl address = TRY(read_address(storage, length));
    if (sk.port) {
        if (address.port != sk.port) return Errno{EINVAL};
    } else if (address.port == 0) {
        netlink_autobind(sk);
    } else {
        if (netlink_find(*sk.kernel, address.port)) return Errno{EADDRINUSE};
        sk.port = address.port;
    }
    sk.groups = (sk.groups & ~u64{0xffff'ffff}) | (address.groups & known_groups(sk));
    return {};
}

u32 first_group(u32 mask) { return mask ? static_cast<u32>(__builtin_ctz(mask)) + 1 : 0; }
u32 group_mask(u32 group) { return group ? u32{1} << ((group - 1) & 31) : 0; }

Result<void> netlink_connect(socket& sock, const SockaddrStorage& storage, u32 length, bool) {
    netlink_sock& sk = netlink_of(sock);
    if (length < sizeof(u16)) return Errno{EINVAL};
    if (storage.family() == AF_UNSPEC) {
        sk.connected = false;
        sk.peer_port = sk.peer_group = 0;
        return {};
    }
    const SockaddrNl address = TRY(read_address(storage, length));
    if ((address.port || address.groups) && !socket_credentials().net_admin) return Errno{EPERM};
    if (!sk.port) netlink_autobind(sk);
    sk.connected = true;
    sk.peer_port = address.port;
    sk.peer_group = first_group(address.groups);
    return {};
}

Result<u32> netlink_getname(socket& sock, SockaddrStorage& storage, bool peer) {
    const netlink_sock& sk = netlink_of(sock);
    SockaddrNl address{AF_NETLINK, 0, sk.port, static_cast<u32>(sk.groups)};
    if (peer) address = {AF_NETLINK, 0, sk.peer_port, group_mask(sk.peer_group)};
    memcpy(storage.bytes, &address, sizeof address);
    return u32{sizeof address};
}

u32 netlink_poll(socket& sock, PollTable* table) { return datagram_poll(*sock.sk, table); }
SysResult netlink_ioctl(socket&, u32, uptr, bool) { return Errno{ENOIOCTLCMD}; }
Result<void> no_socketpair(socket&, socket&) { return Errno{EOPNOTSUPP}; }
Result<void> no_accept(socket&, socket&, bool) { return Errno{EOPNOTSUPP}; }
Result<void> no_listen(socket&, int) { return Errno{EOPNOTSUPP}; }
Result<void> no_shutdown(socket&, int) { return Errno{EOPNOTSUPP}; }

constexpr proto_ops netlink_ops{
    .family = AF_NETLINK,
    .release = netlink_release,
    .bind = netlink_bind,
    .connect = netlink_connect,
    .socketpair = no_socketpair,
    .accept = no_accept,
    .getname = netlink_getname,
    .poll = netlink_poll,
    .ioctl = netlink_ioctl,
    .listen = no_listen,
    .shutdown = no_shutdown,
    .setsockopt = netlink_setsockopt,
    .getsockopt = netlink_getsockopt,
    .sendmsg = netlink_sendmsg,
    .recvmsg = netlink_recvmsg,
};

Result<void> netlink_create(socket& sock, int number) {
    if (sock.type != SOCK_RAW && sock.type != SOCK_DGRAM) return Errno{ESOCKTNOSUPPORT};
    for (NetlinkProtocol& protocol : protocols) {
        if (protocol.number != number) continue;
        Ref<netlink_sock> sk = TRY(make_ref<netlink_sock>(sock.type, protocol));
        sk->uid = socket_credentials().uid;
        sock.ops = &netlink_ops;
        all_sockets.push_back(*sk);
        sock_graft(*sk.release(), sock);
        return {};
    }
    return Errno{EPROTONOSUPPORT};
}

net_proto_family netlink_family{.node = {}, .family = AF_NETLINK, .create = netlink_create};

} // namespace

netlink_sock::netlink_sock(int type, NetlinkProtocol& protocol)
    : sock(netlink_proto, AF_NETLINK, type, protocol.number), kernel(&protocol) {}

netlink_sock::~netlink_sock() = default;

NetlinkSockets& netlink_sockets() { return all_sockets; }
void netlink_register(NetlinkProtocol& protocol) { protocols.push_back(protocol); }

netlink_sock* netlink_find(const NetlinkProtocol& protocol, u32 port) {
    if (port)
        for (netlink_sock& sk : all_sockets)
            if (sk.kernel == &protocol && sk.port == port) return &sk;
    return nullptr;
}

// The process's id when no other socket has it; else a number that no process has.
void netlink_autobind(netlink_sock& sk) {
    static u32 last = 0xffff'f000;
    u32 port = static_cast<u32>(socket_credentials().pid);
    while (port == 0 || netlink_find(*sk.kernel, port)) {
        port = --last;
        if (last < 0x8000'0000) last = 0xffff'f000;
    }
    sk.port = port;
}

bool netlink_has_listeners(const NetlinkProtocol& protocol, u32 group) {
    for (netlink_sock& sk : all_sockets)
        if (sk.kernel == &protocol && sk.listens_to(group)) return true;
    return false;
}

void netlink_init() {
    sock_register(netlink_family);
    rtnetlink_init();
}

void netlink_seq_show(TextBuffer& out) {
    out.print("sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    "
              "Inode\n");
    for (netlink_sock& sk : all_sockets)
        out.print("%016x %-3d %-10u %08x %-8u %-8u %-5d %-8u %-8u %-8llu\n", 0u, sk.protocol,
                  sk.port, static_cast<u32>(sk.groups), sk.receive_allocated, sk.send_allocated,
                  sk.dump ? 1 : 0, sk.ref_count(), sk.drops,
                  static_cast<unsigned long long>(sk.owner ? sk.owner->inode : 0));
}

// AF_PACKET: making, binding and releasing sockets; what happens to them when devices come and go.
#include "kernel/base/string.h"
#include "net/ipv4/inet_verbs.h"
#include "net/packet/packet.h"
#include "net/packet/packet_sock.h"

namespace {

// Only a name: the verbs are in packet_ops.
constexpr proto named(const char* name) {
    proto made{};
    made.name = name;
    return made;
}
proto packet_proto = named("PACKET");

List<packet_sock, &packet_sock::packet_node> all_sockets;

Result<void> packet_release(socket& sock) {
    struct sock* generic = std::exchange(sock.sk, nullptr);
    if (!generic) return {};
    auto& sk = static_cast<packet_sock&>(*generic);
    packet_unhook(sk);
    packet_drop_memberships(sk, nullptr);
    sk.packet_node.unlink();
    sock_orphan(sk);
    sk.receive_queue.purge();
    sk.ring.reset();
    sock_put(sk);
    return {};
}

// From now on: this protocol, on this device (null: any).
void tie(packet_sock& sk, net_device* dev, be16 protocol) {
    packet_unhook(sk);
    sk.protocol_number = protocol;
    sk.ifindex = dev ? dev->ifindex : 0;
    sk.hook.dev = dev;
    if (protocol == be16(0)) return;
    if (!dev || (dev->flags & IFF_UP)) return packet_hook(sk);
    sk.error = ENETDOWN;
    sk.wake(POLLERR);
}

Result<void> bind_by_name(packet_sock& sk, const SockaddrStorage& address, u32 length) {
    if (length != 16) return Errno{EINVAL}; // struct sockaddr
    char name[15] = {};
    memcpy(name, address.bytes + 2, 14);
    net_device* dev = dev_get_by_name(name);
    if (!dev) return Errno{ENODEV};
    tie(sk, dev, sk.protocol_number);
    return {};
}

Result<void> packet_bind(socket& sock, const SockaddrStorage& address, u32 length) {
    packet_sock& sk = packet_of(sock);
    if (sock.type == SOCK_PACKET) return bind_by_name(sk, address, length);
    if (length < sizeof(sockaddr_ll) || address.family() != AF_PACKET) return Errno{EINVAL};
    const auto& name = *reinterpret_cast<const sockaddr_ll*>(address.bytes);
    net_device* dev = nullptr;
    if (name.ifindex && !(dev = dev_get_by_index(name.ifindex))) return Errno{ENODEV};
    const be16 protocol = name.protocol == be16(0) ? sk.protocol_number : name.protocol;
    if (sk.running && sk.hook.dev == dev && sk.protocol_number == protocol) return {};
    tie(sk, dev, protocol);
    return {};
}

Result<u32> packet_getname(socket& sock, SockaddrStorage& address, bool peer) {
    packet_sock& sk = packet_of(sock);
    if (peer) return Errno{EOPNOTSUPP};
    net_device* dev = dev_get_by_index(sk.ifindex);
    if (sock.type == SOCK_PACKET) {
        struct {
            u16 family = AF_PACKET;
            char name[14] = {};
        } old;
        if (dev) copy_string(old.name, sizeof old.name, dev->name);
        memcpy(address.bytes, &old, sizeof old);
        return static_cast<u32>(sizeof old);
    }
    sockaddr_ll name{};
    name.family = AF_PACKET;
    name.ifindex = sk.ifindex;
    name.protocol = sk.protocol_number;
    if (dev) {
        name.hatype = dev->type;
        name.halen = dev->hard_header_len ? ETH_ALEN : 0;
        memcpy(name.addr, dev->dev_addr, name.halen);
    }
    memcpy(address.bytes, &name, sizeof name);
    return sockaddr_ll_header + name.halen;
}

u32 packet_poll(socket& sock, PollTable* table) {
    packet_sock& sk = packet_of(sock);
    u32 events = datagram_poll(sk, table);
    if (sk.ring && sk.ring->unread()) events |= POLLIN | POLLRDNORM;
    return events;
}

SysResult packet_ioctl(socket& sock, u32 command, uptr argument, bool compat) {
    packet_sock& sk = packet_of(sock);
    switch (command) {
    case SIOCINQ: {
        const sk_buff* first = sk.receive_queue.front();
        return put_user_object(argument, first ? static_cast<i32>(first->len()) : i32{0});
    }
    case SIOCOUTQ:
        return put_user_object(argument, static_cast<i32>(sk.send_allocated));
    default: // addresses, routes, ARP: as on a socket of AF_INET
        return inet_ioctl(sock, command, argument, compat);
    }
}

Result<Ref<MappablePages>> packet_mmap(socket& sock) {
    packet_sock& sk = packet_of(sock);
    if (!sk.ring) return Errno{EINVAL};
    return Ref<MappablePages>(sk.ring);
}

Result<void> no_connect(socket&, const SockaddrStorage&, u32, bool) { return Errno{EOPNOTSUPP}; }
Result<void> no_socketpair(socket&, socket&) { return Errno{EOPNOTSUPP}; }
Result<void> no_accept(socket&, socket&, bool) { return Errno{EOPNOTSUPP}; }
Result<void> no_number(socket&, int) { return Errno{EOPNOTSUPP}; }

constexpr proto_ops packet_ops{
    .family = AF_PACKET,
    .release = packet_release,
    .bind = packet_bind,
    .connect = no_connect,
    .socketpair = no_socketpair,
    .accept = no_accept,
    .getname = packet_getname,
    .poll = packet_poll,
    .ioctl = packet_ioctl,
    .listen = no_number,
    .shutdown = no_number,
    .setsockopt = packet_setsockopt,
    .getsockopt = packet_getsockopt,
    .sendmsg = packet_sendmsg,
    .recvmsg = packet_recvmsg,
    .mmap = packet_mmap,
};

Result<void> packet_create(socket& sock, int protocol) {
    const SocketCredentials who = socket_credentials();
    if (!who.net_admin) return Errno{EPERM};
    if (sock.type != SOCK_RAW && sock.type != SOCK_DGRAM && sock.type != SOCK_PACKET)
        return Errno{ESOCKTNOSUPPORT};
    Ref<packet_sock> sk = TRY(make_ref<packet_sock>(packet_proto, AF_PACKET, sock.type, 0));
    sk->uid = who.uid;
    sk->hook.func = packet_rcv;
    sk->hook.owner = sk.get();
    all_sockets.push_back(*sk);
    sock.ops = &packet_ops;
    packet_sock& made = *sk;
    sock_graft(*sk.release(), sock);
    tie(made, nullptr, be16::from_raw(static_cast<u16>(protocol)));
    return {};
}

net_proto_family packet_family{.node = {}, .family = AF_PACKET, .create = packet_create};

void device_down(packet_sock& sk) {
    if (!sk.running) return;
    packet_unhook(sk);
    sk.error = ENETDOWN;
    sk.wake(POLLERR);
}

void device_changed(net_device& dev, NetdevEvent event) {
    for (packet_sock& sk : all_sockets) {
        if (event == NetdevEvent::unregister) packet_drop_memberships(sk, &dev);
        if (sk.hook.dev != &dev) continue;
        if (event == NetdevEvent::up && sk.protocol_number != be16(0)) packet_hook(sk);
        if (event == NetdevEvent::down || event == NetdevEvent::unregister) device_down(sk);
        if (event != NetdevEvent::unregister) continue;
        sk.ifindex = -1;
        sk.hook.dev = nullptr;
    }
}
NetdevNotifier notifier{.node = {}, .notify = device_changed};

} // namespace

packet_sock::~packet_sock() { packet_unhook(*this); }

void packet_hook(packet_sock& sk) {
    if (std::exchange(sk.running, true)) return;
    sk.hook.type = sk.protocol_number.host();
    dev_add_pack(sk.hook);
}

void packet_unhook(packet_sock& sk) {
    if (std::exchange(sk.running, false)) dev_remove_pack(sk.hook);
}

void packet_init() {
    sock_register(packet_family);
    register_netdevice_notifier(notifier);
}

void packet_seq_show(TextBuffer& out) {
    out.print("%-17sRefCnt Type Proto  Iface R Rmem   User   Inode\n", "sk");
    for (packet_sock& sk : all_sockets)
        out.print("%016x %-6u %-4d %04x   %-5d %1d %-6u %-6u %-6llu\n", 0u, sk.ref_count(), sk.type,
                  sk.protocol_number.host(), sk.ifindex, sk.running, sk.receive_allocated, sk.uid,
                  static_cast<unsigned long long>(sk.inode));
}

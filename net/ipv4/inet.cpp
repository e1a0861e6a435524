// AF_INET: creating sockets of the Internet family, and what all its protocols do alike: bind,
// names, ioctl, options.
#include "net/ipv4/inet.h"
#include "kernel/base/string.h"
#include "net/arp.h"
#include "net/ipv4/inet_verbs.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/ip_sockglue.h"
#include "net/ipv4/multicast.h"
#include "net/ipv4/route.h"

namespace {

InetSwitchTable switch_table;

// The line for this type and protocol; protocol 0 means the type's first, and a line of protocol 0
// takes any.
Result<inet_protosw*> find_protocol(InetSwitchTable& table, int type, int protocol) {
    bool type_known = false;
    for (inet_protosw& line : table) {
        if (line.type != type) continue;
        type_known = true;
        const bool exact = protocol == line.protocol && protocol != IPPROTO_IP;
        const bool first = protocol == IPPROTO_IP && line.protocol != IPPROTO_IP;
        const bool wild = protocol != IPPROTO_IP && line.protocol == IPPROTO_IP;
        if (exact || first || wild) return &line;
    }
    return Errno{type_known ? EPROTONOSUPPORT : ESOCKTNOSUPPORT};
}

} // namespace

Result<void> inet_create_from(InetSwitchTable& table, socket& sock, int protocol) {
    if (protocol < 0 || protocol >= IPPROTO_MAX) return Errno{EINVAL};
    inet_protosw& line = *TRY(find_protocol(table, sock.type, protocol));
    const SocketCredentials who = socket_credentials();
    if (line.privileged && !who.net_admin) return Errno{EPERM};
    const int number = line.protocol == IPPROTO_IP ? protocol : line.protocol;
    Ref<struct sock> sk = TRY(line.make(number));
    sk->uid = who.uid;
    // Sockets without ports begin with the switch on (Linux: INET_PROTOSW_REUSE).
    sk->reuse_address = line.type == SOCK_RAW || number == IPPROTO_ICMP || number == IPPROTO_ICMPV6;
    if (sk->prot->init) TRY(sk->prot->init(*sk));
    sock.ops = line.ops;
    sock.protocol = number;
    sock_graft(*sk.release(), sock);
    return {};
}

namespace {

Result<void> inet_create(socket& sock, int protocol) {
    TRACE_STATION(inet, "protocol", protocol);
    return inet_create_from(switch_table, sock, protocol);
}

net_proto_family inet_family{.node = {}, .family = AF_INET, .create = inet_create};

inet_sock& inet_of(socket& sock) { return static_cast<inet_sock&>(*sock.sk); }

} // namespace

inet_sock::~inet_sock() {
    port_node.unlink();
    ip_mc_leave_all(*this);
}

void inet_init() { sock_register(inet_family); }

// Protocols of their own first, the one that takes any last.
void inet_register_in(InetSwitchTable& table, inet_protosw& entry) {
    if (entry.protocol == IPPROTO_IP)
        table.push_back(entry);
    else
        table.push_front(entry);
}

void inet_register_protosw(inet_protosw& entry) { inet_register_in(switch_table, entry); }

Result<sockaddr_in> inet_address(const SockaddrStorage& address, u32 length) {
    if (length < sizeof(sockaddr_in)) return Errno{EINVAL};
    sockaddr_in result;
    memcpy(&result, address.bytes, sizeof result);
    if (result.sin_family != AF_INET) return Errno{EAFNOSUPPORT};
    return result;
}

Result<void> inet_release(socket& sock) {
    TRACE_STATION(inet, "socket", sock);
    struct sock* sk = std::exchange(sock.sk, nullptr);
    if (!sk) return {};
    ip_mc_leave_all(static_cast<inet_sock&>(*sk));
    sk->prot->close(*sk);
    return {};
}

// May the socket have this address of ours? (Linux: __inet_bind)
static Result<void> check_bind_address(const inet_sock& sk, be32 address) {
    const u8 type = inet_addr_type(address);
    if (sk.freebind || sk.transparent || address == be32(0) || type == rtn_local ||
        type == rtn_multicast || type == rtn_broadcast)
        return {};
    return Errno{EADDRNOTAVAIL};
}

Result<void> inet_bind(socket& sock, const SockaddrStorage& storage, u32 length) {
    TRACE_STATION(inet, "socket", sock);
    inet_sock& sk = inet_of(sock);
    if (length < sizeof(sockaddr_in)) return Errno{EINVAL};
    sockaddr_in address;
    memcpy(&address, storage.bytes, sizeof address);
    if (address.sin_family != AF_INET && sock.type != SOCK_RAW) { // raw ones don't look
        // An old mistake of programs that Linux forgives: AF_UNSPEC with the wildcard address.
        if (address.sin_family != AF_UNSPEC || address.sin_addr != be32(0))
            return Errno{EAFNOSUPPORT};
    }
    TRY(check_bind_address(sk, address.sin_addr));
    const u8 type = inet_addr_type(address.sin_addr);
    return inet_bind_to(sock, address.sin_addr, address.sin_port.host(),
                        type == rtn_broadcast || type == rtn_multicast);
}

Result<void> inet_bind_to(socket& sock, const in6_addr& address, u16 port, bool no_source) {
    inet_sock& sk = inet_of(sock);
    if (sock.type != SOCK_RAW && port && port < 1024 && !socket_credentials().net_admin)
        return Errno{EACCES};
    if (sk.state != TCP_CLOSE || sk.bound_port) return Errno{EINVAL};
    sk.receive_address = sk.local_address = address;
    if (no_source) sk.local_address = in6_addr();
    if (sk.prot->get_port && (port || !sk.bind_address_no_port)) {
        if (auto claimed = sk.prot->get_port(sk, port); !claimed.ok()) {
            sk.receive_address = sk.local_address = in6_addr();
            return claimed;
        }
    }
    sk.address_locked = !address.is_any();
    sk.port_locked = port != 0;
    sk.local_port = be16(sk.bound_port);
    sk.remote_address = in6_addr();
    sk.remote_port = be16(0);
    if (sk.prot->bound) sk.prot->bound(sk);
    return {};
}

Result<u32> inet_getname(socket& sock, SockaddrStorage& storage, bool peer) {
    TRACE_STATION(inet, "socket", sock, "peer", peer);
    inet_sock& sk = inet_of(sock);
    sockaddr_in address{AF_INET, sk.local_port, sk.receive_address.v4(), {}};
    if (peer) {
        if (sk.remote_port == be16(0) || sk.state == TCP_CLOSE || sk.state == TCP_SYN_SENT)
            return Errno{ENOTCONN};
        address.sin_port = sk.remote_port;
        address.sin_addr = sk.remote_address.v4();
    } else if (address.sin_addr == be32(0)) {
        address.sin_addr = sk.local_address.v4();
    }
    memcpy(storage.bytes, &address, sizeof address);
    return static_cast<u32>(sizeof address);
}

u32 inet_poll(socket& sock, PollTable* table) { return sock.sk->prot->poll(*sock.sk, table); }

SysResult inet_ioctl(socket& sock, u32 command, uptr argument, bool compat) {
    switch (command) {
    case SIOCADDRT:
    case SIOCDELRT:
        return ip_rt_ioctl(command, argument, compat);
    case SIOCRTMSG:
        return Errno{EINVAL};
    case SIOCGARP:
    case SIOCSARP:
    case SIOCDARP:
        return arp_ioctl(command, argument);
    default:
        break;
    }
    auto answer = devinet_ioctl(command, argument, compat);
    if (answer.ok() || answer.error().code != ENOIOCTLCMD) return answer;
    if (!sock.sk->prot->ioctl) return Errno{ENOIOCTLCMD};
    return sock.sk->prot->ioctl(*sock.sk, command, argument);
}

Result<void> inet_shutdown(socket& sock, int how) {
    TRACE_STATION(inet, "socket", sock, "how", how);
    inet_sock& sk = inet_of(sock);
    if (how < SHUT_RD || how > SHUT_RDWR) return Errno{EINVAL};
    const int mask = how + 1;                    // SHUT_RD 1, SHUT_WR 2, SHUT_RDWR 3
    if (sock.state == SocketState::connecting) { // Linux: SS_CONNECTING
        const bool early = sk.state == TCP_SYN_SENT || sk.state == TCP_SYN_RECV;
        sock.state =
            early || sk.state == TCP_CLOSE ? SocketState::disconnecting : SocketState::connected;
    }
    const bool connected = sk.state != TCP_CLOSE;
    if (sk.state != TCP_LISTEN || (mask & shutdown_receive)) {
        sk.shutdown |= static_cast<u8>(mask); // even when not connected, as on Linux
        if (sk.prot->shutdown) TRY(sk.prot->shutdown(sk, mask));
    }
    sk.wake(POLLHUP | POLLRDHUP | POLLIN | POLLOUT);
    return connected ? Result<void>() : Result<void>(Errno{ENOTCONN});
}

Result<void> inet_setsockopt(socket& sock, int level, int name, std::span<const u8> value) {
    inet_sock& sk = inet_of(sock);
    if (level == SOL_IP) return ip_setsockopt(sk, name, value);
    if (level == (sk.type == SOCK_RAW ? SOL_RAW : sk.protocol)) {
        if (sk.prot->setsockopt) return sk.prot->setsockopt(sk, level, name, value);
    }
    return Errno{ENOPROTOOPT};
}

Result<u32> inet_getsockopt(socket& sock, int level, int name, std::span<u8> value) {
    inet_sock& sk = inet_of(sock);
    if (level == SOL_IP) return ip_getsockopt(sk, name, value);
    if (level == (sk.type == SOCK_RAW ? SOL_RAW : sk.protocol)) {
        if (sk.prot->getsockopt) return sk.prot->getsockopt(sk, level, name, value);
    }
    return Errno{EOPNOTSUPP};
}

// A port for a socket that sends or connects without one.
Result<void> inet_autobind(struct sock& generic) {
    TRACE_STATION(inet, "sk", generic);
    auto& sk = static_cast<inet_sock&>(generic);
    if (sk.bound_port || !sk.prot->get_port) return {};
    if (!sk.prot->get_port(sk, 0).ok()) return Errno{EAGAIN};
    sk.local_port = be16(sk.bound_port);
    return {};
}

Result<usize> inet_sendmsg(socket& sock, msghdr& message, usize size) {
    TRACE_STATION(inet, "sk", *sock.sk, "size", size);
    // A stream gets its port by connecting (Linux: no_autobind).
    if (sock.type != SOCK_STREAM) TRY(inet_autobind(*sock.sk));
    return sock.sk->prot->sendmsg(*sock.sk, message, size);
}

// Creating sockets of AF_INET6, and what all its protocols do alike: bind, names, ioctl, options.
#include "net/ipv6/af_inet6.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/devinet.h"
#include "net/ipv4/inet_verbs.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/ip6_sockglue.h"
#include "net/ipv6/mcast.h"
#include "net/ipv6/ndisc.h"
#include "net/ipv6/route6.h"

namespace {

constexpr u32 sockaddr_in6_least = 24;

InetSwitchTable switch_table;

Result<void> inet6_create(socket& sock, int protocol) {
    TRACE_STATION(inet, "protocol", protocol);
    return inet_create_from(switch_table, sock, protocol);
}

net_proto_family inet6_family{.node = {}, .family = AF_INET6, .create = inet6_create};

inet_sock& inet_of(socket& sock) { return static_cast<inet_sock&>(*sock.sk); }

Result<void> inet6_release(socket& sock) {
    if (sock.sk) ipv6_sock_mc_close(inet_of(sock));
    return inet_release(sock);
}

// May the socket have this address? (Linux: __inet6_bind)
Result<void> check_bind_address(inet_sock& sk, const sockaddr_in6& name) {
    const in6_addr& address = name.sin6_addr;
    if (address.is_unspecified()) return {};
    if (address.is_v4()) {
        if (sk.ipv6_only) return Errno{EINVAL};
        const be32 v4 = address.v4();
        const bool ours = v4 == be32(0) || inet_addr_type(v4) != rtn_unicast || sk.freebind;
        return ours ? Result<void>() : Result<void>(Errno{EADDRNOTAVAIL});
    }
    if (address.is_multicast() && sk.type == SOCK_STREAM) return Errno{EINVAL};
    if (address.needs_scope()) TRY(inet6_bind_scope(sk, name));
    if (address.is_multicast() || sk.freebind) return {};
    net_device* only = sk.bound_device ? dev_get_by_index(sk.bound_device) : nullptr;
    if (sk.bound_device && !only) return Errno{ENODEV};
    if (ipv6_get_ifaddr(address, address.is_loopback() ? nullptr : only)) return {};
    return Errno{EADDRNOTAVAIL};
}

Result<void> inet6_bind(socket& sock, const SockaddrStorage& storage, u32 length) {
    inet_sock& sk = inet_of(sock);
    auto given = inet6_address(storage, length);
    if (!given.ok()) // Linux's raw sockets have another word for it than all others
        return sk.type == SOCK_RAW && given.error() == Errno{EAFNOSUPPORT} ? Errno{EINVAL}
                                                                           : given.error();
    const sockaddr_in6 name = *given;
    const int device_before = sk.bound_device;
    auto bound = check_bind_address(sk, name);
    if (bound.ok())
        bound = inet_bind_to(sock, name.sin6_addr, name.sin6_port.host(),
                             name.sin6_addr.is_multicast());
    if (!bound.ok()) sk.bound_device = device_before;
    return bound;
}

Result<u32> inet6_getname(socket& sock, SockaddrStorage& storage, bool peer) {
    inet_sock& sk = inet_of(sock);
    sockaddr_in6 name;
    name.sin6_family = AF_INET6;
    if (peer) {
        if (sk.remote_port == be16(0) || sk.state == TCP_CLOSE || sk.state == TCP_SYN_SENT)
            return Errno{ENOTCONN};
        name.sin6_port = sk.remote_port;
        name.sin6_addr = sk.remote_address;
        if (sk.inet6->flow_send) name.sin6_flowinfo = be32(sk.inet6->flow_label);
    } else {
        name.sin6_port = sk.local_port;
        name.sin6_addr =
            sk.receive_address.is_unspecified() ? sk.local_address : sk.receive_address;
    }
    if (name.sin6_addr.needs_scope()) name.sin6_scope_id = static_cast<u32>(sk.bound_device);
    memcpy(storage.bytes, &name, sizeof name);
    return static_cast<u32>(sizeof name);
}

// struct in6_ifreq (linux/ipv6.h).
struct In6Request {
    in6_addr address;
    u32 prefix_length;
    i32 ifindex;
};

SysResult change_address(u32 command, uptr argument) {
    if (!socket_credentials().net_admin) return Errno{EPERM};
    const auto request = TRY(get_user_object<In6Request>(argument));
    net_device* dev = dev_get_by_index(request.ifindex);
    if (!dev) return Errno{ENODEV};
    if (request.prefix_length > 128) return Errno{EINVAL};
    const auto length = static_cast<u8>(request.prefix_length);
    if (command == SIOCSIFADDR)
        TRY(inet6_addr_add(*dev, request.address, length));
    else
        TRY(inet6_addr_del(*dev, request.address, length));
    return 0;
}

SysResult inet6_ioctl(socket& sock, u32 command, uptr argument, bool compat) {
    switch (command) {
    case SIOCADDRT:
    case SIOCDELRT:
        return ipv6_route_ioctl(command, argument, compat);
    case SIOCSIFADDR:
    case SIOCDIFADDR:
        return change_address(command, argument);
    case SIOCSIFDSTADDR: // tunnels
        return Errno{EOPNOTSUPP};
    default:
        break;
    }
    if (!sock.sk->prot->ioctl) return Errno{ENOIOCTLCMD};
    return sock.sk->prot->ioctl(*sock.sk, command, argument);
}

// Levels that are the protocol's own business.
bool for_protocol(const inet_sock& sk, int level, int name) {
    if (level == SOL_IPV6) return sk.type == SOCK_RAW && name == IPV6_CHECKSUM;
    if (sk.type == SOCK_RAW) return level == SOL_RAW || level == IPPROTO_ICMPV6;
    return level == sk.protocol;
}

Result<void> inet6_setsockopt(socket& sock, int level, int name, std::span<const u8> value) {
    inet_sock& sk = inet_of(sock);
    if (for_protocol(sk, level, name) && sk.prot->setsockopt)
        return sk.prot->setsockopt(sk, level, name, value);
    if (level == SOL_IPV6) return ipv6_setsockopt(sk, name, value);
    if (level == SOL_IP && sk.type != SOCK_RAW) return ip_setsockopt(sk, name, value);
    return Errno{ENOPROTOOPT};
}

Result<u32> inet6_getsockopt(socket& sock, int level, int name, std::span<u8> value) {
    inet_sock& sk = inet_of(sock);
    if (for_protocol(sk, level, name) && sk.prot->getsockopt)
        return sk.prot->getsockopt(sk, level, name, value);
    if (level == SOL_IPV6) return ipv6_getsockopt(sk, name, value);
    if (level == SOL_IP && sk.type != SOCK_RAW) return ip_getsockopt(sk, name, value);
    return Errno{ENOPROTOOPT};
}

} // namespace

const proto_ops inet6_stream_ops = {
    .family = AF_INET6,
    .release = inet6_release,
    .bind = inet6_bind,
    .connect = inet_stream_connect,
    .socketpair = sock_no_socketpair,
    .accept = inet_accept,
    .getname = inet6_getname,
    .poll = inet_poll,
    .ioctl = inet6_ioctl,
    .listen = inet_listen,
    .shutdown = inet_shutdown,
    .setsockopt = inet6_setsockopt,
    .getsockopt = inet6_getsockopt,
    .sendmsg = inet_sendmsg,
    .recvmsg = sock_common_recvmsg,
};

const proto_ops inet6_dgram_ops = {
    .family = AF_INET6,
    .release = inet6_release,
    .bind = inet6_bind,
    .connect = inet_dgram_connect,
    .socketpair = sock_no_socketpair,
    .accept = sock_no_accept,
    .getname = inet6_getname,
    .poll = inet_poll,
    .ioctl = inet6_ioctl,
    .listen = sock_no_listen,
    .shutdown = inet_shutdown,
    .setsockopt = inet6_setsockopt,
    .getsockopt = inet6_getsockopt,
    .sendmsg = inet_sendmsg,
    .recvmsg = sock_common_recvmsg,
};

void inet6_register_protosw(inet_protosw& entry) { inet_register_in(switch_table, entry); }

Result<sockaddr_in6> inet6_address(const SockaddrStorage& address, u32 length) {
    if (length < sockaddr_in6_least) {
        // A shorter name of another family is refused for that.
        if (length >= sizeof(u16) && address.family() != AF_INET6 && length >= 16)
            return Errno{EAFNOSUPPORT};
        return Errno{EINVAL};
    }
    sockaddr_in6 result;
    memcpy(&result, address.bytes, length < sizeof result ? length : sizeof result);
    if (result.sin6_family != AF_INET6) return Errno{EAFNOSUPPORT};
    return result;
}

SockaddrStorage inet6_as_v4(const sockaddr_in6& address) {
    SockaddrStorage storage{};
    const sockaddr_in name{AF_INET, address.sin6_port, address.sin6_addr.v4(), {}};
    memcpy(storage.bytes, &name, sizeof name);
    return storage;
}

Result<void> inet6_bind_scope(inet_sock& sk, const sockaddr_in6& address) {
    const int scope = static_cast<int>(address.sin6_scope_id);
    if (scope) {
        if (sk.bound_device && sk.bound_device != scope) return Errno{EINVAL};
        sk.bound_device = scope;
    }
    if (!sk.bound_device && address.sin6_addr.is_multicast())
        sk.bound_device = sk.inet6->multicast_index;
    return sk.bound_device ? Result<void>() : Result<void>(Errno{EINVAL});
}

Result<void> inet6_init() {
    sock_register(inet6_family);
    ipv6_input_init();
    icmpv6_init();
    ndisc_init();
    mcast6_init();
    pingv6_init();
    udpv6_init();
    rawv6_init();
    return addrconf_init();
}

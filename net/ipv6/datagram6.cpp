// Sending and receiving as all datagram sockets of AF_INET6 do it.
#include "net/ipv6/datagram6.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/route.h"

namespace {

// By which device: that of the name's scope or the message's, else the socket's.
int device_to(const inet_sock& sk, const in6_addr& destination, int named) {
    if (named) return named;
    if (sk.bound_device) return sk.bound_device;
    return destination.is_multicast() ? sk.inet6->multicast_index : sk.inet6->unicast_index;
}

// The socket's own address, when it is one of IPv6.
in6_addr source_of(const inet_sock& sk) {
    return sk.local_address.is_v4() ? in6_addr() : sk.local_address;
}

// Nobody's address means this machine, in the family that the socket speaks.
in6_addr this_host(const inet_sock& sk) {
    return sk.local_address.is_v4() ? in6_addr(be32(INADDR_LOOPBACK)) : in6_loopback;
}

// Where the name points: also says by which device, for addresses that need it.
Result<void> read_name(const inet_sock& sk, const msghdr& message, Datagram6Target& target,
                       int& oif) {
    const u16 family = message.namelen >= sizeof(u16) ? message.name->family() : u16{AF_UNSPEC};
    if (message.namelen < sizeof(u16)) return Errno{EINVAL};
    if (family == AF_INET) {
        target.v4 = true;
        return {};
    }
    if (family != AF_INET6) return Errno{EINVAL};
    const sockaddr_in6 name = TRY(inet6_address(*message.name, message.namelen));
    target.destination = name.sin6_addr;
    target.port = name.sin6_port;
    if (target.destination.is_unspecified()) target.destination = this_host(sk);
    if (name.sin6_scope_id && target.destination.needs_scope())
        oif = static_cast<int>(name.sin6_scope_id);
    return {};
}

Result<void> read_destination(const inet_sock& sk, const msghdr& message, Datagram6Target& target,
                              int& oif) {
    if (message.name && message.namelen && message.name->family() != AF_UNSPEC)
        return read_name(sk, message, target, oif);
    if (sk.state != TCP_ESTABLISHED) return Errno{EDESTADDRREQ};
    target.destination = sk.remote_address;
    target.port = sk.remote_port;
    return {};
}

} // namespace

Result<Datagram6Target> datagram6_target(inet_sock& sk, const msghdr& message) {
    Datagram6Target target;
    int oif = 0;
    target.cookie.mark = sk.mark;
    TRY(read_destination(sk, message, target, oif));
    if (target.destination.is_v4()) target.v4 = true;
    if (target.v4) {
        if (sk.ipv6_only) return Errno{ENETUNREACH};
        return target;
    }
    if (message.controllen) TRY(ip6_cmsg_send(sk, message, target.cookie));
    if (target.cookie.oif) oif = target.cookie.oif;
    const in6_addr source =
        target.cookie.source.is_unspecified() ? source_of(sk) : target.cookie.source;
    target.route =
        TRY(ip6_route_output(target.destination, source, device_to(sk, target.destination, oif)));
    if (target.route.source.is_unspecified()) return Errno{EADDRNOTAVAIL};
    return target;
}

Result<usize> datagram6_send_v4(sock& sk, msghdr& message, usize size,
                                Result<usize> (*send)(sock&, msghdr&, usize)) {
    if (!message.name || message.name->family() != AF_INET6) return send(sk, message, size);
    sockaddr_in6 name = TRY(inet6_address(*message.name, message.namelen));
    SockaddrStorage as_v4 = inet6_as_v4(name);
    const SockaddrStorage* kept = message.name;
    const u32 kept_length = message.namelen;
    message.name = &as_v4;
    message.namelen = sizeof(sockaddr_in);
    auto sent = send(sk, message, size);
    message.name = const_cast<SockaddrStorage*>(kept);
    message.namelen = kept_length;
    return sent;
}

Result<void> ip6_datagram_connect(sock& generic, const SockaddrStorage& storage, u32 length) {
    auto& sk = static_cast<inet_sock&>(generic);
    if (length >= sizeof(u16) && storage.family() == AF_INET) {
        if (sk.ipv6_only) return Errno{EAFNOSUPPORT};
        return ip4_datagram_connect(sk, storage, length);
    }
    sockaddr_in6 name = TRY(inet6_address(storage, length));
    if (name.sin6_addr.is_unspecified()) name.sin6_addr = this_host(sk);
    if (name.sin6_addr.is_v4()) {
        if (sk.ipv6_only) return Errno{ENETUNREACH};
        return ip4_datagram_connect(sk, inet6_as_v4(name), sizeof(sockaddr_in));
    }
    if (name.sin6_addr.needs_scope()) TRY(inet6_bind_scope(sk, name));
    const Route6 route =
        TRY(ip6_route_output(name.sin6_addr, source_of(sk), device_to(sk, name.sin6_addr, 0)));
    if (route.source.is_unspecified()) return Errno{EADDRNOTAVAIL};
    sk.inet6->flow_label = sk.inet6->flow_send ? name.sin6_flowinfo.host() & 0xf'ffff : 0;
    datagram_connected(sk, route.source, name.sin6_addr, name.sin6_port);
    return {};
}

namespace {

void put_sender(const inet_sock& sk, const sk_buff& skb, be16 port, msghdr& message) {
    sockaddr_in6 name;
    name.sin6_family = AF_INET6;
    name.sin6_port = port;
    if (skb.protocol == be16(ETH_P_IPV6)) {
        const ipv6hdr& ip = ipv6_hdr(skb);
        name.sin6_addr = ip.source;
        if (sk.inet6->receive_flow_info)
            name.sin6_flowinfo = be32(ip.version_class_flow.host() & 0xfff'ffff);
        if (ip.source.is_linklocal() && skb.dev)
            name.sin6_scope_id = static_cast<u32>(skb.dev->ifindex);
    } else {
        name.sin6_addr = ip_hdr(skb).source;
    }
    memcpy(message.name->bytes, &name, sizeof name);
    message.namelen = sizeof name;
}

} // namespace

const DatagramFamily datagrams_of_v6 = {
    .recv_error = ipv6_recv_error, .put_sender = put_sender, .put_control = ip6_cmsg_recv};

void ip6_dgram_show(TextBuffer& out, const inet_sock& sk, u32 bucket, u16 local, u16 remote) {
    const auto words = [&](const in6_addr& a, u16 port) {
        out.print(" %08X%08X%08X%08X:%04X", a.words[0].raw, a.words[1].raw, a.words[2].raw,
                  a.words[3].raw, port);
    };
    out.print("%5u:", bucket);
    words(sk.receive_address, local);
    words(sk.remote_address, remote);
    datagram_show_rest(out, sk);
}

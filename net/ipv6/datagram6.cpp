// Sending and receiving as all datagram sockets of AF_INET6 do it.
#include "net/ipv6/datagram6.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/route.h"

namespace {

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
    if (target.destination.is_unspecified())
        target.destination =
            sk.local_address.is_v4() ? in6_addr(be32(INADDR_LOOPBACK)) : in6_loopback;
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
    TRY(read_destination(sk, message, target, oif));
    if (target.destination.is_v4()) target.v4 = true;
    if (target.v4) {
        if (sk.ipv6_only) return Errno{ENETUNREACH};
        return target;
    }
    if (message.controllen) TRY(ip6_cmsg_send(sk, message, target.cookie));
    if (target.cookie.oif) oif = target.cookie.oif;
    if (!oif) oif = sk.bound_device;
    if (!oif)
        oif =
            target.destination.is_multicast() ? sk.inet6->multicast_index : sk.inet6->unicast_index;
    const in6_addr source = !target.cookie.source.is_unspecified() ? target.cookie.source
                            : sk.local_address.is_v4()             ? in6_addr()
                                                                   : sk.local_address;
    target.route = TRY(ip6_route_output(target.destination, source, oif));
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
    if (name.sin6_addr.is_unspecified())
        name.sin6_addr = sk.local_address.is_v4() ? in6_addr(be32(INADDR_LOOPBACK)) : in6_loopback;
    if (name.sin6_addr.is_v4()) {
        if (sk.ipv6_only) return Errno{ENETUNREACH};
        return ip4_datagram_connect(sk, inet6_as_v4(name), sizeof(sockaddr_in));
    }
    if (name.sin6_addr.needs_scope()) TRY(inet6_bind_scope(sk, name));
    int oif = sk.bound_device;
    if (!oif)
        oif = name.sin6_addr.is_multicast() ? sk.inet6->multicast_index : sk.inet6->unicast_index;
    const in6_addr bound = sk.local_address.is_v4() ? in6_addr() : sk.local_address;
    const Route6 route = TRY(ip6_route_output(name.sin6_addr, bound, oif));
    if (route.source.is_unspecified()) return Errno{EADDRNOTAVAIL};
    if (sk.local_address.is_any()) sk.local_address = route.source;
    if (sk.receive_address.is_any()) sk.receive_address = route.source;
    sk.remote_address = name.sin6_addr;
    sk.remote_port = name.sin6_port;
    sk.inet6->flow_label = sk.inet6->flow_send ? name.sin6_flowinfo.host() & 0xf'ffff : 0;
    sk.state = TCP_ESTABLISHED;
    if (sk.owner) sk.owner->state = SocketState::connected;
    return {};
}

namespace {

void put_sender(const inet_sock& sk, const sk_buff& skb, bool has_ports, msghdr& message) {
    sockaddr_in6 name;
    name.sin6_family = AF_INET6;
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
    if (has_ports) memcpy(&name.sin6_port, skb.transport(), sizeof name.sin6_port);
    memcpy(message.name->bytes, &name, sizeof name);
    message.namelen = sizeof name;
}

} // namespace

Result<usize> datagram6_receive(inet_sock& sk, msghdr& message, usize size, bool nonblock,
                                u32 flags, u32 skip, bool has_ports) {
    if ((flags & MSG_OOB) && !has_ports) return Errno{EOPNOTSUPP};
    if (flags & MSG_ERRQUEUE) return ipv6_recv_error(sk, message, size);
    SkbPtr skb = TRY(skb_recv_datagram(sk, flags, nonblock));
    if (!skb) {
        message.namelen = 0;
        return usize{0};
    }
    const usize whole = skb->len() - skip, length = min(whole, size);
    if (message.iter.copy_to(skb->data + skip, length) < length) return Errno{EFAULT};
    if (length < whole) message.flags |= MSG_TRUNC;
    if (message.name) put_sender(sk, *skb, has_ports, message);
    if (message.control) {
        sock_receive_control(sk, *skb, message);
        ip6_cmsg_recv(sk, *skb, message);
    } else if (skb->timestamp) {
        sk.last_timestamp = skb->timestamp;
    }
    return flags & MSG_TRUNC ? whole : length;
}

void ip6_dgram_show(TextBuffer& out, const inet_sock& sk, u32 bucket, u16 local, u16 remote) {
    const auto words = [&](const in6_addr& a, u16 port) {
        out.print(" %08X%08X%08X%08X:%04X", a.words[0].raw, a.words[1].raw, a.words[2].raw,
                  a.words[3].raw, port);
    };
    out.print("%5u:", bucket);
    words(sk.receive_address, local);
    words(sk.remote_address, remote);
    out.print(" %02X %08X:%08X 00:00000000 %08X %5u        0 %llu %u %016x %u\n", sk.state,
              sk.send_allocated, sk.receive_allocated, 0u, sk.uid,
              static_cast<unsigned long long>(sk.owner ? sk.owner->inode : 0), sk.ref_count(), 0u,
              sk.drops);
}

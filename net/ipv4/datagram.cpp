// Sending and receiving as all datagram sockets of IPv4 do it.
#include "net/ipv4/datagram.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/route.h"

namespace {

Result<void> read_destination(const inet_sock& sk, const msghdr& message, DatagramTarget& target) {
    if (message.name) {
        if (message.namelen < sizeof(sockaddr_in)) return Errno{EINVAL};
        sockaddr_in address;
        memcpy(&address, message.name->bytes, sizeof address);
        if (address.sin_family != AF_INET && address.sin_family != AF_UNSPEC)
            return Errno{EAFNOSUPPORT};
        target.destination = address.sin_addr;
        target.port = address.sin_port;
        return {};
    }
    if (sk.state != TCP_ESTABLISHED) return Errno{EDESTADDRREQ};
    target.destination = sk.remote_address.v4();
    target.port = sk.remote_port;
    return {};
}

} // namespace

Result<DatagramTarget> datagram_target(inet_sock& sk, const msghdr& message) {
    DatagramTarget target;
    TRY(read_destination(sk, message, target));
    if (message.controllen) TRY(ip_cmsg_send(message, target.cookie));
    be32 source = target.cookie.source != be32(0) ? target.cookie.source : sk.local_address.v4();
    int oif = target.cookie.oif ? target.cookie.oif : sk.bound_device;
    if (is_multicast(target.destination)) {
        if (!oif) oif = sk.multicast_index;
        if (source == be32(0)) source = sk.multicast_address;
    } else if (!oif) {
        oif = sk.unicast_index;
    }
    target.route = TRY(inet_sock_route(sk, target.destination, source, oif));
    if (target.route.type == rtn_broadcast && !sk.broadcast) return Errno{EACCES};
    if (target.destination == be32(0)) target.destination = target.route.next_hop;
    return target;
}

Result<void> ip4_datagram_connect(sock& generic, const SockaddrStorage& storage, u32 length) {
    TRACE_STATION(inet, "sk", generic);
    auto& sk = static_cast<inet_sock&>(generic);
    const sockaddr_in address = TRY(inet_address(storage, length));
    int oif = sk.bound_device;
    if (is_multicast(address.sin_addr) && !oif) oif = sk.multicast_index;
    const Route route = TRY(ip_route_output(address.sin_addr, sk.local_address.v4(), oif));
    if (route.type == rtn_broadcast && !sk.broadcast) return Errno{EACCES};
    if (sk.local_address.is_any()) sk.local_address = route.source;
    if (sk.receive_address.is_any()) sk.receive_address = route.source;
    sk.remote_address = address.sin_addr == be32(0) ? route.next_hop : address.sin_addr;
    sk.remote_port = address.sin_port;
    sk.state = TCP_ESTABLISHED;
    if (sk.owner) sk.owner->state = SocketState::connected;
    sk.ip_id = static_cast<u16>(random_u32());
    return {};
}

Result<void> ip4_datagram_disconnect(sock& generic) {
    auto& sk = static_cast<inet_sock&>(generic);
    sk.state = TCP_CLOSE;
    if (sk.owner) sk.owner->state = SocketState::unconnected;
    sk.remote_address = in6_addr();
    sk.remote_port = be16(0);
    if (!sk.address_locked) sk.local_address = sk.receive_address = in6_addr();
    if (!sk.port_locked && sk.bound_port) {
        inet_release_port(sk);
        sk.local_port = be16(0);
    }
    return {};
}

Result<void> datagram_wait_for_space(sock& sk, bool nonblock, bool even_shut) {
    if (sk.error) return Errno{sk.take_error()};
    if ((sk.shutdown & shutdown_send) && !even_shut) return Errno{EPIPE};
    if (sk.send_space()) [[likely]]
        return {};
    if (nonblock) return Errno{EAGAIN};
    auto waited = wait_until(sk.owner->wait, sock_deadline(sk.send_timeout, false),
                             [&] { return sk.send_space() || sk.error; });
    if (!waited.ok()) return sock_wait_error(waited.error(), sk.send_timeout);
    return sk.error ? Result<void>(Errno{sk.take_error()}) : Result<void>();
}

namespace {

void put_sender(const sk_buff& skb, bool has_ports, msghdr& message) {
    sockaddr_in address{AF_INET, be16(0), ip_hdr(skb).source, {}};
    if (has_ports) memcpy(&address.sin_port, skb.transport(), sizeof address.sin_port);
    memcpy(message.name->bytes, &address, sizeof address);
    message.namelen = sizeof address;
}

} // namespace

Result<usize> datagram_receive(inet_sock& sk, msghdr& message, usize size, bool nonblock, u32 flags,
                               u32 skip, bool has_ports) {
    if ((flags & MSG_OOB) && !has_ports) return Errno{EOPNOTSUPP}; // UDP ignores it, as on Linux
    if (flags & MSG_ERRQUEUE) return ip_recv_error(sk, message, size);
    u32 offset = sock_peek_offset(sk, flags);
    SkbPtr skb = TRY(skb_recv_datagram(sk, flags, nonblock, &offset, skip));
    if (!skb) {
        message.namelen = 0;
        return usize{0};
    }
    const usize whole = skb->len() - skip, length = min(whole - offset, size);
    if (skb_copy_datagram_iter(*skb, skip + offset, message.iter, length) < length)
        return Errno{EFAULT};
    if (length < whole - offset) message.flags |= MSG_TRUNC;
    sock_move_peek_offset(sk, flags, flags & MSG_PEEK ? length : whole);
    if (message.name) put_sender(*skb, has_ports, message);
    if (message.control) {
        sock_receive_control(sk, *skb, message);
        ip_cmsg_recv(sk, *skb, message);
    } else if (skb->timestamp) {
        sk.last_timestamp = skb->timestamp;
    }
    return flags & MSG_TRUNC ? whole : length;
}

SysResult datagram_ioctl(sock& sk, u32 command, uptr argument, u32 skip) {
    switch (command) {
    case SIOCINQ: {
        const sk_buff* first = sk.receive_queue.front();
        return put_user_object(argument, first ? static_cast<i32>(first->len() - skip) : i32{0});
    }
    case SIOCOUTQ:
        return put_user_object(argument, static_cast<i32>(sk.send_allocated));
    default:
        return Errno{ENOIOCTLCMD};
    }
}

void datagram_close(sock& sk) {
    inet_release_port(sk);
    sock_orphan(sk);
    sk.receive_queue.purge();
    sk.error_queue.purge();
    sock_put(sk);
}

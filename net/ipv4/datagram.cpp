// Sending and receiving as all datagram sockets do it.
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
    target.cookie.mark = sk.mark;
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
    // SO_DONTROUTE (socket(7)): neighbours alone.
    if ((sk.dont_route || message.flags & MSG_DONTROUTE) &&
        has_gateway(target.route, target.destination))
        return Errno{ENETUNREACH};
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
    const be32 remote = address.sin_addr == be32(0) ? route.next_hop : address.sin_addr;
    datagram_connected(sk, route.source, remote, address.sin_port);
    return {};
}

void datagram_connected(inet_sock& sk, const in6_addr& source, const in6_addr& remote, be16 port) {
    if (sk.local_address.is_any()) sk.local_address = source;
    if (sk.receive_address.is_any()) sk.receive_address = source;
    sk.remote_address = remote;
    sk.remote_port = port;
    sk.state = TCP_ESTABLISHED;
    if (sk.owner) sk.owner->state = SocketState::connected;
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

Result<SkbPtr> datagram_take_message(sock& sk, msghdr& message, usize size, bool even_shut) {
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT, even_shut));
    SkbPtr skb(alloc_skb(static_cast<u32>(size)));
    if (!skb) return Errno{ENOBUFS};
    if (message.iter.copy_from(skb->put(static_cast<u32>(size)), size) < size) return Errno{EFAULT};
    skb_set_owner_w(*skb, sk);
    skb->priority = sk.priority;
    skb->mark = sk.mark;
    return skb;
}

namespace {

void put_sender(const inet_sock&, const sk_buff& skb, be16 port, msghdr& message) {
    const sockaddr_in address{AF_INET, port, ip_hdr(skb).source, {}};
    memcpy(message.name->bytes, &address, sizeof address);
    message.namelen = sizeof address;
}

be16 sender_port(const sk_buff& skb) {
    be16 port;
    memcpy(&port, skb.transport(), sizeof port);
    return port;
}

} // namespace

const DatagramFamily datagrams_of_v4 = {
    .recv_error = ip_recv_error, .put_sender = put_sender, .put_control = ip_cmsg_recv};

Result<usize> datagram_receive(const DatagramFamily& family, inet_sock& sk, msghdr& message,
                               usize size, bool nonblock, u32 flags, u32 skip) {
    if ((flags & MSG_OOB) && !skip) return Errno{EOPNOTSUPP}; // UDP ignores it, as on Linux
    if (flags & MSG_ERRQUEUE) return family.recv_error(sk, message, size);
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
    if (message.name) family.put_sender(sk, *skb, skip ? sender_port(*skb) : be16(0), message);
    if (message.control) {
        sock_receive_control(sk, *skb, message);
        family.put_control(sk, *skb, message);
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

void datagram_show_rest(TextBuffer& out, const inet_sock& sk) {
    out.print(" %02X %08X:%08X 00:00000000 %08X %5u        0 %llu %u %016x %u\n", sk.state,
              sk.send_allocated, sk.receive_allocated, 0u, sk.uid,
              static_cast<unsigned long long>(sk.owner ? sk.owner->inode : 0), sk.ref_count(), 0u,
              sk.drops);
}

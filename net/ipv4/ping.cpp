// Ping sockets (icmp(7)): SOCK_DGRAM of IPPROTO_ICMP. Echo requests out, their replies in; the
// identifier is the socket's port. For the groups of net.ipv4.ping_group_range.
#include "net/ipv4/ping.h"
#include "kernel/base/checksum.h"
#include "net/ipv4/icmp.h"
#include "net/ipv4/ip_internal.h"

Result<void> ping_open(sock&) {
    const u32 gid = socket_credentials().gid;
    if (gid < ip_knobs.ping_group_low || gid > ip_knobs.ping_group_high) return Errno{EACCES};
    return {};
}

inet_sock* ping_lookup(int protocol, const in6_addr& local, const sk_buff& skb) {
    const u16 port = reinterpret_cast<const icmphdr*>(skb.data)->echo.id.host();
    for (inet_sock& sk : inet_port_bucket(port)) {
        if (sk.protocol != protocol || sk.bound_port != port) continue;
        if (!InetBinding(sk).takes(local)) continue;
        if (sk.bound_device && sk.bound_device != skb.dev->ifindex) continue;
        return &sk;
    }
    return nullptr;
}

void ping_deliver(int protocol, const in6_addr& local, const sk_buff& reply) {
    inet_sock* sk = ping_lookup(protocol, local, reply);
    if (!sk) return;
    if (SkbPtr copy{skb_clone(reply)}) sock_queue_rcv_skb(*sk, std::move(copy));
}

Result<void> ping_check_message(const msghdr& message, usize size) {
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (size < sizeof(icmphdr)) return Errno{EINVAL};
    return message.flags & MSG_OOB ? Result<void>(Errno{EOPNOTSUPP}) : Result<void>();
}

Result<SkbPtr> ping_take_request(inet_sock& sk, msghdr& message, usize size, u8 type) {
    SkbPtr skb = TRY(datagram_take_message(sk, message, size));
    auto& header = *reinterpret_cast<icmphdr*>(skb->data);
    if (header.type != type || header.code != 0) return Errno{EINVAL};
    header.echo.id = sk.local_port;
    return skb;
}

namespace {

void echo_reply(const sk_buff& skb) { ping_deliver(IPPROTO_ICMP, ip_hdr(skb).destination, skb); }

void echo_error(sk_buff& skb, u8 type, u8 code, u32 info) {
    if (*skb.data != ICMP_ECHO) return;
    if (inet_sock* sk = ping_lookup(IPPROTO_ICMP, ip_hdr(skb).source, skb))
        ip_datagram_error(*sk, skb, {type, code, info, be16(0), skb.data});
}

Result<usize> ping_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(raw, "sk", generic, "size", size);
    auto& sk = static_cast<inet_sock&>(generic);
    TRY(ping_check_message(message, size));
    const DatagramTarget target = TRY(datagram_target(sk, message));
    SkbPtr skb = TRY(ping_take_request(sk, message, size, ICMP_ECHO));
    skb->mark = target.cookie.mark;
    auto& header = *reinterpret_cast<icmphdr*>(skb->data);
    header.check = 0;
    header.check = checksum_fold(checksum_partial(skb->data, size, 0));
    skb->set_transport_header();
    const IpSend send = TRY(ip_send_of(sk, target.cookie, target.route, target.destination,
                                       IPPROTO_ICMP, static_cast<u32>(size)));
    TRY(ip_queue_xmit(std::move(skb), target.route, send));
    return size;
}

Result<usize> ping_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(raw, "sk", sk, "size", size);
    return datagram_receive(datagrams_of_v4, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, 0);
}

proto ping_prot = {
    .name = "PING",
    .init = ping_open,
    .close = datagram_close,
    .connect = ip4_datagram_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<0>,
    .shutdown = nullptr,
    .setsockopt = nullptr,
    .getsockopt = nullptr,
    .sendmsg = ping_sendmsg,
    .recvmsg = ping_recvmsg,
    .get_port = inet_bind_port,
    .poll = datagram_poll,
};

Result<Ref<sock>> make_ping(int protocol) {
    return Ref<sock>(TRY(make_ref<inet_sock>(ping_prot, AF_INET, SOCK_DGRAM, protocol)));
}

inet_protosw ping_switch{.node = {},
                         .type = SOCK_DGRAM,
                         .protocol = IPPROTO_ICMP,
                         .prot = &ping_prot,
                         .make = make_ping,
                         .ops = &inet_dgram_ops,
                         .privileged = false};

} // namespace

// Before UDP, which is then found first when no protocol is named.
void ping_init() {
    ping_rcv = echo_reply;
    ping_error = echo_error;
    inet_register_protosw(ping_switch);
}

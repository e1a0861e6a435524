// Ping sockets (icmp(7)): SOCK_DGRAM of IPPROTO_ICMP. Echo requests out, their replies in; the
// identifier is the socket's port. For the groups of net.ipv4.ping_group_range.
#include "kernel/base/checksum.h"
#include "kernel/base/string.h"
#include "net/ipv4/datagram.h"
#include "net/ipv4/icmp.h"
#include "net/ipv4/ip_internal.h"

namespace {

inet_sock* lookup(be16 id, be32 local, int ifindex) {
    for (inet_sock& sk : inet_port_bucket(id.host())) {
        if (sk.protocol != IPPROTO_ICMP || sk.bound_port != id.host()) continue;
        if (!InetBinding(sk).takes(local)) continue;
        if (sk.bound_device && sk.bound_device != ifindex) continue;
        return &sk;
    }
    return nullptr;
}

void echo_reply(const sk_buff& skb) {
    const auto& header = *reinterpret_cast<const icmphdr*>(skb.data);
    inet_sock* sk = lookup(header.echo.id, ip_hdr(skb).destination, skb.dev->ifindex);
    if (!sk) return;
    if (SkbPtr copy{skb_clone(skb)}) sock_queue_rcv_skb(*sk, std::move(copy));
}

void echo_error(sk_buff& skb, u8 type, u8 code, u32 info) {
    const auto& header = *reinterpret_cast<const icmphdr*>(skb.data);
    if (header.type != ICMP_ECHO) return;
    inet_sock* sk = lookup(header.echo.id, ip_hdr(skb).source, skb.dev->ifindex);
    if (sk) ip_datagram_error(*sk, skb, {type, code, info, be16(0), skb.data});
}

Result<void> ping_open(sock&) {
    const u32 gid = socket_credentials().gid;
    if (gid < ip_knobs.ping_group_low || gid > ip_knobs.ping_group_high) return Errno{EACCES};
    return {};
}

Result<usize> ping_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(raw, "sk", generic, "size", size);
    auto& sk = static_cast<inet_sock&>(generic);
    if (size > 0xffff - sizeof(iphdr)) return Errno{EMSGSIZE};
    if (size < sizeof(icmphdr)) return Errno{EINVAL};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    const DatagramTarget target = TRY(datagram_target(sk, message));
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT));
    SkbPtr skb(alloc_skb(static_cast<u32>(size)));
    if (!skb) return Errno{ENOBUFS};
    u8* bytes = skb->put(static_cast<u32>(size));
    if (message.iter.copy_from(bytes, size) < size) return Errno{EFAULT};
    auto& header = *reinterpret_cast<icmphdr*>(bytes);
    if (header.type != ICMP_ECHO || header.code != 0) return Errno{EINVAL};
    header.echo.id = sk.local_port;
    header.check = 0;
    header.check = checksum_fold(checksum_partial(bytes, size, 0));
    skb->set_transport_header();
    skb_set_owner_w(*skb, sk);
    const IpSend send = TRY(ip_send_of(sk, target.cookie, target.route, target.destination,
                                       IPPROTO_ICMP, static_cast<u32>(size)));
    TRY(ip_queue_xmit(std::move(skb), target.route, send));
    return size;
}

Result<usize> ping_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(raw, "sk", sk, "size", size);
    return datagram_receive(static_cast<inet_sock&>(sk), message, size, nonblock, flags, 0, false);
}

SysResult ping_ioctl(sock& sk, u32 command, uptr argument) {
    return datagram_ioctl(sk, command, argument, 0);
}

proto ping_prot = {
    .name = "PING",
    .init = ping_open,
    .close = datagram_close,
    .connect = ip4_datagram_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = ping_ioctl,
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

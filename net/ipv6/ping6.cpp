// Ping sockets of IPv6 (icmp(7)): SOCK_DGRAM of IPPROTO_ICMPV6, for the groups of
// net.ipv4.ping_group_range, as IPv4's.
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv6/datagram6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"

namespace {

inet_sock* lookup(be16 id, const in6_addr& local, int ifindex) {
    for (inet_sock& sk : inet_port_bucket(id.host())) {
        if (sk.protocol != IPPROTO_ICMPV6 || sk.bound_port != id.host()) continue;
        if (!sk.receive_address.is_any() && sk.receive_address != local) continue;
        if (sk.bound_device && sk.bound_device != ifindex) continue;
        return &sk;
    }
    return nullptr;
}

void echo_reply(const sk_buff& skb) {
    const auto& header = *reinterpret_cast<const icmp6hdr*>(skb.data);
    inet_sock* sk = lookup(header.echo.id, ipv6_hdr(skb).destination, skb.dev->ifindex);
    if (!sk) return;
    if (SkbPtr copy{skb_clone(skb)}) sock_queue_rcv_skb(*sk, std::move(copy));
}

void echo_error(sk_buff& skb, u8 type, u8 code, u32 info) {
    const auto& header = *reinterpret_cast<const icmp6hdr*>(skb.data);
    if (header.type != ICMPV6_ECHO_REQUEST) return;
    inet_sock* sk = lookup(header.echo.id, ipv6_hdr(skb).source, skb.dev->ifindex);
    if (sk) ipv6_datagram_error(*sk, skb, {type, code, info, be16(0), skb.data});
}

Result<void> ping_open(sock&) {
    const u32 gid = socket_credentials().gid;
    if (gid < ip_knobs.ping_group_low || gid > ip_knobs.ping_group_high) return Errno{EACCES};
    return {};
}

Result<usize> ping_v6_sendmsg(sock& generic, msghdr& message, usize size) {
    auto& sk = static_cast<inet_sock&>(generic);
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (size < sizeof(icmp6hdr)) return Errno{EINVAL};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    const Datagram6Target target = TRY(datagram6_target(sk, message));
    if (target.v4) return Errno{EINVAL};
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT));
    SkbPtr skb(alloc_skb(static_cast<u32>(size)));
    if (!skb) return Errno{ENOBUFS};
    u8* bytes = skb->put(static_cast<u32>(size));
    if (message.iter.copy_from(bytes, size) < size) return Errno{EFAULT};
    auto& header = *reinterpret_cast<icmp6hdr*>(bytes);
    if (header.type != ICMPV6_ECHO_REQUEST || header.code != 0) return Errno{EINVAL};
    header.echo.id = sk.local_port;
    skb_set_owner_w(*skb, sk);
    const Ip6Send send = TRY(ip6_send_of(sk, target.cookie, target.route, target.destination,
                                         IPPROTO_ICMPV6, static_cast<u32>(size)));
    icmpv6_push(std::move(skb), target.route, send);
    return size;
}

Result<usize> ping_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    return datagram6_receive(static_cast<inet_sock&>(sk), message, size, nonblock, flags, 0, false);
}

SysResult ping_ioctl(sock& sk, u32 command, uptr argument) {
    return datagram_ioctl(sk, command, argument, 0);
}

proto pingv6_prot = {
    .name = "PINGv6",
    .init = ping_open,
    .close = datagram_close,
    .connect = ip6_datagram_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = ping_ioctl,
    .shutdown = nullptr,
    .setsockopt = nullptr,
    .getsockopt = nullptr,
    .sendmsg = ping_v6_sendmsg,
    .recvmsg = ping_recvmsg,
    .get_port = inet_bind_port,
    .poll = datagram_poll,
};

Result<Ref<sock>> make_ping(int protocol) {
    return Ref<sock>(TRY(make_ref<Inet6Sock<inet_sock>>(pingv6_prot, SOCK_DGRAM, protocol)));
}

inet_protosw ping_switch{.node = {},
                         .type = SOCK_DGRAM,
                         .protocol = IPPROTO_ICMPV6,
                         .prot = &pingv6_prot,
                         .make = make_ping,
                         .ops = &inet6_dgram_ops,
                         .privileged = false};

} // namespace

// Before UDP, which is then found first when no protocol is named.
void pingv6_init() {
    pingv6_rcv = echo_reply;
    pingv6_error = echo_error;
    inet6_register_protosw(ping_switch);
}

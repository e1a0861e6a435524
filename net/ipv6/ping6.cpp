// Ping sockets of IPv6 (icmp(7)): SOCK_DGRAM of IPPROTO_ICMPV6, for the groups of
// net.ipv4.ping_group_range, as IPv4's.
#include "kernel/uapi/in6.h"
#include "net/ipv4/ping.h"
#include "net/ipv6/datagram6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"

namespace {

void echo_reply(const sk_buff& skb) {
    ping_deliver(IPPROTO_ICMPV6, ipv6_hdr(skb).destination, skb);
}

void echo_error(sk_buff& skb, u8 type, u8 code, u32 info) {
    if (*skb.data != ICMPV6_ECHO_REQUEST) return;
    if (inet_sock* sk = ping_lookup(IPPROTO_ICMPV6, ipv6_hdr(skb).source, skb))
        ipv6_datagram_error(*sk, skb, {type, code, info, be16(0), skb.data});
}

Result<usize> ping_v6_sendmsg(sock& generic, msghdr& message, usize size) {
    auto& sk = static_cast<inet_sock&>(generic);
    TRY(ping_check_message(message, size));
    const Datagram6Target target = TRY(datagram6_target(sk, message));
    if (target.v4) return Errno{EINVAL};
    SkbPtr skb = TRY(ping_take_request(sk, message, size, ICMPV6_ECHO_REQUEST));
    skb->mark = target.cookie.mark;
    const Ip6Send send = TRY(ip6_send_of(sk, target.cookie, target.route, target.destination,
                                         IPPROTO_ICMPV6, static_cast<u32>(size)));
    icmpv6_push(std::move(skb), target.route, send);
    return size;
}

Result<usize> ping_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    return datagram_receive(datagrams_of_v6, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, 0);
}

proto pingv6_prot = {
    .name = "PINGv6",
    .init = ping_open,
    .close = datagram_close,
    .connect = ip6_datagram_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<0>,
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

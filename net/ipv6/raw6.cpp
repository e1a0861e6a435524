// Raw sockets of IPv6 (RFC 3542): a copy of every packet of a protocol, from behind the headers of
// IPv6; checksums are the kernel's business where the socket says so.
#include "net/ipv6/raw6.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/raw.h"
#include "net/ipv6/datagram6.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_internal.h"
#include "net/ipv6/mcast.h"

namespace {

struct raw6_sock : Inet6Sock<raw_sock> {
    int checksum_offset = -1; // IPV6_CHECKSUM; −1: none

    using Inet6Sock<raw_sock>::Inet6Sock;
};

RawTable table;

bool matches(const raw_sock& sk, u8 protocol, const in6_addr& local, const in6_addr& remote,
             int ifindex) {
    return raw_matches(sk, protocol, local, remote, ifindex) &&
           (!local.is_multicast() || inet6_mc_check(sk, local, ifindex));
}

bool filtered(const raw_sock& sk, const sk_buff& skb) {
    if (sk.protocol != IPPROTO_ICMPV6) return false;
    if (skb.len() < 4) return true;
    const u8 type = *skb.data;
    return sk.icmp_filter[type / 32] >> (type % 32) & 1;
}

// IPV6_CHECKSUM: what doesn't add up isn't handed on.
bool checksum_good(const raw6_sock& sk, const sk_buff& skb) {
    return sk.checksum_offset < 0 || ipv6_checksum_good(skb, static_cast<u8>(sk.protocol));
}

bool deliver(const sk_buff& skb, u8 protocol) {
    RawList& list = table.of(protocol);
    if (list.empty()) [[likely]]
        return false;
    const ipv6hdr& header = ipv6_hdr(skb);
    bool taken = false;
    for (raw_sock& generic : list) {
        auto& sk = static_cast<raw6_sock&>(generic);
        if (!matches(sk, protocol, header.destination, header.source, skb.dev->ifindex)) continue;
        taken = true;
        if (filtered(sk, skb) || !checksum_good(sk, skb)) continue;
        if (SkbPtr copy{skb_clone(skb)}) sock_queue_rcv_skb(sk, std::move(copy));
    }
    return taken;
}

void rawv6_err(sk_buff& skb, u8 protocol, u8 type, u8 code, u32 info) {
    const ipv6hdr& quoted = ipv6_hdr(skb);
    for (raw_sock& sk : table.of(protocol))
        if (matches(sk, protocol, quoted.source, quoted.destination, skb.dev->ifindex))
            ipv6_datagram_error(
                sk, skb,
                {type, code, info, be16(0), sk.header_included ? skb.network() : skb.data});
}

// The program brings the whole header.
Result<void> send_with_header(raw6_sock& sk, SkbPtr skb, const Datagram6Target& target) {
    if (skb->len() < sizeof(ipv6hdr)) return Errno{EINVAL};
    if (skb->len() > target.route.mtu) {
        ipv6_local_error(sk, EMSGSIZE, target.destination, target.route.mtu);
        return Errno{EMSGSIZE};
    }
    skb->set_network_header();
    skb->transport_header = static_cast<u16>(skb->network_header + sizeof(ipv6hdr));
    return ip6_local_out(std::move(skb), target.route);
}

// RFC 3542, section 3.1. Errors: EINVAL (no room for it).
Result<void> put_checksum(sk_buff& skb, const raw6_sock& sk, const Datagram6Target& target) {
    const int offset = sk.checksum_offset;
    if (offset < 0) return {};
    if (skb.len() < static_cast<u32>(offset) + 2) return Errno{EINVAL};
    u8* at = skb.data + offset;
    memset(at, 0, 2);
    const u32 pseudo = ipv6_pseudo_checksum(target.route.source, target.destination,
                                            static_cast<u8>(sk.protocol), skb.len());
    u16 check = checksum_fold(checksum_partial(skb.data, skb.len(), pseudo));
    if (check == 0) check = 0xffff;
    memcpy(at, &check, sizeof check);
    return {};
}

// The name's port, when there is one, must be the socket's protocol (Linux: rawv6_sendmsg).
Result<void> check_port(const raw6_sock& sk, const msghdr& message) {
    if (!message.name) return {};
    if (message.namelen < 24) return Errno{EINVAL};
    const sockaddr_in6 name = TRY(inet6_address(*message.name, message.namelen));
    const u16 port = name.sin6_port.host();
    return port && port != sk.protocol && sk.protocol != IPPROTO_RAW ? Result<void>(Errno{EINVAL})
                                                                     : Result<void>();
}

Result<usize> rawv6_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(raw, "sk", generic, "size", size);
    auto& sk = static_cast<raw6_sock&>(generic);
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    TRY(check_port(sk, message));
    // Linux reads type and code of ICMPv6 before it looks for a route.
    if (sk.protocol == IPPROTO_ICMPV6 && !sk.header_included && size < 2) return Errno{EFAULT};
    const Datagram6Target target = TRY(datagram6_target(sk, message));
    if (target.v4) return Errno{ENETUNREACH};   // no IPv4 on these (RFC 3542 knows none)
    if (message.flags & MSG_PROBE) return size; // the way was all that it was about
    SkbPtr skb = TRY(datagram_take_message(sk, message, size, !sk.header_included));
    skb->mark = target.cookie.mark;
    if (sk.header_included) {
        TRY(send_with_header(sk, std::move(skb), target));
        return size;
    }
    const Ip6Send send = TRY(ip6_send_of(sk, target.cookie, target.route, target.destination,
                                         static_cast<u8>(sk.protocol), static_cast<u32>(size)));
    TRY(put_checksum(*skb, sk, target));
    skb->set_transport_header();
    TRY(ip6_xmit(std::move(skb), target.route, send));
    return size;
}

Result<usize> rawv6_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(raw, "sk", sk, "size", size);
    return datagram_receive(datagrams_of_v6, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, 0);
}

Result<void> set_checksum_offset(raw6_sock& sk, int level, std::span<const u8> value) {
    if (value.size() < sizeof(int)) return Errno{EINVAL};
    const int offset = TRY(option_int(value));
    // ICMPv6's is fixed (RFC 3542, section 3.1).
    if (sk.protocol == IPPROTO_ICMPV6 && level == SOL_IPV6) return Errno{EINVAL};
    if (offset > 0 && offset & 1) return Errno{EINVAL};
    sk.checksum_offset = offset < 0 ? -1 : offset;
    return {};
}

Result<void> rawv6_setsockopt(sock& generic, int level, int name, std::span<const u8> value) {
    auto& sk = static_cast<raw6_sock&>(generic);
    if (level == IPPROTO_ICMPV6) {
        if (sk.protocol != IPPROTO_ICMPV6) return Errno{EOPNOTSUPP};
        if (name != ICMPV6_FILTER) return Errno{ENOPROTOOPT};
        if (!value.empty())
            memcpy(sk.icmp_filter, value.data(), min(value.size(), sizeof sk.icmp_filter));
        return {};
    }
    if (name == IPV6_CHECKSUM) return set_checksum_offset(sk, level, value);
    return Errno{ENOPROTOOPT};
}

Result<u32> rawv6_getsockopt(sock& generic, int level, int name, std::span<u8> value) {
    auto& sk = static_cast<raw6_sock&>(generic);
    if (level == IPPROTO_ICMPV6) {
        if (sk.protocol != IPPROTO_ICMPV6) return Errno{EOPNOTSUPP};
        if (name != ICMPV6_FILTER) return Errno{ENOPROTOOPT};
        return sockopt_answer(value, sk.icmp_filter, sizeof sk.icmp_filter);
    }
    if (name != IPV6_CHECKSUM) return Errno{ENOPROTOOPT};
    return sockopt_answer(value, &sk.checksum_offset, sizeof(int));
}

Result<void> rawv6_open(sock& generic) {
    auto& sk = static_cast<raw6_sock&>(generic);
    if (sk.protocol == IPPROTO_ICMPV6) sk.checksum_offset = offsetof(icmp6hdr, check);
    raw_enter(table, sk);
    return {};
}

proto rawv6_prot = {
    .name = "RAWv6",
    .init = rawv6_open,
    .close = raw_close,
    .connect = ip6_datagram_connect,
    .disconnect = raw_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<0>,
    .shutdown = nullptr,
    .setsockopt = rawv6_setsockopt,
    .getsockopt = rawv6_getsockopt,
    .sendmsg = rawv6_sendmsg,
    .recvmsg = rawv6_recvmsg,
    .get_port = nullptr,
    .poll = datagram_poll,
    .set_keepalive = nullptr,
    .bound = raw_bound,
};

Result<Ref<sock>> make_raw(int protocol) {
    return Ref<sock>(TRY(make_ref<raw6_sock>(rawv6_prot, SOCK_RAW, protocol)));
}

inet_protosw raw_switch{.node = {},
                        .type = SOCK_RAW,
                        .protocol = IPPROTO_IP,
                        .prot = &rawv6_prot,
                        .make = make_raw,
                        .ops = &inet6_dgram_ops,
                        .privileged = true};

} // namespace

void rawv6_init() {
    raw6_local_deliver = deliver;
    raw6_icmp_error = rawv6_err;
    inet6_register_protosw(raw_switch);
}

void raw6_seq_show(TextBuffer& out) {
    out.print("%s", ip6_seq_header);
    for (RawList& list : table.lists)
        for (raw_sock& sk : list)
            ip6_dgram_show(out, sk, static_cast<u32>(sk.protocol), static_cast<u16>(sk.protocol),
                           0);
}

// UDP's way up, its socket's verbs, its table in /proc.
#include "net/ipv4/udp.h"
#include "kernel/base/string.h"
#include "net/filter.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/multicast.h"
#include "net/security.h"

UdpMib udp_mib, udp6_mib;

namespace {

u32 socket_count = 0;

// How well a socket fits (Linux: compute_score); 0: not at all.
u32 score(const inet_sock& sk, const UdpEnds& ends) {
    if (sk.protocol != IPPROTO_UDP || sk.local_port != ends.local_port || !sk.bound_port) return 0;
    u32 points = 1;
    const InetBinding binding(sk);
    if (!binding.takes(ends.local)) return 0;
    if (!binding.any) points += 4;
    if (sk.family == AF_INET) points++; // a socket of IPv4's own before one for both
    if (!sk.remote_address.is_any()) {
        if (sk.remote_address != ends.remote) return 0;
        points += 4;
    }
    if (sk.remote_port != be16(0)) {
        if (sk.remote_port != ends.remote_port) return 0;
        points += 4;
    }
    if (sk.bound_device) {
        if (sk.bound_device != ends.ifindex) return 0;
        points += 4;
    }
    return points;
}

} // namespace

// Among sockets that share a port by SO_REUSEPORT the ends choose, so that a peer keeps its socket.
inet_sock* udp_lookup(const UdpEnds& ends) {
    inet_sock* best = nullptr;
    u32 best_score = 0, sharing = 0;
    u32 hash = (static_cast<u32>(ends.remote.low() >> 32) ^ ends.remote_port.raw ^
                (u32{ends.local_port.raw} << 16)) *
               0x9e37'79b1u;
    for (inet_sock& sk : inet_port_bucket(ends.local_port.host())) {
        const u32 points = score(sk, ends);
        if (points == 0 || points < best_score) continue;
        if (points > best_score) {
            best_score = points;
            sharing = 1;
            best = &sk;
        } else if (sk.reuse_port) {
            hash = hash * 1664525 + 1013904223;
            if ((hash >> 8) % ++sharing == 0) best = &sk;
        }
    }
    return best;
}

void udp_queue_rcv(inet_sock& sk, SkbPtr skb) {
    if (sk.min_ttl && skb->protocol != be16(ETH_P_IPV6) && ip_hdr(*skb).ttl < sk.min_ttl) return;
    UdpMib& mib = udp_mib_of(*skb);
    if (!security_sock_rcv_skb(sk, *skb).ok() || !sk_filter(sk, *skb, sizeof(udphdr))) {
        sk.drops++;
        mib.InErrors++;
        return;
    }
    if (sock_queue_filtered_skb(sk, std::move(skb)))
        mib.InDatagrams++;
    else
        mib.RcvbufErrors++;
}

void udp_deliver_to_all(SkbPtr skb, const UdpEnds& ends,
                        bool (*wants)(const inet_sock& sk, const UdpEnds& ends)) {
    inet_sock* last = nullptr;
    for (inet_sock& sk : inet_port_bucket(ends.local_port.host())) {
        if (!score(sk, ends)) continue;
        if (!wants(sk, ends)) continue;
        if (last)
            if (SkbPtr copy{skb_clone(*skb)}) udp_queue_rcv(*last, std::move(copy));
        last = &sk;
    }
    if (last) udp_queue_rcv(*last, std::move(skb));
}

bool udp_check_header(sk_buff& skb) {
    const auto* header = reinterpret_cast<const udphdr*>(skb.data);
    if (skb.len() < sizeof *header || header->length.host() < sizeof *header ||
        header->length.host() > skb.len()) {
        udp_mib_of(skb).InErrors++;
        return false;
    }
    skb.trim(header->length.host());
    return true;
}

namespace {

// A broadcast is for everybody who listens, a group's datagram for its members.
bool wants(const inet_sock& sk, const UdpEnds& ends) {
    const be32 group = ends.local.v4();
    return !is_multicast(group) || ip_mc_wants(sk, group, ends.remote.v4(), ends.ifindex);
}

bool checksum_good(const sk_buff& skb) {
    const auto& header = *reinterpret_cast<const udphdr*>(skb.data);
    if (header.check == 0 || skb.ip_summed != Checksum::none) return true;
    const iphdr& ip = ip_hdr(skb);
    const u32 pseudo = ip_pseudo_checksum(ip.source, ip.destination, IPPROTO_UDP, skb.len());
    return checksum_fold(checksum_partial(skb.data, skb.len(), pseudo)) == 0;
}

void udp_rcv(SkbPtr skb) {
    TRACE_STATION(udp, "skb", skb, "length", skb->len());
    if (!udp_check_header(*skb)) return;
    const auto* header = reinterpret_cast<const udphdr*>(skb->data);
    if (!checksum_good(*skb)) {
        udp_mib.InCsumErrors++;
        udp_mib.InErrors++;
        return;
    }
    const iphdr& ip = ip_hdr(*skb);
    const UdpEnds ends{ip.destination, ip.source, header->destination, header->source,
                       skb->dev->ifindex};
    if (skb->control<IpControl>().address_type != rtn_local)
        return udp_deliver_to_all(std::move(skb), ends, wants);
    if (inet_sock* sk = udp_lookup(ends)) return udp_queue_rcv(*sk, std::move(skb));
    udp_mib.NoPorts++;
    icmp_send(*skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
}

void udp_error(sk_buff& skb, u8 type, u8 code, u32 info) {
    const iphdr& quoted = ip_hdr(skb);
    const auto& header = *reinterpret_cast<const udphdr*>(skb.data);
    const UdpEnds ends{quoted.source, quoted.destination, header.source, header.destination,
                       skb.dev->ifindex};
    if (inet_sock* sk = udp_lookup(ends))
        ip_datagram_error(*sk, skb,
                          {type, code, info, header.destination, skb.data + sizeof header});
}

const net_protocol udp_protocol{.handler = udp_rcv, .error = udp_error};

Result<usize> udp_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(udp, "sk", sk, "size", size);
    return datagram_receive(datagrams_of_v4, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, sizeof(udphdr));
}

} // namespace

void udp_close(sock& sk) {
    TRACE_STATION(udp, "sk", sk);
    static_cast<udp_sock&>(sk).pending.reset();
    socket_count--;
    datagram_close(sk);
}

Result<void> udp_setsockopt(sock& generic, int level, int name, std::span<const u8> value) {
    auto& sk = static_cast<udp_sock&>(generic);
    if (value.size() < sizeof(int)) return Errno{EINVAL};
    if (level != SOL_UDP || name != UDP_CORK) return Errno{ENOPROTOOPT};
    sk.corked = TRY(option_int(value)) != 0;
    if (!sk.corked && sk.pending) return sk.push(sk);
    return {};
}

Result<u32> udp_getsockopt(sock& sk, int level, int name, std::span<u8> value) {
    if (level != SOL_UDP || name != UDP_CORK) return Errno{ENOPROTOOPT};
    const int corked = static_cast<udp_sock&>(sk).corked;
    return sockopt_answer(value, &corked, sizeof corked);
}

namespace {

// A datagram that is being put together goes where the socket is connected when it is whole.
Result<void> udp_connect(sock& generic, const SockaddrStorage& address, u32 length) {
    TRY(ip4_datagram_connect(generic, address, length));
    auto& sk = static_cast<udp_sock&>(generic);
    sk.pending_target.destination = sk.remote_address.v4();
    sk.pending_target.port = sk.remote_port;
    return {};
}

} // namespace

void udp_sock_made() { socket_count++; }

namespace {

proto udp_prot = {
    .name = "UDP",
    .init = nullptr,
    .close = udp_close,
    .connect = udp_connect,
    .disconnect = ip4_datagram_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<sizeof(udphdr)>,
    .shutdown = nullptr,
    .setsockopt = udp_setsockopt,
    .getsockopt = udp_getsockopt,
    .sendmsg = udp_sendmsg,
    .recvmsg = udp_recvmsg,
    .get_port = inet_bind_port,
    .poll = datagram_poll,
};

Result<Ref<sock>> make_udp(int protocol) {
    Ref<udp_sock> sk = TRY(make_ref<udp_sock>(udp_prot, AF_INET, SOCK_DGRAM, protocol));
    udp_sock_made();
    return Ref<sock>(std::move(sk));
}

inet_protosw udp_switch{.node = {},
                        .type = SOCK_DGRAM,
                        .protocol = IPPROTO_UDP,
                        .prot = &udp_prot,
                        .make = make_udp,
                        .ops = &inet_dgram_ops,
                        .privileged = false};

} // namespace

void udp_init() {
    static_cast<void>(inet_add_protocol(udp_protocol, IPPROTO_UDP));
    inet_register_protosw(udp_switch);
}

u32 udp_sockets() { return socket_count; }

void udp4_seq_show(TextBuffer& out) {
    out.print("%-127s\n", "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                          "retrnsmt   uid  timeout inode ref pointer drops");
    for (u32 bucket = 0; bucket < 512; bucket++)
        for (inet_sock& sk : inet_port_bucket(static_cast<u16>(bucket))) {
            if (sk.protocol != IPPROTO_UDP || sk.family != AF_INET) continue;
            out.print("%5u: %08X:%04X %08X:%04X", bucket, sk.receive_address.v4().raw,
                      sk.bound_port, sk.remote_address.v4().raw, sk.remote_port.host());
            datagram_show_rest(out, sk);
        }
}

// Raw sockets of AF_INET.
#include "net/ipv4/raw.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/datagram.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/multicast.h"

namespace {

constexpr u32 icmp_header_length = 8;
constexpr int icmp_filter_option = 1; // ICMP_FILTER (linux/icmp.h)

using RawList = List<raw_sock, &raw_sock::raw_node>;
RawList sockets[64]; // by protocol
u32 socket_count = 0;

RawList& sockets_of(u8 protocol) { return sockets[protocol % 64]; }

bool matches(const raw_sock& sk, u8 protocol, be32 local, be32 remote, int ifindex) {
    return sk.protocol == protocol &&
           (sk.receive_address.is_any() || sk.receive_address.v4() == local) &&
           (sk.remote_address.is_any() || sk.remote_address.v4() == remote) &&
           (sk.bound_device == 0 || sk.bound_device == ifindex) &&
           (!is_multicast(local) || ip_mc_wants(sk, local, remote, ifindex));
}

bool filtered(const raw_sock& sk, const sk_buff& skb) {
    if (sk.protocol != IPPROTO_ICMP) return false;
    if (skb.len() < icmp_header_length) return true;
    return *skb.data < 32 && (sk.icmp_filter >> *skb.data & 1);
}

bool deliver(const sk_buff& skb, u8 protocol) {
    RawList& list = sockets_of(protocol);
    if (list.empty()) [[likely]]
        return false;
    const iphdr& header = ip_hdr(skb);
    bool taken = false;
    for (raw_sock& sk : list) {
        if (!matches(sk, protocol, header.destination, header.source, skb.dev->ifindex)) continue;
        taken = true;
        if (filtered(sk, skb)) continue;
        SkbPtr copy(skb_clone(skb));
        if (!copy) continue;
        copy->push(static_cast<u32>(copy->data - copy->network())); // with its IP header
        sock_queue_rcv_skb(sk, std::move(copy));
    }
    return taken;
}

void error(sk_buff& skb, u8 type, u8 code, u32 info) {
    const iphdr& quoted = ip_hdr(skb);
    for (raw_sock& sk : sockets_of(quoted.protocol))
        if (matches(sk, quoted.protocol, quoted.source, quoted.destination, skb.dev->ifindex))
            ip_datagram_error(
                sk, skb,
                {type, code, info, be16(0), sk.header_included ? skb.network() : skb.data});
}

Result<void> check_size_with_header(raw_sock& sk, usize size, const DatagramTarget& target) {
    if (size < sizeof(iphdr)) return Errno{EINVAL};
    if (size <= target.route.mtu) return {};
    ip_local_error(sk, EMSGSIZE, target.destination, target.route.mtu);
    return Errno{EMSGSIZE};
}

// The program brings the whole header; what it left at 0 is filled in (raw(7)).
Result<void> send_with_header(SkbPtr skb, const DatagramTarget& target) {
    skb->set_network_header();
    iphdr& header = ip_hdr(*skb);
    const u32 header_length = header.header_length();
    if (header_length < sizeof(iphdr) || header_length > skb->len()) return Errno{EINVAL};
    if (header.source == be32(0)) header.source = target.route.source;
    if (header.id == be16(0)) header.id = be16(ip_select_id(header.source, header.destination, 1));
    header.total_length = be16(static_cast<u16>(skb->len()));
    ip_send_check(header);
    skb->transport_header = static_cast<u16>(skb->network_header + header_length);
    return ip_local_out(std::move(skb), target.route);
}

Result<usize> raw_sendmsg(sock& generic, msghdr& message, usize size) {
    TRACE_STATION(raw, "sk", generic, "size", size);
    auto& sk = static_cast<raw_sock&>(generic);
    if (size > 0xffff) return Errno{EMSGSIZE};
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    const DatagramTarget target = TRY(datagram_target(sk, message));
    if (sk.header_included) TRY(check_size_with_header(sk, size, target));
    // Linux looks at a shutdown only where the program brings the header.
    TRY(datagram_wait_for_space(sk, message.flags & MSG_DONTWAIT, !sk.header_included));
    SkbPtr skb(alloc_skb(static_cast<u32>(size)));
    if (!skb) return Errno{ENOBUFS};
    if (message.iter.copy_from(skb->put(static_cast<u32>(size)), size) < size) return Errno{EFAULT};
    skb_set_owner_w(*skb, sk);
    skb->priority = sk.priority;
    skb->mark = sk.mark;
    if (sk.header_included) {
        TRY(send_with_header(std::move(skb), target));
        return size;
    }
    const IpSend send = TRY(ip_send_of(sk, target.cookie, target.route, target.destination,
                                       static_cast<u8>(sk.protocol), static_cast<u32>(size)));
    skb->set_transport_header();
    TRY(ip_queue_xmit(std::move(skb), target.route, send));
    return size;
}

// Linux takes the socket out of its table here and never puts it back: it only sends from now on.
Result<void> raw_disconnect(sock& sk) {
    auto& raw = static_cast<raw_sock&>(sk);
    raw.raw_node.unlink();
    raw.local_port = be16(0); // where getsockname shows the protocol
    return ip4_datagram_disconnect(sk);
}

Result<usize> raw_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(raw, "sk", sk, "size", size);
    return datagram_receive(static_cast<inet_sock&>(sk), message, size, nonblock, flags, 0, false);
}

SysResult raw_ioctl(sock& sk, u32 command, uptr argument) {
    return datagram_ioctl(sk, command, argument, 0);
}

Result<void> raw_setsockopt(sock& generic, int level, int name, std::span<const u8> value) {
    auto& sk = static_cast<raw_sock&>(generic);
    if (level != SOL_RAW || name != icmp_filter_option) return Errno{ENOPROTOOPT};
    if (sk.protocol != IPPROTO_ICMP) return Errno{EOPNOTSUPP};
    if (!value.empty())
        memcpy(&sk.icmp_filter, value.data(), min(value.size(), sizeof sk.icmp_filter));
    return {};
}

Result<u32> raw_getsockopt(sock& generic, int level, int name, std::span<u8> value) {
    auto& sk = static_cast<raw_sock&>(generic);
    if (level != SOL_RAW || name != icmp_filter_option) return Errno{ENOPROTOOPT};
    if (sk.protocol != IPPROTO_ICMP) return Errno{EOPNOTSUPP};
    return sockopt_answer(value, &sk.icmp_filter, sizeof sk.icmp_filter);
}

// getsockname(2) shows the protocol where a port would be.
void raw_bound(sock& sk) {
    static_cast<raw_sock&>(sk).local_port = be16(static_cast<u16>(sk.protocol));
}

Result<void> raw_open(sock& generic) {
    auto& sk = static_cast<raw_sock&>(generic);
    sk.header_included = sk.protocol == IPPROTO_RAW;
    raw_bound(sk);
    sockets_of(static_cast<u8>(sk.protocol)).push_back(sk);
    socket_count++;
    return {};
}

void raw_close(sock& sk) {
    TRACE_STATION(raw, "sk", sk);
    static_cast<raw_sock&>(sk).raw_node.unlink();
    socket_count--;
    datagram_close(sk);
}

proto raw_prot = {
    .name = "RAW",
    .init = raw_open,
    .close = raw_close,
    .connect = ip4_datagram_connect,
    .disconnect = raw_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = raw_ioctl,
    .shutdown = nullptr,
    .setsockopt = raw_setsockopt,
    .getsockopt = raw_getsockopt,
    .sendmsg = raw_sendmsg,
    .recvmsg = raw_recvmsg,
    .get_port = nullptr,
    .poll = datagram_poll,
    .set_keepalive = nullptr,
    .bound = raw_bound,
};

Result<Ref<sock>> make_raw(int protocol) {
    return Ref<sock>(TRY(make_ref<raw_sock>(raw_prot, AF_INET, SOCK_RAW, protocol)));
}

inet_protosw raw_switch{.node = {},
                        .type = SOCK_RAW,
                        .protocol = IPPROTO_IP,
                        .prot = &raw_prot,
                        .make = make_raw,
                        .ops = &inet_dgram_ops,
                        .privileged = true};

} // namespace

void raw_init() {
    raw_local_deliver = deliver;
    raw_icmp_error = error;
    inet_register_protosw(raw_switch);
}

u32 raw_sockets() { return socket_count; }

void raw_seq_show(TextBuffer& out) {
    out.print("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
              "timeout inode ref pointer drops\n");
    for (RawList& list : sockets)
        for (raw_sock& sk : list)
            out.print("%4d: %08X:%04X %08X:%04X %02X %08X:%08X 00:00000000 %08X %5u        0 %llu "
                      "%u %016x %u\n",
                      sk.protocol, sk.receive_address.v4().raw, sk.protocol,
                      sk.remote_address.v4().raw, 0, sk.state, sk.send_allocated,
                      sk.receive_allocated, 0u, sk.uid,
                      static_cast<unsigned long long>(sk.owner ? sk.owner->inode : 0),
                      sk.ref_count(), 0u, sk.drops);
}

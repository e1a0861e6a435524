// Raw sockets of AF_INET.
#include "net/ipv4/raw.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/datagram.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/multicast.h"

u32 RawTable::count() const {
    u32 sockets = 0;
    for (const RawList& list : lists)
        for ([[maybe_unused]] const raw_sock& sk : list) sockets++;
    return sockets;
}

bool raw_matches(const raw_sock& sk, u8 protocol, const in6_addr& local, const in6_addr& remote,
                 int ifindex) {
    return sk.protocol == protocol &&
           (sk.receive_address.is_any() || sk.receive_address == local) &&
           (sk.remote_address.is_any() || sk.remote_address == remote) &&
           (sk.bound_device == 0 || sk.bound_device == ifindex);
}

void raw_enter(RawTable& table, raw_sock& sk) {
    sk.header_included = sk.protocol == IPPROTO_RAW;
    raw_bound(sk);
    table.of(static_cast<u8>(sk.protocol)).push_back(sk);
}

// getsockname(2) shows the protocol where a port would be.
void raw_bound(sock& sk) {
    static_cast<raw_sock&>(sk).local_port = be16(static_cast<u16>(sk.protocol));
}

// Linux takes the socket out of its table here and never puts it back: it only sends from now on.
Result<void> raw_disconnect(sock& sk) {
    auto& raw = static_cast<raw_sock&>(sk);
    raw.raw_node.unlink();
    raw.local_port = be16(0); // where getsockname shows the protocol
    return ip4_datagram_disconnect(sk);
}

void raw_close(sock& sk) {
    TRACE_STATION(raw, "sk", sk);
    static_cast<raw_sock&>(sk).raw_node.unlink();
    datagram_close(sk);
}

namespace {

constexpr u32 icmp_header_length = 8;
constexpr int icmp_filter_option = 1; // ICMP_FILTER (linux/icmp.h)

RawTable table;

bool matches(const raw_sock& sk, u8 protocol, be32 local, be32 remote, int ifindex) {
    return raw_matches(sk, protocol, local, remote, ifindex) &&
           (!is_multicast(local) || ip_mc_wants(sk, local, remote, ifindex));
}

bool filtered(const raw_sock& sk, const sk_buff& skb) {
    if (sk.protocol != IPPROTO_ICMP) return false;
    if (skb.len() < icmp_header_length) return true;
    return *skb.data < 32 && (sk.icmp_filter[0] >> *skb.data & 1);
}

bool deliver(const sk_buff& skb, u8 protocol) {
    RawList& list = table.of(protocol);
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
    for (raw_sock& sk : table.of(quoted.protocol))
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
    if (message.flags & MSG_PROBE) return size; // the way was all that it was about
    // Linux looks at a shutdown only where the program brings the header.
    SkbPtr skb = TRY(datagram_take_message(sk, message, size, !sk.header_included));
    skb->mark = target.cookie.mark;
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

Result<usize> raw_recvmsg(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags) {
    TRACE_STATION(raw, "sk", sk, "size", size);
    return datagram_receive(datagrams_of_v4, static_cast<inet_sock&>(sk), message, size, nonblock,
                            flags, 0);
}

Result<void> raw_setsockopt(sock& generic, int level, int name, std::span<const u8> value) {
    auto& sk = static_cast<raw_sock&>(generic);
    if (level != SOL_RAW || name != icmp_filter_option) return Errno{ENOPROTOOPT};
    if (sk.protocol != IPPROTO_ICMP) return Errno{EOPNOTSUPP};
    if (!value.empty())
        memcpy(sk.icmp_filter, value.data(), min(value.size(), sizeof sk.icmp_filter[0]));
    return {};
}

Result<u32> raw_getsockopt(sock& generic, int level, int name, std::span<u8> value) {
    auto& sk = static_cast<raw_sock&>(generic);
    if (level != SOL_RAW || name != icmp_filter_option) return Errno{ENOPROTOOPT};
    if (sk.protocol != IPPROTO_ICMP) return Errno{EOPNOTSUPP};
    return sockopt_answer(value, sk.icmp_filter, sizeof sk.icmp_filter[0]);
}

Result<void> raw_open(sock& sk) {
    raw_enter(table, static_cast<raw_sock&>(sk));
    return {};
}

proto raw_prot = {
    .name = "RAW",
    .init = raw_open,
    .close = raw_close,
    .connect = ip4_datagram_connect,
    .disconnect = raw_disconnect,
    .listen = nullptr,
    .accept = nullptr,
    .ioctl = datagram_ioctl<0>,
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

u32 raw_sockets() { return table.count(); }

void raw_seq_show(TextBuffer& out) {
    out.print("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
              "timeout inode ref pointer drops\n");
    for (RawList& list : table.lists)
        for (raw_sock& sk : list) {
            out.print("%4d: %08X:%04X %08X:%04X", sk.protocol, sk.receive_address.v4().raw,
                      sk.protocol, sk.remote_address.v4().raw, 0);
            datagram_show_rest(out, sk);
        }
}

// Ancillary data of AF_INET6 (RFC 3542), and what socket and message together want in a header.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/control_message.h"
#include "net/ipv4/devinet.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/ip6_sockglue.h"

namespace {

struct In6Pktinfo {
    in6_addr address;
    i32 ifindex;
};

Result<void> read_pktinfo(const inet_sock& sk, std::span<const u8> data, Ip6Cookie& cookie) {
    In6Pktinfo info;
    if (data.size() < sizeof info) return Errno{EINVAL};
    memcpy(&info, data.data(), sizeof info);
    if (info.ifindex) {
        if (sk.bound_device && sk.bound_device != info.ifindex) return Errno{EINVAL};
        if (!dev_get_by_index(info.ifindex)) return Errno{ENODEV};
        cookie.oif = info.ifindex;
    }
    if (info.address.is_unspecified()) return {};
    net_device* only =
        info.address.is_linklocal() && info.ifindex ? dev_get_by_index(info.ifindex) : nullptr;
    if (!sk.freebind && !info.address.is_v4() && !ipv6_get_ifaddr(info.address, only))
        return Errno{EINVAL};
    cookie.source = info.address;
    return {};
}

Result<void> read_cmsg(const inet_sock& sk, int type, std::span<const u8> data, Ip6Cookie& cookie) {
    if (type == IPV6_PKTINFO || type == IPV6_2292PKTINFO) return read_pktinfo(sk, data, cookie);
    i32 number = 0;
    if (data.size() != sizeof number) return Errno{EINVAL};
    memcpy(&number, data.data(), sizeof number);
    switch (type) {
    case IPV6_HOPLIMIT:
    case IPV6_2292HOPLIMIT:
        if (number < -1 || number > 255) return Errno{EINVAL};
        cookie.hop_limit = number;
        return {};
    case IPV6_TCLASS:
        if (number < -1 || number > 255) return Errno{EINVAL};
        cookie.traffic_class = number;
        return {};
    case IPV6_DONTFRAG:
        if (number < 0 || number > 1) return Errno{EINVAL};
        cookie.dont_fragment = number;
        return {};
    default:
        return Errno{EINVAL};
    }
}

In6Pktinfo pktinfo_of(const sk_buff& skb) {
    const i32 ifindex = skb.dev ? skb.dev->ifindex : 0;
    if (skb.protocol == be16(ETH_P_IPV6)) return {ipv6_hdr(skb).destination, ifindex};
    return {ip_hdr(skb).destination, ifindex};
}

} // namespace

Result<void> ip6_cmsg_send(const inet_sock& sk, const msghdr& message, Ip6Cookie& cookie) {
    ControlReader control(message);
    ControlMessage item;
    while (TRY(control.next(item))) {
        if (item.level == SOL_IPV6) TRY(read_cmsg(sk, item.type, item.data, cookie));
        if (item.level == SOL_SOCKET) TRY(sock_cmsg_send(item.type, item.data, cookie.mark));
    }
    return {};
}

void ip6_cmsg_recv(const inet_sock& sk, const sk_buff& skb, msghdr& message) {
    const ipv6_pinfo& np = *sk.inet6;
    if (np.receive_packet_info) {
        const In6Pktinfo info = pktinfo_of(skb);
        put_cmsg(message, SOL_IPV6, IPV6_PKTINFO, &info, sizeof info);
    }
    if (skb.protocol != be16(ETH_P_IPV6)) return ip_cmsg_recv(sk, skb, message);
    const ipv6hdr& header = ipv6_hdr(skb);
    if (np.receive_hop_limit) {
        const i32 hops = header.hop_limit;
        put_cmsg(message, SOL_IPV6, IPV6_HOPLIMIT, &hops, sizeof hops);
    }
    if (np.receive_traffic_class) {
        const i32 traffic_class = header.traffic_class();
        put_cmsg(message, SOL_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
    }
    if (np.receive_old_packet_info) {
        const In6Pktinfo info = pktinfo_of(skb);
        put_cmsg(message, SOL_IPV6, IPV6_2292PKTINFO, &info, sizeof info);
    }
    if (np.receive_old_hop_limit) {
        const i32 hops = header.hop_limit;
        put_cmsg(message, SOL_IPV6, IPV6_2292HOPLIMIT, &hops, sizeof hops);
    }
    const be32 flow(header.version_class_flow.host() & 0xfff'ffff);
    if (np.receive_flow_info && flow != be32(0))
        put_cmsg(message, SOL_IPV6, IPV6_FLOWINFO, &flow, sizeof flow);
}

Result<Ip6Send> ip6_send_of(inet_sock& sk, const Ip6Cookie& cookie, const Route6& route,
                            const in6_addr& destination, u8 protocol, u32 size) {
    const ipv6_pinfo& np = *sk.inet6;
    Ip6Send send;
    send.source = route.source;
    send.destination = destination;
    send.protocol = protocol;
    send.traffic_class =
        cookie.traffic_class >= 0 ? static_cast<u8>(cookie.traffic_class) : np.traffic_class;
    int hops = destination.is_multicast() ? np.multicast_hops : np.hop_limit;
    if (cookie.hop_limit >= 0) hops = cookie.hop_limit;
    if (hops >= 0) {
        send.hop_limit = static_cast<u8>(hops);
        send.zero_hop_limit = true;
    }
    send.flow_label = np.flow_label;
    const bool forbidden = cookie.dont_fragment >= 0 ? cookie.dont_fragment != 0 : np.dont_fragment;
    const bool probing =
        np.path_mtu_discovery >= IPV6_PMTUDISC_DO && np.path_mtu_discovery < IPV6_PMTUDISC_OMIT;
    if (size + sizeof(ipv6hdr) > route.mtu && (forbidden || probing)) {
        ipv6_local_error(sk, EMSGSIZE, destination, route.mtu);
        return Errno{EMSGSIZE};
    }
    return send;
}

// Options of IPPROTO_IPV6, set and read. Ranges and errors are Linux's (net/ipv6/ipv6_sockglue.c).
#include "net/ipv6/ip6_sockglue.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/ipv6/addrconf.h"
#include "net/ipv6/mcast.h"

namespace {

struct MembershipRequest { // struct ipv6_mreq
    in6_addr group;
    i32 ifindex;
};

struct GroupRequest { // struct group_req
    u32 ifindex, pad;
    sockaddr_in6 group;
    u8 rest[128 - sizeof(sockaddr_in6)];
};
static_assert(sizeof(GroupRequest) == 136);

bool* switch_of(inet_sock& sk, int name) {
    ipv6_pinfo& np = *sk.inet6;
    switch (name) {
    case IPV6_RECVPKTINFO:
        return &np.receive_packet_info;
    case IPV6_RECVHOPLIMIT:
        return &np.receive_hop_limit;
    case IPV6_2292PKTINFO:
        return &np.receive_old_packet_info;
    case IPV6_2292HOPLIMIT:
        return &np.receive_old_hop_limit;
    case IPV6_RECVTCLASS:
        return &np.receive_traffic_class;
    case IPV6_RECVERR:
        return &np.receive_errors;
    case IPV6_RECVPATHMTU:
        return &np.receive_path_mtu;
    case IPV6_FLOWINFO:
        return &np.receive_flow_info;
    case IPV6_FLOWINFO_SEND:
        return &np.flow_send;
    case IPV6_DONTFRAG:
        return &np.dont_fragment;
    case IPV6_AUTOFLOWLABEL:
        return &np.auto_flow_label;
    case IPV6_FREEBIND:
        return &sk.freebind;
    case IPV6_MULTICAST_ALL:
        return &np.multicast_all;
    case IPV6_MULTICAST_LOOP:
        return &np.multicast_loop;
    default:
        return nullptr;
    }
}

Result<void> set_v6only(inet_sock& sk, int value) {
    if (sk.bound_port) return Errno{EINVAL};
    sk.ipv6_only = value != 0;
    return {};
}

// A device for groups: bound sockets stay with theirs.
Result<void> set_multicast_interface(inet_sock& sk, int ifindex) {
    if (sk.type == SOCK_STREAM) return Errno{ENOPROTOOPT};
    if (ifindex) {
        if (!dev_get_by_index(ifindex)) return Errno{ENODEV};
        if (sk.bound_device && sk.bound_device != ifindex) return Errno{EINVAL};
    }
    sk.inet6->multicast_index = ifindex;
    return {};
}

Result<void> change_membership(inet_sock& sk, int name, std::span<const u8> value) {
    MembershipRequest request;
    if (value.size() < sizeof request) return Errno{EINVAL};
    memcpy(&request, value.data(), sizeof request);
    if (sk.type == SOCK_STREAM) return Errno{EPROTO};
    const auto verb = name == IPV6_ADD_MEMBERSHIP ? ipv6_sock_mc_join : ipv6_sock_mc_drop;
    return verb(sk, request.ifindex, request.group);
}

// The same by RFC 3678, section 5.1.
Result<void> change_group(inet_sock& sk, int name, std::span<const u8> value) {
    GroupRequest request;
    if (value.size() < sizeof request) return Errno{EINVAL};
    memcpy(&request, value.data(), sizeof request);
    if (request.group.sin6_family != AF_INET6) return Errno{EADDRNOTAVAIL};
    const auto verb = name == MCAST_JOIN_GROUP ? ipv6_sock_mc_join : ipv6_sock_mc_drop;
    return verb(sk, static_cast<int>(request.ifindex), request.group.sin6_addr);
}

Result<void> set_number(inet_sock& sk, int name, std::span<const u8> value) {
    ipv6_pinfo& np = *sk.inet6;
    if (value.size() < sizeof(int)) return Errno{EINVAL};
    const int number = TRY(option_int(value));
    if (bool* option = switch_of(sk, name)) {
        const bool strict = name == IPV6_MULTICAST_LOOP || name == IPV6_MULTICAST_ALL;
        if (strict && number != 0 && number != 1) return Errno{EINVAL};
        *option = number != 0;
        if (name == IPV6_RECVERR && !number) sk.error_queue.purge();
        return {};
    }
    const auto in_range = [number](int low, int high) { return number >= low && number <= high; };
    switch (name) {
    case IPV6_V6ONLY:
        return set_v6only(sk, number);
    case IPV6_UNICAST_HOPS:
        if (!in_range(-1, 255)) return Errno{EINVAL};
        np.hop_limit = number;
        return {};
    case IPV6_MULTICAST_HOPS:
        if (sk.type == SOCK_STREAM) return Errno{ENOPROTOOPT};
        if (!in_range(-1, 255)) return Errno{EINVAL};
        np.multicast_hops = number == -1 ? 1 : number;
        return {};
    case IPV6_MULTICAST_IF:
        return set_multicast_interface(sk, number);
    case IPV6_TCLASS: {
        if (!in_range(-1, 255)) return Errno{EINVAL};
        const int wanted = number == -1 ? 0 : number;
        // ECN's bits are TCP's own.
        np.traffic_class = static_cast<u8>(
            sk.type == SOCK_STREAM ? (wanted & ~3) | (np.traffic_class & 3) : wanted);
        return {};
    }
    case IPV6_MTU_DISCOVER:
        if (!in_range(IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_OMIT)) return Errno{EINVAL};
        np.path_mtu_discovery = static_cast<u8>(number);
        return {};
    case IPV6_MINHOPCOUNT:
        if (!in_range(0, 255)) return Errno{EINVAL};
        np.min_hop_count = number;
        return {};
    case IPV6_HDRINCL:
        if (sk.type != SOCK_RAW) return Errno{ENOPROTOOPT};
        sk.header_included = number != 0;
        return {};
    default:
        return Errno{ENOPROTOOPT};
    }
}

Result<u32> get_mtu(inet_sock& sk, std::span<u8> value) {
    if (sk.remote_address.is_any() || sk.remote_address.is_v4()) return Errno{ENOTCONN};
    const Route6 route =
        TRY(ip6_route_output(sk.remote_address, sk.local_address, sk.bound_device));
    return option_answer(value, static_cast<int>(route.mtu));
}

} // namespace

Result<void> ipv6_setsockopt(inet_sock& sk, int name, std::span<const u8> value) {
    switch (name) {
    case IPV6_ADD_MEMBERSHIP:
    case IPV6_DROP_MEMBERSHIP:
        return change_membership(sk, name, value);
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
        return change_group(sk, name, value);
    case IPV6_UNICAST_IF:
        sk.inet6->unicast_index = TRY(option_interface(value));
        return {};
    default:
        return set_number(sk, name, value);
    }
}

Result<u32> ipv6_getsockopt(inet_sock& sk, int name, std::span<u8> value) {
    const ipv6_pinfo& np = *sk.inet6;
    if (const bool* option = switch_of(sk, name)) return option_answer(value, *option);
    switch (name) {
    case IPV6_V6ONLY:
        return option_answer(value, sk.ipv6_only);
    case IPV6_UNICAST_HOPS:
        return option_answer(value, np.hop_limit == ipv6_default_hops ? 64 : np.hop_limit);
    case IPV6_MULTICAST_HOPS:
        return option_answer(value, np.multicast_hops);
    case IPV6_MULTICAST_IF:
        return option_answer(value, np.multicast_index);
    case IPV6_UNICAST_IF:
        return option_answer(value, static_cast<int>(be32(static_cast<u32>(np.unicast_index)).raw));
    case IPV6_TCLASS:
        return option_answer(value, np.traffic_class);
    case IPV6_MTU_DISCOVER:
        return option_answer(value, np.path_mtu_discovery);
    case IPV6_MTU:
        return get_mtu(sk, value);
    case IPV6_MINHOPCOUNT:
        return option_answer(value, np.min_hop_count);
    case IPV6_HDRINCL:
        return option_answer(value, sk.header_included);
    case IPV6_ADDRFORM:
        return option_answer(value, AF_INET6);
    default:
        return Errno{ENOPROTOOPT};
    }
}

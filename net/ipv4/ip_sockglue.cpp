// Options of IPPROTO_IP, set, read and turned into ancillary data.
#include "net/ipv4/ip_sockglue.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/control_message.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/multicast.h"
#include "net/ipv4/route.h"

namespace {

struct InPktinfo {
    i32 ifindex;
    be32 local, destination;
};

// struct ip_mreq (8 bytes) or ip_mreqn (12).
struct MembershipRequest {
    be32 group{}, interface_address{};
    i32 ifindex = 0;
};

Result<void> set_multicast_interface(inet_sock& sk, std::span<const u8> value) {
    if (sk.type == SOCK_STREAM) return Errno{EINVAL};
    if (value.size() < 4) return Errno{EINVAL};
    MembershipRequest request;
    if (value.size() >= 8) {
        memcpy(&request, value.data(), min<usize>(value.size(), sizeof request));
    } else {
        memcpy(&request.interface_address, value.data(), 4);
    }
    net_device* dev = nullptr;
    if (request.ifindex)
        dev = dev_get_by_index(request.ifindex);
    else if (request.interface_address != be32(0))
        dev = ip_dev_find(request.interface_address);
    if (!dev && (request.ifindex || request.interface_address != be32(0)))
        return Errno{EADDRNOTAVAIL};
    sk.multicast_index = dev ? dev->ifindex : 0;
    sk.multicast_address = request.interface_address;
    return {};
}

Result<void> set_options(inet_sock& sk, std::span<const u8> value) {
    if (value.size() > sizeof sk.options) return Errno{EINVAL};
    TRY(ip_options_check_outgoing(value));
    memset(sk.options, 0, sizeof sk.options);
    if (!value.empty()) memcpy(sk.options, value.data(), ip_options_length(value));
    sk.options_length = static_cast<u8>((value.size() + 3) & ~usize{3});
    return {};
}

bool* switch_of(inet_sock& sk, int name) {
    switch (name) {
    case IP_PKTINFO:
        return &sk.packet_info;
    case IP_RECVTTL:
        return &sk.receive_ttl;
    case IP_RECVTOS:
        return &sk.receive_tos;
    case IP_RECVOPTS:
        return &sk.receive_options;
    case IP_RECVERR:
        return &sk.receive_errors;
    case IP_FREEBIND:
        return &sk.freebind;
    case IP_MULTICAST_LOOP:
        return &sk.multicast_loop;
    case IP_MULTICAST_ALL:
        return &sk.multicast_all;
    case IP_BIND_ADDRESS_NO_PORT:
        return &sk.bind_address_no_port;
    case IP_TRANSPARENT:
        return &sk.transparent;
    case IP_RECVORIGDSTADDR:
        return &sk.receive_original;
    case IP_RECVFRAGSIZE:
        return &sk.receive_fragment_size;
    default:
        return nullptr;
    }
}

// Most options take no value at all for 0.
bool wants_value(int name) {
    return name == IP_FREEBIND || name == IP_MINTTL || name == IP_MULTICAST_LOOP ||
           name == IP_MULTICAST_ALL || name == IP_MULTICAST_TTL || name == IP_TRANSPARENT;
}

Result<void> set_number(inet_sock& sk, int name, std::span<const u8> value) {
    if (value.empty() && wants_value(name)) return Errno{EINVAL};
    const int number = TRY(option_int(value));
    if (name == IP_TRANSPARENT && number && !socket_credentials().net_admin) return Errno{EPERM};
    if (name == IP_RECVFRAGSIZE && sk.type == SOCK_STREAM) return Errno{EINVAL};
    if (bool* option = switch_of(sk, name)) {
        if ((name == IP_MULTICAST_ALL || name == IP_BIND_ADDRESS_NO_PORT) && number != 0 &&
            number != 1)
            return Errno{EINVAL};
        *option = number != 0;
        if (name == IP_RECVERR && !number) sk.error_queue.purge();
        return {};
    }
    switch (name) {
    case IP_TOS: {
        u8 tos = static_cast<u8>(number);
        if (sk.type == SOCK_STREAM)
            tos = static_cast<u8>((tos & ~3) | (sk.tos & 3)); // ECN is TCP's
        sk.tos = tos;
        return {};
    }
    case IP_TTL:
        if (number != -1 && (number < 1 || number > 255)) return Errno{EINVAL};
        sk.ttl = number == -1 ? u8{0} : static_cast<u8>(number);
        return {};
    case IP_HDRINCL:
        if (sk.type != SOCK_RAW) return Errno{ENOPROTOOPT};
        sk.header_included = number != 0;
        return {};
    case IP_MTU_DISCOVER:
        if (number < IP_PMTUDISC_DONT || number > IP_PMTUDISC_OMIT) return Errno{EINVAL};
        sk.path_mtu_discovery = static_cast<u8>(number);
        return {};
    case IP_MULTICAST_TTL:
        if (sk.type == SOCK_STREAM) return Errno{EINVAL};
        if (number < -1 || number > 255) return Errno{EINVAL};
        sk.multicast_ttl = number == -1 ? u8{1} : static_cast<u8>(number);
        return {};
    case IP_MINTTL:
        if (number < 0 || number > 255) return Errno{EINVAL};
        sk.min_ttl = static_cast<u8>(number);
        return {};
    default:
        return Errno{ENOPROTOOPT};
    }
}

} // namespace

Result<int> option_int(std::span<const u8> value) {
    if (value.empty()) return 0; // ip(7): no value reads as 0
    if (value.size() < sizeof(int)) return int{value[0]};
    int number;
    memcpy(&number, value.data(), sizeof number);
    return number;
}

Result<int> option_interface(std::span<const u8> value) {
    be32 index;
    if (value.size() != sizeof index) return Errno{EINVAL};
    memcpy(&index, value.data(), sizeof index);
    const int ifindex = static_cast<int>(index.host());
    if (ifindex && !dev_get_by_index(ifindex)) return Errno{EADDRNOTAVAIL};
    return ifindex;
}

// A byte is enough room for small numbers (Linux: do_ip_getsockopt's tail).
Result<u32> option_answer(std::span<u8> value, int number) {
    if (!value.empty() && value.size() < sizeof number && number >= 0 && number <= 255) {
        value[0] = static_cast<u8>(number);
        return u32{1};
    }
    return sockopt_answer(value, &number, sizeof number);
}

Result<void> ip_setsockopt(inet_sock& sk, int name, std::span<const u8> value) {
    switch (name) {
    case IP_OPTIONS:
        return set_options(sk, value);
    case IP_MULTICAST_IF:
        return set_multicast_interface(sk, value);
    case IP_UNICAST_IF:
        sk.unicast_index = TRY(option_interface(value));
        return {};
    default:
        if (is_membership_option(name)) return ip_mc_setsockopt(sk, name, value);
        return set_number(sk, name, value);
    }
}

namespace {

Result<u32> get_mtu(inet_sock& sk, std::span<u8> value) {
    if (sk.remote_address.is_any()) return Errno{ENOTCONN};
    const Route route =
        TRY(ip_route_output(sk.remote_address.v4(), sk.local_address.v4(), sk.bound_device));
    return option_answer(value, static_cast<int>(route.mtu));
}

} // namespace

Result<u32> ip_getsockopt(inet_sock& sk, int name, std::span<u8> value) {
    if (bool* option = switch_of(sk, name)) return option_answer(value, *option);
    switch (name) {
    case IP_OPTIONS: {
        return sockopt_answer(value, sk.options, sk.options_length);
    }
    case IP_TOS:
        return option_answer(value, sk.tos);
    case IP_TTL:
        return option_answer(value, sk.ttl ? sk.ttl : static_cast<int>(ip_knobs.ip_default_ttl));
    case IP_HDRINCL:
        return option_answer(value, sk.header_included);
    case IP_MTU_DISCOVER:
        return option_answer(value, sk.path_mtu_discovery);
    case IP_MTU:
        return get_mtu(sk, value);
    case IP_MULTICAST_TTL:
        return option_answer(value, sk.multicast_ttl);
    case IP_MULTICAST_IF: {
        return sockopt_answer(value, &sk.multicast_address, sizeof sk.multicast_address);
    }
    case IP_UNICAST_IF:
        return option_answer(value, static_cast<int>(be32(static_cast<u32>(sk.unicast_index)).raw));
    case IP_MINTTL:
        return option_answer(value, sk.min_ttl);
    case IP_MSFILTER:
    case MCAST_MSFILTER:
        return ip_mc_getsockopt(sk, name, value);
    default:
        return Errno{ENOPROTOOPT};
    }
}

namespace {

Result<void> read_cmsg(int type, std::span<const u8> data, IpCookie& cookie) {
    i32 number = 0;
    switch (type) {
    case IP_PKTINFO: {
        InPktinfo info;
        if (data.size() != sizeof info) return Errno{EINVAL};
        memcpy(&info, data.data(), sizeof info);
        if (info.ifindex && !dev_get_by_index(info.ifindex)) return Errno{ENODEV};
        cookie.oif = info.ifindex;
        cookie.source = info.local;
        return {};
    }
    case IP_TTL:
        if (data.size() != sizeof number) return Errno{EINVAL};
        memcpy(&number, data.data(), sizeof number);
        if (number < 1 || number > 255) return Errno{EINVAL};
        cookie.ttl = number;
        return {};
    case IP_TOS:
        if (data.size() == sizeof number)
            memcpy(&number, data.data(), sizeof number);
        else if (data.size() == 1)
            number = data[0];
        else
            return Errno{EINVAL};
        if (number < 0 || number > 255) return Errno{EINVAL};
        cookie.tos = number;
        return {};
    default:
        return Errno{EINVAL};
    }
}

} // namespace

Result<void> ip_cmsg_send(const msghdr& message, IpCookie& cookie) {
    ControlReader control(message);
    ControlMessage item;
    while (TRY(control.next(item))) {
        if (item.level == SOL_IP) TRY(read_cmsg(item.type, item.data, cookie));
        if (item.level == SOL_SOCKET) TRY(sock_cmsg_send(item.type, item.data, cookie.mark));
    }
    return {};
}

void ip_cmsg_recv(const inet_sock& sk, const sk_buff& skb, msghdr& message) {
    const iphdr& header = ip_hdr(skb);
    if (sk.packet_info) {
        const bool ours = skb.packet_type == PacketType::host && !is_multicast(header.destination);
        const InPktinfo info{skb.dev ? skb.dev->ifindex : 0,
                             ours ? header.destination : inet_select_address(*skb.dev),
                             header.destination};
        put_cmsg(message, SOL_IP, IP_PKTINFO, &info, sizeof info);
    }
    if (sk.receive_ttl) {
        const i32 ttl = header.ttl;
        put_cmsg(message, SOL_IP, IP_TTL, &ttl, sizeof ttl);
    }
    if (sk.receive_tos) put_cmsg(message, SOL_IP, IP_TOS, &header.tos, sizeof header.tos);
    if (sk.receive_original && header.protocol != IPPROTO_ICMP) {
        sockaddr_in original{AF_INET, be16(0), header.destination, {}};
        memcpy(&original.sin_port, skb.network() + header.header_length() + sizeof(be16),
               sizeof original.sin_port);
        put_cmsg(message, SOL_IP, IP_ORIGDSTADDR, &original, sizeof original);
    }
    const u32 options = header.header_length() - static_cast<u32>(sizeof header);
    if (const int largest = skb.control<const IpControl>().largest_fragment;
        sk.receive_fragment_size && largest)
        put_cmsg(message, SOL_IP, IP_RECVFRAGSIZE, &largest, sizeof largest);
    if (sk.receive_options && options) put_cmsg(message, SOL_IP, IP_RECVOPTS, &header + 1, options);
}

Result<IpSend> ip_send_of(inet_sock& sk, const IpCookie& cookie, const Route& route,
                          be32 destination, u8 protocol, u32 size) {
    IpSend send{};
    send.source = route.source;
    send.destination = destination;
    send.protocol = protocol;
    send.tos = cookie.tos >= 0 ? static_cast<u8>(cookie.tos) : sk.tos;
    send.ttl = is_multicast(destination) ? sk.multicast_ttl : sk.ttl;
    if (cookie.ttl >= 0) send.ttl = static_cast<u8>(cookie.ttl);
    if (sk.options_length) {
        send.options = sk.options;
        send.options_length = sk.options_length;
    }
    const bool fits = size + sizeof(iphdr) + send.options_length <= route.mtu;
    const u8 discover = sk.path_mtu_discovery;
    const bool forbidden = discover >= IP_PMTUDISC_DO && discover <= IP_PMTUDISC_INTERFACE;
    if ((!fits && forbidden) || size + sizeof(iphdr) + send.options_length > 0xffff) {
        ip_local_error(sk, EMSGSIZE, destination, route.mtu - send.options_length);
        return Errno{EMSGSIZE};
    }
    send.dont_fragment = fits && discover >= IP_PMTUDISC_WANT && discover <= IP_PMTUDISC_PROBE;
    return send;
}

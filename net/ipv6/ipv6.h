// What a socket of AF_INET6 has besides an inet_sock (Linux: struct ipv6_pinfo).
#pragma once

#include "net/ipv6/ip6.h"

constexpr int ipv6_default_hops = -1; // in the options: what the route says

struct Ip6Membership;
void ipv6_sock_mc_close(inet_sock& sk);

struct ipv6_pinfo {
    Route6 path; // of a connected socket (TCP), while route_generation is that of now
    int hop_limit = ipv6_default_hops, multicast_hops = 1;
    u8 traffic_class = 0;
    u8 path_mtu_discovery = IP_PMTUDISC_WANT;
    bool multicast_loop = true, multicast_all = true;
    bool receive_old_packet_info = false, receive_old_hop_limit = false; // as RFC 2292 has them
    bool receive_packet_info = false, receive_hop_limit = false, receive_traffic_class = false,
         receive_errors = false, receive_path_mtu = false, receive_flow_info = false;
    bool dont_fragment = false, flow_send = false, auto_flow_label = true;
    int multicast_index = 0, unicast_index = 0;
    u32 flow_label = 0; // of the connection, when it was given
    Ip6Membership* memberships = nullptr;
    int min_hop_count = 0;
};

// An inet_sock (or what is built upon it) with its IPv6 part.
template <class Base>
struct Inet6Sock : Base {
    ipv6_pinfo inet6_part;

    Inet6Sock(proto& prot, int type, int protocol) : Base(prot, AF_INET6, type, protocol) {
        this->inet6 = &inet6_part;
    }
    ~Inet6Sock() override { ipv6_sock_mc_close(*this); }
};

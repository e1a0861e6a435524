// AF_INET: sockets of the Internet family: what is common to TCP, UDP and raw: names, ports, the
// table of protocols.
#pragma once

#include "net/ipv4/ip.h"

// Linux's struct sockaddr_in.
struct sockaddr_in {
    u16 sin_family; // host order
    be16 sin_port;
    be32 sin_addr;
    u8 sin_zero[8];
};
static_assert(sizeof(sockaddr_in) == 16);

// Checks length and family. Errors: EINVAL, EAFNOSUPPORT.
Result<sockaddr_in> inet_address(const SockaddrStorage& address, u32 length);

// One line of the table that socket(AF_INET, type, protocol) looks in.
struct inet_protosw {
    ListNode node;
    int type;     // SOCK_*
    int protocol; // IPPROTO_*; IPPROTO_IP: any (raw)
    proto* prot;
    Result<Ref<sock>> (*make)(int protocol); // a new sock of this protocol
    const proto_ops* ops;
    bool privileged; // needs uid 0
};
void inet_register_protosw(inet_protosw& entry);

// proto_ops of AF_INET, stream (TCP) and datagram (UDP, raw).
extern const proto_ops inet_stream_ops;
extern const proto_ops inet_dgram_ops;

// The port table of datagram protocols: who is bound to which port, and picking a free one (RFC
// 6056, algorithm 3; 32768–60999). The conflict rules are Linux's: SO_REUSEADDR, SO_REUSEPORT of
// the same uid, distinct addresses. (TCP has one of its own, net/tcp/tcp_ports: accepted
// connections and TIME_WAIT records share a port with their listener.)
using InetPortBucket = List<inet_sock, &inet_sock::port_node>;
// Everybody whose bound_port may be `port` (others share the bucket).
InetPortBucket& inet_port_bucket(u16 port);
Result<void> inet_bind_port(sock& sk, u16 port);
void inet_release_port(sock& sk);

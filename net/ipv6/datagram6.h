// What UDP, raw and ping sockets of AF_INET6 share.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/ipv4/datagram.h"
#include "net/ipv6/af_inet6.h"
#include "net/ipv6/ip6_sockglue.h"

struct Datagram6Target {
    in6_addr destination;
    be16 port{u16{0}};
    Route6 route;
    Ip6Cookie cookie;
    bool v4 = false; // IPv4's way is to be taken, with the message's name in its form
};
// From the message's name or the connection. Errors: EINVAL, EAFNOSUPPORT, EDESTADDRREQ,
// ENETUNREACH (IPv4, with IPV6_V6ONLY), EADDRNOTAVAIL, those of ancillary data and routing.
Result<Datagram6Target> datagram6_target(inet_sock& sk, const msghdr& message);
// Has IPv4's function send a message whose target says so.
Result<usize> datagram6_send_v4(sock& sk, msghdr& message, usize size,
                                Result<usize> (*send)(sock&, msghdr&, usize));
Result<void> ip6_datagram_connect(sock& sk, const SockaddrStorage& address, u32 length);
// For datagram_receive: packets of either family.
extern const DatagramFamily datagrams_of_v6;
// One line of /proc/net/udp6 and raw6.
void ip6_dgram_show(TextBuffer& out, const inet_sock& sk, u32 bucket, u16 local, u16 remote);
constexpr const char* ip6_seq_header =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

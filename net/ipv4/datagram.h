// What UDP, raw and ping sockets share: whom a message is for, connecting, handing data to the
// reader.
#pragma once

#include "net/ipv4/inet.h"
#include "net/ipv4/ip_sockglue.h"

struct DatagramTarget {
    be32 destination{};
    be16 port{};
    Route route{};
    IpCookie cookie;
};
// From the message's name or the connection. Errors: EINVAL, EAFNOSUPPORT, EDESTADDRREQ, EACCES
// (broadcast without SO_BROADCAST), those of ancillary data and routing.
Result<DatagramTarget> datagram_target(inet_sock& sk, const msghdr& message);
Result<void> ip4_datagram_connect(sock& sk, const SockaddrStorage& address, u32 length);
Result<void> ip4_datagram_disconnect(sock& sk);
// Waits until the socket may send more; `even_shut`: a shutdown for sending is no error. Errors:
// EAGAIN, EPIPE, EINTR, the pending error.
Result<void> datagram_wait_for_space(sock& sk, bool nonblock, bool even_shut = false);
// Takes the next datagram: copies what is behind `skip` bytes, the sender's address (with the port,
// when the data begins with ports) and ancillary data.
Result<usize> datagram_receive(inet_sock& sk, msghdr& message, usize size, bool nonblock, u32 flags,
                               u32 skip, bool has_ports);
// SIOCINQ and SIOCOUTQ; `skip` as above.
SysResult datagram_ioctl(sock& sk, u32 command, uptr argument, u32 skip);
void datagram_close(sock& sk);

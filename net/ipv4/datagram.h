// What UDP, raw and ping sockets share: whom a message is for, connecting, taking data from the
// program and handing it to the reader. What doesn't say otherwise is for both families.
#pragma once

#include "kernel/base/text_buffer.h"
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
// The last step of connecting: from now on `source` speaks to the peer.
void datagram_connected(inet_sock& sk, const in6_addr& source, const in6_addr& remote, be16 port);
// Waits until the socket may send more; `even_shut`: a shutdown for sending is no error. Errors:
// EAGAIN, EPIPE, EINTR, the pending error.
Result<void> datagram_wait_for_space(sock& sk, bool nonblock, bool even_shut = false);
// A buffer with the message in it, counted against the socket, once there is space. Errors: those
// of waiting, ENOBUFS, EFAULT.
Result<SkbPtr> datagram_take_message(sock& sk, msghdr& message, usize size, bool even_shut = false);

// What the families do each in their way when a datagram is received.
struct DatagramFamily {
    Result<usize> (*recv_error)(inet_sock& sk, msghdr& message, usize size); // MSG_ERRQUEUE
    // The sender's address into message.name.
    void (*put_sender)(const inet_sock& sk, const sk_buff& skb, be16 port, msghdr& message);
    void (*put_control)(const inet_sock& sk, const sk_buff& skb, msghdr& message);
};
extern const DatagramFamily datagrams_of_v4;
// Takes the next datagram: copies what is behind `skip` bytes, the sender's address (with the port,
// when there are bytes to skip: they begin with it) and ancillary data.
Result<usize> datagram_receive(const DatagramFamily& family, inet_sock& sk, msghdr& message,
                               usize size, bool nonblock, u32 flags, u32 skip);
// SIOCINQ and SIOCOUTQ; `skip` as above.
SysResult datagram_ioctl(sock& sk, u32 command, uptr argument, u32 skip);
template <u32 skip>
SysResult datagram_ioctl(sock& sk, u32 command, uptr argument) {
    return datagram_ioctl(sk, command, argument, skip);
}
void datagram_close(sock& sk);
// The part of a line of /proc/net/udp, raw, udp6 and raw6 that comes behind the addresses.
void datagram_show_rest(TextBuffer& out, const inet_sock& sk);

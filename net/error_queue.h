// The error queue of a socket (recvmsg(2) with MSG_ERRQUEUE): what went wrong with packets that it
// sent, each with what is left of the packet. IP_RECVERR and IPV6_RECVERR switch it on; the
// families' own files turn a record into ancillary data.
#pragma once

#include "net/sock.h"

// Linux's struct sock_extended_err (linux/errqueue.h).
struct sock_extended_err {
    u32 error;
    u8 origin; // SO_EE_ORIGIN_*
    u8 type, code, pad;
    u32 info; // next hop's MTU, with EMSGSIZE
    u32 data;
};
static_assert(sizeof(sock_extended_err) == 16);

// In sk_buff::cb of what is queued. The buffer's data is the rest of the packet that was sent;
// network_header is at the packet that brought the error, when there was one.
struct ErrorRecord {
    sock_extended_err error;
    in6_addr destination; // that the packet was sent to
    in6_addr offender;    // who reported it
    be16 port{u16{0}};    // of the destination
    bool has_offender = false;
};

// Queues it and tells who waits. False: the receive buffer is full.
bool sock_queue_error(sock& sk, SkbPtr skb, const ErrorRecord& record);
// The oldest one; the pending error becomes that of the next. EAGAIN.
Result<SkbPtr> sock_dequeue_error(sock& sk);
// POLLERR (and POLLPRI with SO_SELECT_ERR_QUEUE) for a pending error or a record.
u32 sock_error_events(const sock& sk);
// Copies what is left of the packet to the reader; sets MSG_TRUNC. EFAULT.
Result<usize> sock_copy_error_packet(const sk_buff& skb, msghdr& message, usize size);

// What became of packets that a socket of AF_INET6 sent: ICMPv6 errors and local ones, as the
// pending error and, with IPV6_RECVERR, as records of the error queue; errors of IPv4 too, where it
// spoke that.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/in6.h"
#include "net/error_queue.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_sockglue.h"

void ipv6_icmp_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report, int error) {
    SkbPtr copy(skb_clone(skb));
    if (!copy) return;
    copy->network_header = skb.control<const Ip6Control>().outer_header;
    copy->data = const_cast<u8*>(report.payload);
    const u32 info = report.type == ICMPV6_PKT_TOOBIG ? report.info : 0;
    const ErrorRecord record{.error = {static_cast<u32>(error), SO_EE_ORIGIN_ICMP6, report.type,
                                       report.code, 0, info, 0},
                             .destination = ipv6_hdr(skb).destination,
                             .offender = ipv6_hdr(*copy).source,
                             .port = report.port,
                             .has_offender = true};
    sock_queue_error(sk, std::move(copy), record);
}

void ipv6_local_error(inet_sock& sk, int error, const in6_addr& destination, u32 info) {
    if (!sk.inet6->receive_errors) return;
    SkbPtr skb(alloc_skb(0));
    if (!skb) return;
    skb->protocol = be16(ETH_P_IPV6);
    sock_queue_error(sk, std::move(skb),
                     {.error = {static_cast<u32>(error), SO_EE_ORIGIN_LOCAL, 0, 0, 0, info, 0},
                      .destination = destination,
                      .offender = {},
                      .port = sk.remote_port});
}

void ipv6_datagram_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report) {
    IcmpError error = icmpv6_error_of(report.type, report.code);
    const bool listens = sk.inet6->receive_errors;
    if (report.type == ICMPV6_PKT_TOOBIG) {
        // Who lets the kernel cut packets needn't know.
        error.fatal = sk.inet6->path_mtu_discovery == IPV6_PMTUDISC_DO;
        if (!error.fatal && !listens) return;
    }
    if (listens) {
        ipv6_icmp_error(sk, skb, report, error.error);
    } else if (!error.fatal || sk.state != TCP_ESTABLISHED) {
        return; // only fatal errors reach a socket that didn't ask, and only a connected one
    }
    sk.error = error.error;
    sk.wake(POLLERR | POLLIN | POLLOUT);
}

namespace {

sockaddr_in6 name_of(const in6_addr& address, be16 port, const sk_buff& skb) {
    sockaddr_in6 name;
    name.sin6_family = AF_INET6;
    name.sin6_port = port;
    name.sin6_addr = address;
    if (name.sin6_addr.is_linklocal() && skb.dev)
        name.sin6_scope_id = static_cast<u32>(skb.dev->ifindex);
    return name;
}

} // namespace

Result<usize> ipv6_recv_error(inet_sock& sk, msghdr& message, usize size) {
    SkbPtr skb = TRY(sock_dequeue_error(sk));
    const ErrorRecord record = skb->control<ErrorRecord>();
    const usize copied = TRY(sock_copy_error_packet(*skb, message, size));
    if (message.name) {
        const sockaddr_in6 to = name_of(record.destination, record.port, *skb);
        memcpy(message.name->bytes, &to, sizeof to);
        message.namelen = sizeof to;
    }
    struct {
        sock_extended_err error;
        sockaddr_in6 offender;
    } report{record.error, {}};
    if (message.control) sock_receive_control(sk, *skb, message);
    if (record.has_offender) {
        report.offender = name_of(record.offender, be16(0), *skb);
        if (message.control) ip6_cmsg_recv(sk, *skb, message);
    }
    put_cmsg(message, SOL_IPV6, IPV6_RECVERR, &report, sizeof report);
    message.flags |= MSG_ERRQUEUE;
    return copied;
}

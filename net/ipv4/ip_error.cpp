// What became of packets that a socket of IPv4 sent: ICMP errors and local ones, as the pending
// error and, with IP_RECVERR, as records of the error queue (ip(7); RFC 1122, section 4.1.3.3).
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/error_queue.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/ip_sockglue.h"

namespace {

struct Verdict {
    int error;
    bool fatal;
};

// What the ICMP error means for a datagram socket; no error: it isn't told.
Verdict verdict_of(const inet_sock& sk, u8 type, u8 code) {
    if (type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT) return {0, false};
    if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED) {
        if (sk.path_mtu_discovery == IP_PMTUDISC_DONT) return {0, false};
        return {EMSGSIZE, true};
    }
    const IcmpError error = icmp_error_of(type, code);
    return {error.error, error.fatal};
}

} // namespace

void ip_icmp_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report, int error) {
    SkbPtr copy(skb_clone(skb));
    if (!copy) return;
    copy->network_header = skb.control<const IpControl>().outer_header;
    copy->data = const_cast<u8*>(report.payload);
    const ErrorRecord record{.error = {static_cast<u32>(error), SO_EE_ORIGIN_ICMP, report.type,
                                       report.code, 0, report.info, 0},
                             .destination = ip_hdr(skb).destination,
                             .offender = ip_hdr(*copy).source,
                             .port = report.port,
                             .has_offender = true};
    sock_queue_error(sk, std::move(copy), record);
}

void ip_local_error(inet_sock& sk, int error, be32 destination, u32 info) {
    if (!sk.receive_errors) return;
    SkbPtr skb(alloc_skb(0));
    if (!skb) return;
    const u32 mtu = min(info, u32{0xffff}); // no MTU of IPv4 is larger (RFC 791)
    sock_queue_error(sk, std::move(skb),
                     {.error = {static_cast<u32>(error), SO_EE_ORIGIN_LOCAL, 0, 0, 0, mtu, 0},
                      .destination = destination,
                      .offender = {},
                      .port = sk.remote_port});
}

void ip_datagram_error(inet_sock& sk, const sk_buff& skb, const IpErrorReport& report) {
    const Verdict verdict = verdict_of(sk, report.type, report.code);
    if (!verdict.error) return;
    if (sk.receive_errors) {
        ip_icmp_error(sk, skb, report, verdict.error);
    } else if (!verdict.fatal || sk.state != TCP_ESTABLISHED) {
        return; // only fatal errors reach a socket that didn't ask, and only a connected one
    }
    sk.error = verdict.error;
    sk.wake(POLLERR | POLLIN | POLLOUT);
}

Result<usize> ip_recv_error(inet_sock& sk, msghdr& message, usize size) {
    SkbPtr skb = TRY(sock_dequeue_error(sk));
    const ErrorRecord record = skb->control<ErrorRecord>();
    const usize copied = TRY(sock_copy_error_packet(*skb, message, size));
    if (message.name) {
        const sockaddr_in to{AF_INET, record.port, record.destination.v4(), {}};
        memcpy(message.name->bytes, &to, sizeof to);
        message.namelen = sizeof to;
    }
    struct {
        sock_extended_err error;
        sockaddr_in offender;
    } report{record.error, {}};
    if (message.control) sock_receive_control(sk, *skb, message);
    if (record.has_offender) {
        report.offender = {AF_INET, be16(0), record.offender.v4(), {}};
        if (message.control) ip_cmsg_recv(sk, *skb, message);
    }
    put_cmsg(message, SOL_IP, IP_RECVERR, &report, sizeof report);
    message.flags |= MSG_ERRQUEUE;
    return copied;
}

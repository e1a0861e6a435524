// ICMP errors about segments that we sent (RFC 1122, section 4.2.3.9; RFC 5927: only when the
// quoted sequence number is one that is under way) and path MTU discovery (RFC 1191).
#include "kernel/base/math.h"
#include "kernel/uapi/in6.h"
#include "net/ipv4/ip_sockglue.h"
#include "net/ipv6/icmpv6.h"
#include "net/ipv6/ip6_sockglue.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_congestion.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_output.h"

namespace {

constexpr u32 ipv4_least_path_mtu = 552; // Linux's ip_rt_min_pmtu

struct Quoted {
    be16 source, destination;
    be32 sequence;
};

u32 least_path_mtu(const tcp_sock& sk) {
    return sk.af_ops == &tcp_ipv4_ops ? ipv4_least_path_mtu : ipv6_min_mtu;
}

void path_mtu_changed(tcp_sock& sk, u32 mtu) {
    if (sk.path_mtu_discovery == IP_PMTUDISC_DONT || sk.state == TCP_LISTEN) return;
    mtu = max(mtu, least_path_mtu(sk));
    const u32 before = sk.path_mtu ? sk.path_mtu : sk.path.mtu;
    if (mtu >= before) return;
    sk.path_mtu = mtu;
    tcp_sync_mss(sk);
    // What was too large is lost; send it again in smaller segments, the window as it is.
    for (sk_buff& skb : sk.retransmit_queue.list) {
        TcpCb& cb = tcp_cb(skb);
        if (cb.sacked || cb.lost || skb.len() <= sk.mss) continue;
        if (cb.retransmitted) sk.retransmitted_bytes -= tcp_span(skb);
        cb.retransmitted = false;
        cb.lost = true;
        sk.lost_bytes += tcp_span(skb);
    }
    tcp_xmit_retransmit_queue(sk);
}

void request_error(tcp_request_sock& request, SeqNumber sequence, bool fatal) {
    if (sequence != request.initial_send || !fatal) return;
    tcp_drop_request(request);
}

void connection_error(tcp_sock& sk, const IcmpError& error, const sk_buff& skb,
                      const IpErrorReport& report) {
    if (sk.in(tcpf_syn_sent | tcpf_syn_recv)) {
        if (skb.protocol == be16(ETH_P_IPV6))
            ipv6_icmp_error(sk, skb, report, error.error);
        else
            ip_icmp_error(sk, skb, report,
                          error.error); // so that traceroute(8) works by connecting
        tcp_mib.AttemptFails++;
        sk.error = error.error;
        tcp_write_queue_purge(sk);
        tcp_done(sk);
        sk.wake(POLLERR | POLLIN | POLLOUT | POLLHUP);
        return;
    }
    if (sk.owner && sk.receive_errors) {
        sk.error = error.error;
        sk.wake(POLLERR);
    } else {
        sk.soft_error = error.error;
    }
}

struct Reported {
    u8 type, code;
    u32 info;
};

// `mtu`: the packet was larger than this; 0: it is another error.
void report(const sk_buff& skb, const in6_addr& source, const in6_addr& destination,
            const Reported& icmp, const IcmpError& error, u32 mtu) {
    if (skb.len() < sizeof(Quoted)) return;
    Quoted quoted;
    memcpy(&quoted, skb.data, sizeof quoted);
    TcpHashed* found = tcp_ehash_lookup({source, destination, quoted.source, quoted.destination});
    if (!found || found->kind == TcpKind::time_wait) return;
    const SeqNumber sequence(quoted.sequence.host());
    if (found->kind == TcpKind::request)
        return request_error(static_cast<tcp_request_sock&>(*found), sequence, error.fatal);
    Ref<tcp_sock> sk(static_cast<tcp_sock&>(*found));
    if (sequence < sk->send_unacknowledged || sequence > sk->send_next) return;
    if (mtu) return path_mtu_changed(*sk, mtu);
    if (error.error)
        connection_error(*sk, error, skb,
                         {icmp.type, icmp.code, icmp.info, quoted.destination, skb.data});
}

} // namespace

void tcp_v4_err(sk_buff& skb, u8 type, u8 code, u32 info) {
    if (type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT) return;
    const bool too_big = type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED;
    const iphdr& ip = ip_hdr(skb);
    report(skb, ip.source, ip.destination, {type, code, info}, icmp_error_of(type, code),
           too_big ? max(info, 1u) : 0);
}

void tcp_v6_err(sk_buff& skb, u8 type, u8 code, u32 info) {
    const ipv6hdr& ip = ipv6_hdr(skb);
    const u32 mtu = type == ICMPV6_PKT_TOOBIG ? max(info, 1u) : 0;
    report(skb, ip.source, ip.destination, {type, code, info}, icmpv6_error_of(type, code), mtu);
}

// ICMP, received: echoes and timestamps are answered, errors go to the protocol whose packet they
// quote (RFC 1122, section 3.2.2).
#include "net/ipv4/icmp.h"
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/route.h"

IcmpMib icmp_mib;
void (*ping_rcv)(const sk_buff& skb);
void (*ping_error)(sk_buff& skb, u8 type, u8 code, u32 info);

namespace {

icmphdr& icmp_hdr(const sk_buff& skb) { return *reinterpret_cast<icmphdr*>(skb.transport()); }

// Sends an answer that stands ready (data at the ICMP header) back to who asked.
void reply(SkbPtr answer, const sk_buff& question) {
    const iphdr& asked = ip_hdr(question);
    const bool to_us = question.control<const IpControl>().address_type == rtn_local;
    const be32 source = to_us ? asked.destination : be32(0);
    auto route = ip_route_output(asked.source, source);
    if (!route.ok()) return;
    icmphdr& header = *reinterpret_cast<icmphdr*>(answer->data);
    header.check = 0;
    header.check = checksum_fold(checksum_partial(answer->data, answer->len(), 0));
    answer->set_transport_header();
    IpSend send{};
    send.source = route->source;
    send.destination = asked.source;
    send.protocol = IPPROTO_ICMP;
    send.tos = asked.tos;
    // Recorded routes and times go back with the echo (RFC 1122, section 3.2.2.6).
    send.options_length = static_cast<u8>(asked.header_length() - sizeof(iphdr));
    send.options = send.options_length ? reinterpret_cast<const u8*>(&asked + 1) : nullptr;
    icmp_mib.OutMsgs++;
    static_cast<void>(ip_queue_xmit(std::move(answer), *route, send));
}

SkbPtr copy_message(const sk_buff& skb) {
    SkbPtr answer(alloc_skb(skb.len()));
    if (answer) memcpy(answer->put(skb.len()), skb.data, skb.len());
    return answer;
}

void echo(const sk_buff& skb) {
    icmp_mib.InEchos++;
    if (ip_knobs.icmp_echo_ignore_all) return;
    const bool to_many = skb.control<const IpControl>().address_type != rtn_local;
    if (to_many && ip_knobs.icmp_echo_ignore_broadcasts) return;
    SkbPtr answer = copy_message(skb);
    if (!answer) return;
    answer->data[0] = ICMP_ECHOREPLY;
    icmp_mib.OutEchoReps++;
    reply(std::move(answer), skb);
}

// RFC 792, page 16; RFC 1122, section 3.2.2.8.
void timestamp(const sk_buff& skb) {
    icmp_mib.InTimestamps++;
    if (skb.len() < 20 || skb.control<const IpControl>().address_type != rtn_local) return;
    SkbPtr answer = copy_message(skb);
    if (!answer) return;
    const be32 now(static_cast<u32>(clock_realtime() / 1'000'000 % 86'400'000));
    answer->data[0] = ICMP_TIMESTAMPREPLY;
    memcpy(answer->data + 12, &now, sizeof now);
    memcpy(answer->data + 16, &now, sizeof now);
    icmp_mib.OutTimestampReps++;
    reply(std::move(answer), skb);
}

// The quoted header must be whole, with at least 8 bytes behind it. Leaves network_header at the
// quoted IP header and data at what it carries; IpControl::outer_header keeps the ICMP packet's.
bool open_quote(sk_buff& skb) {
    skb.control<IpControl>().outer_header = skb.network_header;
    skb.pull(sizeof(icmphdr));
    if (skb.len() < sizeof(iphdr)) return false;
    skb.set_network_header();
    const iphdr& quoted = ip_hdr(skb);
    const u32 header_length = quoted.header_length();
    if (quoted.version_length >> 4 != 4 || header_length < sizeof(iphdr)) return false;
    if (skb.len() < header_length + 8) return false;
    skb.pull(header_length);
    skb.set_transport_header();
    return true;
}

void error_message(SkbPtr skb) {
    const icmphdr header = icmp_hdr(*skb);
    switch (header.type) {
    case ICMP_DEST_UNREACH:
        icmp_mib.InDestUnreachs++;
        break;
    case ICMP_TIME_EXCEEDED:
        icmp_mib.InTimeExcds++;
        break;
    case ICMP_PARAMETERPROB:
        icmp_mib.InParmProbs++;
        break;
    default:
        break;
    }
    if (!open_quote(*skb)) {
        icmp_mib.InErrors++;
        return;
    }
    const iphdr& quoted = ip_hdr(*skb);
    // About a packet that can't have been ours.
    if (inet_addr_type(quoted.source) != rtn_local) return;
    u32 info = 0;
    if (header.type == ICMP_DEST_UNREACH && header.code == ICMP_FRAG_NEEDED) {
        info = header.echo.sequence.host(); // RFC 1191, section 4: the next hop's MTU
        const u32 total = quoted.total_length.host();
        if (info >= 68 && info < total) ip_update_pmtu(quoted.destination, info);
    }
    if (raw_icmp_error) raw_icmp_error(*skb, header.type, header.code, info);
    if (quoted.protocol == IPPROTO_ICMP && ping_error)
        ping_error(*skb, header.type, header.code, info);
    const net_protocol* protocol = inet_protocol(quoted.protocol);
    if (protocol && protocol->error) protocol->error(*skb, header.type, header.code, info);
}

void icmp_rcv(SkbPtr skb) {
    TRACE_STATION(ip, "skb", skb);
    icmp_mib.InMsgs++;
    if (skb->len() < sizeof(icmphdr)) {
        icmp_mib.InErrors++;
        return;
    }
    if (skb->ip_summed != Checksum::unnecessary &&
        checksum_fold(checksum_partial(skb->data, skb->len(), 0)) != 0) {
        icmp_mib.InCsumErrors++;
        icmp_mib.InErrors++;
        return;
    }
    switch (icmp_hdr(*skb).type) {
    case ICMP_ECHO:
        return echo(*skb);
    case ICMP_TIMESTAMP:
        return timestamp(*skb);
    case ICMP_ECHOREPLY:
        icmp_mib.InEchoReps++;
        if (ping_rcv) ping_rcv(*skb);
        return;
    case ICMP_DEST_UNREACH:
    case ICMP_SOURCE_QUENCH:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETERPROB:
        return error_message(std::move(skb));
    default:
        return;
    }
}

const net_protocol icmp_protocol{.handler = icmp_rcv, .error = nullptr};

} // namespace

IcmpError icmp_error_of(u8 type, u8 code) {
    // By code of ICMP_DEST_UNREACH: Linux's icmp_err_convert.
    static constexpr IcmpError unreachable[16] = {
        {ENETUNREACH, false},  {EHOSTUNREACH, false}, {ENOPROTOOPT, true},  {ECONNREFUSED, true},
        {EMSGSIZE, false},     {EOPNOTSUPP, false},   {ENETUNREACH, true},  {EHOSTDOWN, true},
        {ENONET, true},        {ENETUNREACH, true},   {EHOSTUNREACH, true}, {ENETUNREACH, false},
        {EHOSTUNREACH, false}, {EHOSTUNREACH, true},  {EHOSTUNREACH, true}, {EHOSTUNREACH, true},
    };
    switch (type) {
    case ICMP_DEST_UNREACH:
        return unreachable[code < 16 ? code : 1];
    case ICMP_PARAMETERPROB:
        return {EPROTO, true};
    case ICMP_TIME_EXCEEDED:
        return {EHOSTUNREACH, false};
    default:
        return {EHOSTUNREACH, false};
    }
}

void icmp_init() { static_cast<void>(inet_add_protocol(icmp_protocol, IPPROTO_ICMP)); }

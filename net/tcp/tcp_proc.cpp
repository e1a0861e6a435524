// /proc/net/tcp, and TCP's lines of snmp, netstat and sockstat, column for column as Linux has
// them.
#include "kernel/base/math.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_timewait.h"

TcpMib tcp_mib;

namespace {

struct Listing {
    TextBuffer& out;
    bool v6; // whose sockets
    u32 line = 0;
    usize line_start = 0;
};

// Every line has the same length, so that a reader may seek by lines.
void end_line(Listing& listing) {
    const int width = listing.v6 ? 0 : 149;
    const int used = static_cast<int>(listing.out.text().size() - listing.line_start);
    listing.out.print("%*s\n", max(width - used, 0), "");
    listing.line_start = listing.out.text().size();
}

u64 ticks_until(Nanoseconds when) { // of 1/100 s
    const Nanoseconds now = clock_monotonic();
    return when != no_deadline && when > now ? (when - now) / 10'000'000 : 0;
}

void start_line(Listing& listing, const TcpTuple& tuple, u8 state) {
    if (listing.v6) {
        const be32 *a = tuple.local_address.words, *b = tuple.remote_address.words;
        listing.out.print("%4u: %08X%08X%08X%08X:%04X %08X%08X%08X%08X:%04X %02X", listing.line++,
                          a[0].raw, a[1].raw, a[2].raw, a[3].raw, tuple.local_port.host(), b[0].raw,
                          b[1].raw, b[2].raw, b[3].raw, tuple.remote_port.host(), state);
        return;
    }
    listing.out.print("%4u: %08X:%04X %08X:%04X %02X", listing.line++, tuple.local_address.v4().raw,
                      tuple.local_port.host(), tuple.remote_address.v4().raw,
                      tuple.remote_port.host(), state);
}

void show_socket(Listing& listing, const tcp_sock& sk) {
    const bool listening = sk.state == TCP_LISTEN;
    TcpTuple tuple = sk.tuple;
    if (listening) tuple = {sk.receive_address, {}, sk.local_port, {}};
    start_line(listing, tuple, sk.state);
    u32 timer = 0;
    Nanoseconds when = no_deadline;
    if (sk.retransmit_timer.deadline != no_deadline) {
        timer = sk.probing ? 4 : 1;
        when = sk.retransmit_timer.deadline;
    } else if (sk.keepalive_timer.deadline != no_deadline) {
        timer = 2;
        when = sk.keepalive_timer.deadline;
    }
    const u32 fin = sk.done ? 1 : 0;
    const u32 unread = listening ? sk.backlog : sk.unread() - min(sk.unread(), fin);
    const u32 unsent = listening ? 0 : seq_length(sk.send_unacknowledged, sk.write_next);
    listing.out.print(
        " %08X:%08X %02X:%08X %08X %5u %8u %llu %u 0000000000000000 %llu %llu %u %u %d", unsent,
        unread, timer, static_cast<u32>(ticks_until(when)), sk.retransmits, sk.uid, sk.probes_out,
        static_cast<unsigned long long>(sk.inode), sk.ref_count(),
        static_cast<unsigned long long>(sk.rto / 10'000'000),
        static_cast<unsigned long long>(sk.ack_timeout / 10'000'000),
        static_cast<u32>(sk.quick_acks << 1 | (sk.ping_pong ? 1 : 0)),
        max(sk.congestion_window / sk.mss, listening ? sk.max_backlog : 1u),
        sk.slow_start_threshold == infinite_ssthresh
            ? -1
            : static_cast<int>(sk.slow_start_threshold / sk.mss));
}

void show_time_wait(Listing& listing, const TcpTimeWait& record) {
    start_line(listing, record.tuple, TCP_TIME_WAIT);
    listing.out.print(" %08X:%08X %02X:%08X %08X %5u %8d %d %d 0000000000000000", 0u, 0u, 3u,
                      static_cast<u32>(ticks_until(record.since + tcp_timewait_length)), 0u,
                      record.uid, 0, 0, 3);
}

void show_request(Listing& listing, const tcp_request_sock& request) {
    start_line(listing, request.tuple, TCP_SYN_RECV);
    listing.out.print(" %08X:%08X %02X:%08X %08X %5u %8d %d %d 0000000000000000", 0u, 0u, 1u,
                      static_cast<u32>(ticks_until(request.timer.expires())), request.timeouts,
                      request.listener.uid, 0, 0, 0);
}

// /proc/net/tcp6 has what sockets of AF_INET6 have, IPv4's connections too.
bool is_v6(const TcpHashed* entry, const tcp_sock* listener) {
    if (listener) return listener->family == AF_INET6;
    switch (entry->kind) {
    case TcpKind::full:
        return static_cast<const tcp_sock*>(entry)->family == AF_INET6;
    case TcpKind::request:
        return static_cast<const tcp_request_sock*>(entry)->listener.family == AF_INET6;
    case TcpKind::time_wait:
        return static_cast<const TcpTimeWait*>(entry)->v6;
    }
    return false;
}

bool visit(void* context, TcpHashed* entry, tcp_sock* listener) {
    Listing& listing = *static_cast<Listing*>(context);
    if (is_v6(entry, listener) != listing.v6) return true;
    if (listener) {
        show_socket(listing, *listener);
    } else {
        switch (entry->kind) {
        case TcpKind::full:
            show_socket(listing, static_cast<tcp_sock&>(*entry));
            break;
        case TcpKind::request:
            show_request(listing, static_cast<tcp_request_sock&>(*entry));
            break;
        case TcpKind::time_wait:
            show_time_wait(listing, static_cast<TcpTimeWait&>(*entry));
            break;
        }
    }
    end_line(listing);
    return !listing.out.failed();
}

bool count_established(void* context, TcpHashed* entry, tcp_sock*) {
    if (!entry || entry->kind != TcpKind::full) return true;
    const auto& sk = static_cast<tcp_sock&>(*entry);
    if (sk.in(tcpf_established | tcpf_close_wait)) ++*static_cast<u64*>(context);
    return true;
}

} // namespace

void tcp4_seq_show(TextBuffer& out) {
    Listing listing{out, false};
    out.print("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
              "timeout inode");
    end_line(listing);
    tcp_hash_walk(visit, &listing);
}

void tcp6_seq_show(TextBuffer& out) {
    Listing listing{out, true};
    out.print(
        "  sl  local_address                         remote_address                        st "
        "tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
    end_line(listing);
    tcp_hash_walk(visit, &listing);
}

void tcp_sockstat_show(TextBuffer& out) {
    out.print("TCP: inuse %u orphan %u tw %u alloc %u mem %u\n", tcp_memory.sockets,
              tcp_memory.orphans, tcp_memory.time_wait, tcp_memory.sockets,
              static_cast<u32>(tcp_memory.used / 4096));
}

void tcp_snmp_show(TextBuffer& out) {
    u64 established = 0;
    tcp_hash_walk(count_established, &established);
    const auto n = [](u64 value) { return static_cast<unsigned long long>(value); };
    out.print("Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails "
              "EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n");
    out.print("Tcp: 1 200 120000 -1 %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu\n",
              n(tcp_mib.ActiveOpens), n(tcp_mib.PassiveOpens), n(tcp_mib.AttemptFails),
              n(tcp_mib.EstabResets), n(established), n(tcp_mib.InSegs), n(tcp_mib.OutSegs),
              n(tcp_mib.RetransSegs), n(tcp_mib.InErrs), n(tcp_mib.OutRsts),
              n(tcp_mib.InCsumErrors));
}

void tcp_netstat_show(TextBuffer& out) {
#define TCP_EXT(field)                                                                             \
    { #field, &TcpMib::field }
    static constexpr struct {
        const char* name;
        u64 TcpMib::*value;
    } fields[] = {
        TCP_EXT(SyncookiesSent),
        TCP_EXT(SyncookiesRecv),
        TCP_EXT(SyncookiesFailed),
        TCP_EXT(PruneCalled),
        TCP_EXT(RcvPruned),
        TCP_EXT(OfoPruned),
        TCP_EXT(TW),
        TCP_EXT(TWRecycled),
        TCP_EXT(PAWSActive),
        TCP_EXT(PAWSEstab),
        TCP_EXT(DelayedACKs),
        TCP_EXT(DelayedACKLost),
        TCP_EXT(ListenOverflows),
        TCP_EXT(ListenDrops),
        TCP_EXT(TCPHPHits),
        TCP_EXT(TCPPureAcks),
        TCP_EXT(TCPHPAcks),
        TCP_EXT(TCPRenoRecovery),
        TCP_EXT(TCPSackRecovery),
        TCP_EXT(TCPLostRetransmit),
        TCP_EXT(TCPFastRetrans),
        TCP_EXT(TCPSlowStartRetrans),
        TCP_EXT(TCPTimeouts),
        TCP_EXT(TCPDSACKOldSent),
        TCP_EXT(TCPAbortOnData),
        TCP_EXT(TCPAbortOnClose),
        TCP_EXT(TCPAbortOnMemory),
        TCP_EXT(TCPAbortOnTimeout),
        TCP_EXT(TCPAbortOnLinger),
        TCP_EXT(TCPAbortFailed),
        TCP_EXT(TCPMemoryPressures),
        TCP_EXT(TCPBacklogDrop),
        TCP_EXT(TCPRcvCoalesce),
        TCP_EXT(TCPOFOQueue),
        TCP_EXT(TCPOFODrop),
        TCP_EXT(TCPChallengeACK),
        TCP_EXT(TCPSYNChallenge),
        TCP_EXT(TCPReqQFullDoCookies),
        TCP_EXT(TCPReqQFullDrop),
        TCP_EXT(TCPTimeWaitOverflow),
        TCP_EXT(TCPRcvCollapsed),
        TCP_EXT(TCPKeepAlive),
        TCP_EXT(TCPWinProbe),
    };
#undef TCP_EXT
    out.append("TcpExt:");
    for (const auto& field : fields) out.print(" %s", field.name);
    out.append("\nTcpExt:");
    for (const auto& field : fields)
        out.print(" %llu", static_cast<unsigned long long>(tcp_mib.*field.value));
    out.append("\n");
}

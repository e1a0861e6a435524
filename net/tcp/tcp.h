// TCP (RFC 9293): the face that the rest of the kernel sees. Everything else goes through the
// `struct proto` and the IP protocol handler that tcp_init registers.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/sock.h"

// Registers TCP with AF_INET and IPv4. `memory_bytes`: how much memory the machine has, from which
// the tables and the bounds of all connections together follow. Errors: ENOMEM.
Result<void> tcp_init(u64 memory_bytes);

extern proto tcp_prot;

// What /proc/net/snmp (Tcp:) and /proc/net/netstat (TcpExt:) count, under their names there.
struct TcpMib {
    u64 ActiveOpens, PassiveOpens, AttemptFails, EstabResets, InSegs, OutSegs, RetransSegs, InErrs,
        OutRsts, InCsumErrors;
    u64 SyncookiesSent, SyncookiesRecv, SyncookiesFailed, PruneCalled, RcvPruned, OfoPruned, TW,
        TWRecycled, PAWSActive, PAWSEstab, DelayedACKs, DelayedACKLost, ListenOverflows,
        ListenDrops, TCPHPHits, TCPPureAcks, TCPHPAcks, TCPRenoRecovery, TCPSackRecovery,
        TCPLostRetransmit, TCPFastRetrans, TCPSlowStartRetrans, TCPTimeouts, TCPDSACKOldSent,
        TCPAbortOnData, TCPAbortOnClose, TCPAbortOnMemory, TCPAbortOnTimeout, TCPAbortOnLinger,
        TCPAbortFailed, TCPMemoryPressures, TCPBacklogDrop, TCPRcvCoalesce, TCPOFOQueue, TCPOFODrop,
        TCPChallengeACK, TCPSYNChallenge, TCPReqQFullDoCookies, TCPReqQFullDrop,
        TCPTimeWaitOverflow, TCPRcvCollapsed, TCPKeepAlive, TCPWinProbe;
};
extern TcpMib tcp_mib;

// Lines of /proc/net/tcp and tcp6, with the heading.
void tcp4_seq_show(TextBuffer& out);
void tcp6_seq_show(TextBuffer& out);
// The "TCP:" line of /proc/net/sockstat; the "Tcp:" lines of /proc/net/snmp; the "TcpExt:" lines of
// /proc/net/netstat.
void tcp_sockstat_show(TextBuffer& out);
void tcp_snmp_show(TextBuffer& out);
void tcp_netstat_show(TextBuffer& out);

// Who a segment belongs to: the table of connections by their four names (full sockets, half-open
// requests and TIME_WAIT records alike), and the table of listeners by port.
#pragma once

#include "kernel/base/endian.h"
#include "kernel/base/result.h"
#include "net/in6.h"
#include "net/tcp/sequence.h"

struct tcp_sock;

// A connection's four names, seen from here; IPv4's addresses in the mapped form.
struct TcpTuple {
    in6_addr local_address, remote_address;
    be16 local_port, remote_port;
    bool operator==(const TcpTuple&) const = default;
    bool is_v4() const { return remote_address.is_v4(); }
};

enum class TcpKind : u8 { full, request, time_wait };

// The link of a hash chain that takes itself out when destroyed.
struct TcpHashed {
    explicit TcpHashed(TcpKind kind) : kind(kind) {}
    TcpHashed(const TcpHashed&) = delete;
    TcpHashed& operator=(const TcpHashed&) = delete;
    ~TcpHashed() { unhash(); }
    bool hashed() const { return pprev != nullptr; }
    void unhash() {
        if (!pprev) return;
        *pprev = next;
        if (next) next->pprev = pprev;
        next = nullptr;
        pprev = nullptr;
    }
    void link(TcpHashed*& head) {
        next = head;
        if (next) next->pprev = &next;
        pprev = &head;
        head = this;
    }

    TcpHashed* next = nullptr;
    TcpHashed** pprev = nullptr;
    TcpTuple tuple{};
    const TcpKind kind;
};

// Sizes the tables for the machine's memory. ENOMEM.
Result<void> tcp_hash_init(u64 memory_bytes);

// Established table: everything but listeners. Looking up costs O(1).
TcpHashed* tcp_ehash_lookup(const TcpTuple& tuple);
void tcp_ehash_insert(TcpHashed& entry);

// Listeners: the most specific match wins: its address, then its device; equals (SO_REUSEPORT)
// share by a hash of the tuple.
void tcp_listen_insert(tcp_sock& sk);
void tcp_listen_remove(tcp_sock& sk);
tcp_sock* tcp_listen_lookup(const TcpTuple& tuple, int ifindex);

// For /proc: calls for every entry of both tables until it returns false.
using TcpVisit = bool (*)(void* context, TcpHashed* entry, tcp_sock* listener);
void tcp_hash_walk(TcpVisit visit, void* context);

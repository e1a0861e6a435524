// netlink_sock: a socket of AF_NETLINK, what a program asks through it, and how it gets its answer.
//
// The kernel's half of a protocol is entered from sendmsg, synchronously, and puts its answers into
// the sender's own receive queue. A dump (all of a table) is written piece by piece: a first buffer
// when it is asked for, the next when the program has made room by reading.
#pragma once

#include "net/netlink/message.h"
#include "net/sock.h"

struct netlink_sock;
struct NlDump;

// struct sockaddr_nl.
struct SockaddrNl {
    u16 family, padding;
    u32 port;
    u32 groups; // one bit a group, the first 32
};
static_assert(sizeof(SockaddrNl) == 12);

// One message that a program sent to the kernel.
struct NlRequest {
    netlink_sock& sk;
    NlHeader header;
    std::span<const u8> payload;
    bool net_admin;        // may change things
    bool answered = false; // needs no acknowledgement: a dump ends with a message of its own
};

// A dump that is under way. `next` writes what fits, from `position` on, and says whether that was
// all; `generation` is the table's: when it changes, the program hears that what it got may be
// inconsistent.
struct NlDump {
    NlHeader header{};
    u8 family = 0;
    u32 flags = 0; // the dumper's own
    Result<bool> (*next)(NlDump& dump, NlBuilder& out) = nullptr;
    u32 (*generation)() = nullptr;
    u32 position[2] = {};
    u32 began_at = 0; // generation
    bool interrupted = false;

    // The header of one of its messages.
    NlHeader header_of(u16 type) const {
        const u16 flags_of_it = NLM_F_MULTI | (interrupted ? NLM_F_DUMP_INTR : 0);
        return {0, type, flags_of_it, header.sequence, header.port};
    }
};

// What the kernel does for a protocol.
struct NetlinkProtocol {
    ListNode node;
    int number;
    u32 groups;
    Result<void> (*receive)(NlRequest& request);
};
void netlink_register(NetlinkProtocol& protocol);

constexpr u32 netlink_groups_most = 64;

struct netlink_sock final : sock {
    ListNode node; // among all
    NetlinkProtocol* kernel = nullptr;
    u32 port = 0; // 0: not bound
    u32 peer_port = 0, peer_group = 0;
    u64 groups = 0; // bit n: group n + 1
    bool connected = false, packet_info = false, broadcast_errors = false, no_enobufs = false,
         cap_ack = false;
    bool congested = false; // lost something, and hasn't read all since
    u32 longest_read = 0;   // of the buffers that the program reads into
    Box<NlDump> dump;
    WaitQueue room; // those who wait to send to it

    netlink_sock(int type, NetlinkProtocol& protocol);
    ~netlink_sock() override;
    bool listens_to(u32 group) const { return groups >> (group - 1) & 1; }
};
inline netlink_sock& netlink_of(socket& sock) { return static_cast<netlink_sock&>(*sock.sk); }

// A message's own record in its sk_buff: who sent it, to which group.
struct NetlinkControl {
    u32 port, group;
    i32 pid;
    u32 uid, gid;
};
inline NetlinkControl& netlink_control(sk_buff& skb) { return skb.control<NetlinkControl>(); }

// Puts bytes of the kernel's into a program's queue. EAGAIN (there is no room: it loses them and
// hears ENOBUFS), ENOBUFS.
Result<void> netlink_answer(netlink_sock& sk, std::span<const u8> bytes);
// The same, whatever room there is.
void netlink_deliver(netlink_sock& sk, SkbPtr skb);
// A message for whoever listens to a group of a protocol.
void netlink_broadcast(NetlinkProtocol& protocol, std::span<const u8> bytes, u32 group,
                       const netlink_sock* except = nullptr);
bool netlink_has_listeners(const NetlinkProtocol& protocol, u32 group);
netlink_sock* netlink_find(const NetlinkProtocol& protocol, u32 port);

// Each message in what a program sent, in order, to the protocol; errors and acknowledgements go
// back (netlink_receive.cpp).
void netlink_rcv(netlink_sock& sk, std::span<const u8> bytes);
// Begins a dump. EBUSY, ENOBUFS.
Result<void> netlink_dump_start(NlRequest& request, const NlDump& wanted);
// Goes on with it. Errors: ENOBUFS.
Result<void> netlink_dump_more(netlink_sock& sk);

// --- the family's verbs that have files of their own ---
Result<void> netlink_setsockopt(socket& sock, int level, int name, std::span<const u8> value);
Result<u32> netlink_getsockopt(socket& sock, int level, int name, std::span<u8> value);
Result<usize> netlink_sendmsg(socket& sock, msghdr& message, usize size);
Result<usize> netlink_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
// A port of its own, when it has none yet.
void netlink_autobind(netlink_sock& sk);

using NetlinkSockets = List<netlink_sock, &netlink_sock::node>;
NetlinkSockets& netlink_sockets();

// Packet sockets (packet(7)): frames as they are on a device, beside or below the protocols.
#pragma once

#include "kernel/uapi/packet.h"
#include "net/netdevice.h"
#include "net/packet/packet_ring.h"
#include "net/sock.h"

struct sockaddr_ll {
    u16 family;
    be16 protocol;
    i32 ifindex;
    u16 hatype;
    u8 pkttype, halen;
    u8 addr[8];
};
static_assert(sizeof(sockaddr_ll) == 20);
constexpr u32 sockaddr_ll_header = 12; // up to the address

// The old form of SOCK_PACKET.
struct sockaddr_pkt {
    u16 family;
    char device[14];
    be16 protocol;
    u16 padding; // the alignment of C's structure isn't more than 2: it has 18 bytes
};
constexpr u32 sockaddr_pkt_size = 18;

// What PACKET_ADD_MEMBERSHIP asked for, and how often.
struct PacketMembership {
    PacketMembership* next;
    int ifindex;
    u16 type, address_length;
    u8 address[8];
    u32 count;
};

// In a queued frame's control record: where it came from, as it was then.
struct PacketControl {
    sockaddr_ll from;
    u32 whole; // bytes before the filter cut it
};
inline PacketControl& packet_control(sk_buff& skb) { return skb.control<PacketControl>(); }

struct packet_sock : sock {
    ListNode packet_node; // in the list of all
    packet_type hook{};   // tied to `protocol_number` and `ifindex` while running
    be16 protocol_number{};
    int ifindex = 0;      // bound to; 0: any, -1: it has gone
    bool running = false; // the hook is in place
    bool auxdata = false, origdev = false;
    u32 received = 0, lost = 0; // since PACKET_STATISTICS was last asked
    u32 version = 0;            // PACKET_VERSION
    u32 reserve = 0;            // PACKET_RESERVE
    Ref<PacketRing> ring;
    PacketMembership* memberships = nullptr;

    using sock::sock;
    ~packet_sock() override;
};
inline packet_sock& packet_of(socket& sock) { return static_cast<packet_sock&>(*sock.sk); }

// packet_receive.cpp
void packet_rcv(SkbPtr skb, net_device& dev, packet_type& hook);
Result<usize> packet_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
// packet_send.cpp
Result<usize> packet_sendmsg(socket& sock, msghdr& message, usize size);
// packet_options.cpp
Result<void> packet_setsockopt(socket& sock, int level, int name, std::span<const u8> value);
Result<u32> packet_getsockopt(socket& sock, int level, int name, std::span<u8> value);
// packet_membership.cpp. Dropping what there isn't is no error. Errors: EINVAL, ENODEV, ENOMEM,
// ENOBUFS.
Result<void> packet_change_membership(packet_sock& sk, bool add, std::span<const u8> value);
// Gives up those of a device, or (null) all.
void packet_drop_memberships(packet_sock& sk, net_device* dev);
// packet_socket.cpp
// Puts the hook in place, or takes it away.
void packet_hook(packet_sock& sk);
void packet_unhook(packet_sock& sk);

// struct sock: a socket as its protocol sees it: queues, buffer accounting, options; and struct
// proto, what each protocol does with it. inet_sock adds IPv4 addresses and ports; tcp_sock,
// udp_sock and raw_sock build upon that.
#pragma once

#include "kernel/uapi/in.h"
#include "net/skbuff.h"
#include "net/socket.h"

struct proto;

constexpr u8 shutdown_receive = 1; // sk_shutdown
constexpr u8 shutdown_send = 2;

struct sock : RefCounted {
    proto* prot = nullptr;
    socket* owner = nullptr; // null once the descriptor is gone (orphan)
    int family = 0, type = 0, protocol = 0;
    u8 state = TCP_CLOSE; // TCP_*; UDP uses ESTABLISHED and CLOSE
    u8 shutdown = 0;
    bool reuse_address = false, reuse_port = false, keepalive = false, broadcast = false,
         dead = false;
    bool linger = false, timestamps = false, timestamps_ns = false, oob_inline = false,
         no_check = false;
    u32 linger_seconds = 0;
    Nanoseconds receive_timeout = no_deadline,
                send_timeout = no_deadline; // lengths; no_deadline: for ever
    u32 receive_low_water = 1;
    int error = 0;                   // pending, taken by the next call (SO_ERROR)
    int soft_error = 0;              // reported when the connection gives up
    u32 receive_buffer, send_buffer; // limits, bytes of truesize
    bool receive_buffer_locked = false, send_buffer_locked = false; // set by the program
    u32 receive_allocated = 0;                                      // truesize in the receive queue
    u32 send_allocated = 0; // truesize of what is on its way out
    SkbQueue receive_queue;
    u32 max_backlog = 0, backlog = 0; // of a listener
    int bound_device = 0;             // ifindex, 0: any
    u32 priority = 0, mark = 0;
    u32 drops = 0;
    u32 uid = 0; // of the creator
    u64 inode = 0;
    Nanoseconds last_timestamp = 0; // of the last datagram taken (SIOCGSTAMP)

    sock(proto& prot, int family, int type, int protocol);
    virtual ~sock();

    // Everybody who waits for the socket is told; orphans have nobody.
    void wake(u32 events) {
        if (owner) owner->wait.wake_up(events);
    }
    // Takes the pending error (0: none).
    int take_error() { return std::exchange(error, 0); }
    bool send_space() const { return send_allocated < send_buffer; }
};

// What AF_INET calls for each type (Linux: struct proto).
struct proto {
    const char* name;
    Result<void> (*init)(sock& sk); // after construction; may be null
    void (*close)(sock& sk); // the descriptor is gone; drops the caller's reference when it is done
    Result<void> (*connect)(sock& sk, const SockaddrStorage& address, u32 length);
    Result<void> (*disconnect)(sock& sk);
    // Begins to listen, or changes the backlog of a listener: max_backlog is set already. May be
    // null: EOPNOTSUPP. Errors: EADDRINUSE, ENOMEM.
    Result<void> (*listen)(sock& sk);
    // The next established connection, or EAGAIN; waits inside.
    Result<Ref<sock>> (*accept)(sock& sk, bool nonblock);
    SysResult (*ioctl)(sock& sk, u32 command, uptr argument);
    Result<void> (*shutdown)(sock& sk, int how_mask);
    Result<void> (*setsockopt)(sock& sk, int level, int name, std::span<const u8> value);
    Result<u32> (*getsockopt)(sock& sk, int level, int name, std::span<u8> value);
    Result<usize> (*sendmsg)(sock& sk, msghdr& message, usize size);
    Result<usize> (*recvmsg)(sock& sk, msghdr& message, usize size, bool nonblock, u32 flags);
    // Claims the port (0: any free one) for the address in inet_sock. Errors: EADDRINUSE.
    Result<void> (*get_port)(sock& sk, u16 port);
    u32 (*poll)(sock& sk, PollTable* table);
};

struct inet_sock : sock {
    be32 local_address{};   // as seen in packets (inet_saddr)
    be32 receive_address{}; // bound to (inet_rcv_saddr); 0: any
    be32 remote_address{};  // 0: not connected
    be16 local_port{}, remote_port{};
    u16 bound_port = 0; // host order; 0: none
    u8 ttl = 0;         // 0: the default (64)
    u8 tos = 0;
    u8 multicast_ttl = 1;
    bool multicast_loop = true, header_included = false, receive_errors = false;
    bool packet_info = false, receive_ttl = false, receive_tos = false, freebind = false;
    u8 path_mtu_discovery = IP_PMTUDISC_WANT;
    be32 multicast_address{};
    int multicast_index = 0;
    u16 ip_id = 0;
    u8 options[40] = {}; // IP options put into every packet
    u8 options_length = 0;

    using sock::sock;
};

// Buffer accounting: the buffer counts against the socket until it is freed.
void skb_set_owner_w(sk_buff& skb, sock& sk); // on its way out; wakes writers when it is freed
void skb_set_owner_r(sk_buff& skb, sock& sk); // in the receive queue

// Datagram protocols (UDP, raw, ping):
// Queues for the reader; false (and drops counted) when the receive buffer is full.
bool sock_queue_rcv_skb(sock& sk, SkbPtr skb);
// The next datagram; waits unless `nonblock`. MSG_PEEK leaves it in the queue (a clone comes back).
// Errors: EAGAIN, EINTR, the pending error; ENOTCONN never. A null pointer with success: shut down
// for reading.
Result<SkbPtr> skb_recv_datagram(sock& sk, u32 flags, bool nonblock);
u32 datagram_poll(sock& sk, PollTable* table);

// A monotonic deadline for a timeout that starts now.
Nanoseconds sock_deadline(Nanoseconds timeout, bool nonblock);
// What an interrupted or timed-out wait returns: EINTR (restartable when there is no timeout), or
// EAGAIN.
Errno sock_wait_error(Errno wait_error);

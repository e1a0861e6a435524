// struct sock: a socket as its protocol sees it: queues, buffer accounting, options; and struct
// proto, what each protocol does with it. inet_sock adds Internet addresses and ports; tcp_sock,
// udp_sock and raw_sock build upon that.
#pragma once

#include "kernel/uapi/in.h"
#include "net/in6.h"
#include "net/skbuff.h"
#include "net/socket.h"

struct proto;
struct SocketFilter;

constexpr u8 shutdown_receive = 1; // sk_shutdown
constexpr u8 shutdown_send = 2;

// Who a peer was besides its user: its supplementary groups.
struct PeerGroups : RefCounted {
    static constexpr u32 max = 32;
    u32 count = 0;
    u32 groups[max];
};

struct sock : RefCounted {
    proto* prot = nullptr;
    socket* owner = nullptr; // null once the descriptor is gone (orphan)
    int family = 0, type = 0, protocol = 0;
    u8 state = TCP_CLOSE; // TCP_*; UDP uses ESTABLISHED and CLOSE
    u8 shutdown = 0;
    bool reuse_address = false, reuse_port = false, keepalive = false, broadcast = false,
         dead = false;
    bool linger = false, timestamps = false, timestamps_ns = false, oob_inline = false,
         no_check = false, dont_route = false, debug = false, pass_credentials = false,
         report_drops = false, report_mark = false;
    bool timestamps_new = false; // SO_TIMESTAMP_NEW or SO_TIMESTAMPNS_NEW asked for them
    u32 timestamping = 0;        // SOF_TIMESTAMPING_*
    bool timestamping_new = false;
    u32 timestamping_key = 0;           // of the next packet (SOF_TIMESTAMPING_OPT_ID)
    int peek_offset = -1;               // SO_PEEK_OFF; -1: off
    Ref<struct PeerGroups> peer_groups; // SO_PEERGROUPS; null: none
    u32 linger_seconds = 0;
    Nanoseconds receive_timeout = no_deadline,
                send_timeout = no_deadline; // lengths; no_deadline: for ever
    u32 receive_low_water = 1;
    int error = 0;                   // pending, taken by the next call (SO_ERROR)
    int soft_error = 0;              // reported when the connection gives up
    u32 receive_buffer, send_buffer; // limits, bytes of truesize
    Ref<SocketFilter> filter;        // SO_ATTACH_FILTER (net/filter.h)
    bool filter_locked = false;
    bool receive_buffer_locked = false, send_buffer_locked = false; // set by the program
    u32 receive_allocated = 0;                                      // truesize in the receive queue
    u32 send_allocated = 0; // truesize of what is on its way out
    SkbQueue receive_queue;
    SkbQueue error_queue;             // MSG_ERRQUEUE (net/error_queue.h)
    bool select_error_queue = false;  // SO_SELECT_ERR_QUEUE
    u32 max_backlog = 0, backlog = 0; // of a listener
    int bound_device = 0;             // ifindex, 0: any
    u32 priority = 0, mark = 0;
    u32 drops = 0;
    u32 uid = 0;      // of the creator
    int peer_pid = 0; // SO_PEERCRED: nobody, unless the family knows
    u32 peer_uid = ~0u, peer_gid = ~0u;
    u64 inode = 0;
    u32 serial = 0;                 // for the trace
    u64 cookie = 0;                 // SO_COOKIE, given when first asked for
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

template <class T>
requires std::is_base_of_v<sock, T>
struct TraceField<T> {
    static constexpr u8 type = TRACE_TYPE_SOCK;
    static u64 value(const sock& sk) { return sk.serial; }
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
    // SO_KEEPALIVE was switched; may be null.
    void (*set_keepalive)(sock& sk, bool on) = nullptr;
    // A raw or datagram protocol that must know when it is bound (after get_port); may be null.
    void (*bound)(sock& sk) = nullptr;
};

// The route that the last packet took; good while nothing in the tables has changed.
struct RouteCache {
    net_device* dev = nullptr;
    be32 source{}, next_hop{};
    be32 destination{}, wanted_source{}; // what was asked for
    int oif = 0;
    u32 mtu = 0;
    u32 generation = 0; // 0: empty
    u8 type = 0;
};

struct inet_sock : sock {
    in6_addr local_address;   // as seen in packets (inet_saddr)
    in6_addr receive_address; // bound to (inet_rcv_saddr); any
    in6_addr remote_address;  // any: not connected
    be16 local_port{}, remote_port{};
    u16 bound_port = 0; // host order; 0: none
    u8 ttl = 0;         // 0: the default (64)
    u8 tos = 0;
    u8 multicast_ttl = 1;
    bool multicast_loop = true, header_included = false, receive_errors = false;
    bool packet_info = false, receive_ttl = false, receive_tos = false, freebind = false;
    bool receive_options = false, transparent = false, receive_original = false,
         receive_fragment_size = false;
    u8 path_mtu_discovery = IP_PMTUDISC_WANT;
    be32 multicast_address{};
    int multicast_index = 0;
    u8 options[40] = {}; // IP options put into every packet
    u8 options_length = 0;
    bool address_locked = false, port_locked = false; // by bind(2): stay when disconnected
    u8 min_ttl = 0;                                   // IP_MINTTL
    bool bind_address_no_port = false;                // IP_BIND_ADDRESS_NO_PORT
    bool multicast_all = true;                        // IP_MULTICAST_ALL
    int unicast_index = 0;                            // IP_UNICAST_IF
    struct IpMembership* memberships = nullptr;       // IP_ADD_MEMBERSHIP
    bool ipv6_only = false;                           // IPV6_V6ONLY
    struct ipv6_pinfo* inet6 = nullptr;               // what a socket of AF_INET6 has besides
    RouteCache route;
    ListNode port_node; // in the port table of its protocol

    using sock::sock;
    ~inet_sock() override;
};

// What a socket is bound to: one address, or all of a family, or of both.
struct InetBinding {
    in6_addr address;
    bool any = true, v4 = true, v6 = false; // any: all addresses of these families

    InetBinding() = default;
    explicit InetBinding(const inet_sock& sk)
        : address(sk.receive_address), any(address.is_any()),
          v4(sk.family == AF_INET || address.is_v4() || !sk.ipv6_only),
          v6(sk.family != AF_INET && !address.is_v4()) {}
    bool takes(const in6_addr& local) const {
        if (!any) return address == local;
        return local.is_v4() ? v4 : v6;
    }
    // Could a packet be for both?
    bool overlaps(const InetBinding& other) const {
        if (!any) return other.takes(address);
        if (!other.any) return takes(other.address);
        return (v4 && other.v4) || (v6 && other.v6);
    }
};

// Ties a sock to the socket that shows it to a program, and unties it when the descriptor is gone.
void sock_graft(sock& sk, socket& owner);
void sock_orphan(sock& sk);
// Gives up a reference.
inline void sock_put(sock& sk) { Ref<sock>::adopt(&sk).reset(); }

// proto_ops::recvmsg of every family that leaves it to struct proto.
Result<usize> sock_common_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);

// Buffer accounting: the buffer counts against the socket until it is freed.
void skb_set_owner_w(sk_buff& skb, sock& sk); // on its way out; wakes writers when it is freed
void skb_set_owner_r(sk_buff& skb, sock& sk); // in the receive queue

// Datagram protocols (UDP, raw, ping):
// Queues for the reader what the socket's filter lets through, cut to what it wants but not below
// `least` bytes; false (and drops counted) when that is nothing or the receive buffer is full.
bool sock_queue_rcv_skb(sock& sk, SkbPtr skb, u32 least = 1);
// The same for what has passed the filter already.
bool sock_queue_filtered_skb(sock& sk, SkbPtr skb);
// The next datagram; waits unless `nonblock`. MSG_PEEK leaves it in the queue (a clone comes back).
// Errors: EAGAIN, EINTR, the pending error; ENOTCONN never. A null pointer with success: shut down
// for reading. With `offset` a peek passes over that many bytes of payload, which lies behind
// `skip` bytes of each; afterwards it is what is left to pass over.
Result<SkbPtr> skb_recv_datagram(sock& sk, u32 flags, bool nonblock, u32* offset = nullptr,
                                 u32 skip = 0);
// SO_PEEK_OFF: where MSG_PEEK begins, how far a peek moves it on, and a read back.
inline u32 sock_peek_offset(const sock& sk, u32 flags) {
    return (flags & MSG_PEEK) && sk.peek_offset > 0 ? static_cast<u32>(sk.peek_offset) : 0;
}
// The datagram that a call is about: the first, or where `offset` (unless it is null) lies in the
// queue, whose payload begins behind `skip` bytes of each; it becomes the offset in that one. Null:
// there is none.
sk_buff* sock_find_datagram(sock& sk, u32* offset, u32 skip = 0);
void sock_move_peek_offset(sock& sk, u32 flags, usize bytes);
u32 datagram_poll(sock& sk, PollTable* table);

// A monotonic deadline for a timeout that starts now.
Nanoseconds sock_deadline(Nanoseconds timeout, bool nonblock);
// What an interrupted or timed-out wait returns: ERESTARTSYS, but EINTR when the socket has a
// timeout (signal(7)); or EAGAIN.
Errno sock_wait_error(Errno wait_error, Nanoseconds timeout = no_deadline);

// Ancillary data for the receiver, in the native layout; MSG_CTRUNC when it doesn't fit.
void put_cmsg(msghdr& message, int level, int type, const void* data, u32 length);
// Ancillary data of the socket level in a message that is sent: `mark` stays what it is unless the
// message has one of its own. What is AF_UNIX's passes. Errors: EPERM, EINVAL.
Result<void> sock_cmsg_send(int type, std::span<const u8> data, u32& mark);
// SO_TIMESTAMP, SO_TIMESTAMPING, SO_RCVMARK and SO_RXQ_OVFL for a datagram that is being received;
// also keeps SIOCGSTAMP's.
void sock_receive_control(sock& sk, const sk_buff& skb, msghdr& message);
// A getsockopt answer: as much of it as the program has room for. Returns the bytes.
inline u32 sockopt_answer(std::span<u8> value, const void* from, usize bytes) {
    const usize length = bytes < value.size() ? bytes : value.size();
    if (length) __builtin_memcpy(value.data(), from, length);
    return static_cast<u32>(length);
}

// Arguments of ioctl(2) in user memory: all of the object, or EFAULT.
template <class T>
Result<T> get_user_object(uptr from) {
    T object;
    if (IovIter::of_user(from, sizeof object).copy_from(&object, sizeof object) != sizeof object)
        return Errno{EFAULT};
    return object;
}
template <class T>
SysResult put_user_object(uptr to, const T& object) {
    if (IovIter::of_user(to, sizeof object).copy_to(&object, sizeof object) != sizeof object)
        return Errno{EFAULT};
    return 0;
}

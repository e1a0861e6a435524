// unix_sock: a socket of AF_UNIX, and what its files share. A message lies in the receiver's queue
// and counts against the sender's buffer until it is read.
//
// References: a socket's descriptor holds its sock; a connected sock holds its peer; a message
// holds its sender. Release undoes the first two, so that nothing is left of a pair once both ends
// are closed.
#pragma once

#include "net/sock.h"
#include "net/unix/scm.h"
#include "net/unix/unix.h"

constexpr u32 unix_path_offset = 2; // of sun_path in sockaddr_un
constexpr u32 unix_path_max = 108;

// A name as getsockname(2) gives it, shared by a listener and its connections.
struct UnixAddress : RefCounted {
    u32 length = 0; // of the sockaddr_un that counts
    u8 bytes[unix_path_offset + unix_path_max + 1] = {};

    bool is_path() const { return bytes[unix_path_offset] != 0; }
    std::string_view name() const {
        return {reinterpret_cast<const char*>(bytes) + unix_path_offset, length - unix_path_offset};
    }
};

struct unix_sock final : sock {
    Ref<UnixAddress> address; // null: unnamed
    UnixNode node;            // of a path name: the place that this socket was bound to
    Ref<unix_sock> peer;
    ListNode all_node, name_node;

    // A listener's connections that wait to be accepted; each holds a reference. `backlog` counts.
    ListNode pending_node;
    List<unix_sock, &unix_sock::pending_node> pending;

    // The urgent byte: in the queue, or null. A message of no bytes in a stream's queue is one that
    // was read by MSG_OOB: it keeps the place of the mark.
    sk_buff* urgent = nullptr;

    WaitQueue peer_wait; // those who wait for room in this socket's queue or backlog
    // Hangs in the peer's peer_wait while a poll of ours waits for room there.
    struct PeerWake : WaitEntry {
        explicit PeerWake(unix_sock& owner);
        unix_sock& owner;
    } peer_wake{*this};

    // The collector's (garbage.cpp).
    file* opened = nullptr;  // our file while it is in flight
    u32 in_flight = 0;       // references to it that are in messages
    ListNode in_flight_node; // in the list of sockets in flight
    bool candidate = false, maybe_garbage = false;

    unix_sock(int type);
    ~unix_sock() override;

    bool stream_like() const { return type == SOCK_STREAM || type == SOCK_SEQPACKET; }
    // Linux's unix_writable: a quarter of the buffer at the most is on its way.
    bool writable() const { return state != TCP_LISTEN && send_allocated * 4 <= send_buffer; }
    bool queue_full() const {
        return (state == TCP_LISTEN ? backlog : receive_queue.count) > max_backlog;
    }
};

inline unix_sock& unix_of(socket& sock) { return static_cast<unix_sock&>(*sock.sk); }
inline unix_sock& unix_of(sock& sk) { return static_cast<unix_sock&>(sk); }

// A message's own record in its sk_buff.
struct UnixControl {
    int pid;
    u32 uid, gid;
    FileList* files;
};
inline UnixControl& unix_control(sk_buff& skb) { return skb.control<UnixControl>(); }

constexpr u32 poll_readable = POLLIN | POLLRDNORM | POLLPRI | POLLRDBAND;
constexpr u32 poll_writable = POLLOUT | POLLWRNORM | POLLWRBAND;

const UnixServices& unix_services();
extern u32 unix_max_dgram_qlen; // net.unix.max_dgram_qlen

using UnixList = List<unix_sock, &unix_sock::all_node>;
UnixList& all_unix_sockets();

// --- names (unix_names.cpp) ---
// EINVAL: too short or long, or of another family.
Result<void> unix_check_address(const SockaddrStorage& address, u32 length);
Result<void> unix_bind(socket& sock, const SockaddrStorage& address, u32 length);
Result<void> unix_autobind(unix_sock& sk);
Result<u32> unix_getname(socket& sock, SockaddrStorage& address, bool peer);
// Who has the name. Errors of path_resolution(7); ECONNREFUSED, EPROTOTYPE.
Result<Ref<unix_sock>> unix_find(const SockaddrStorage& address, u32 length, int type);
// The name of a message's sender.
void unix_copy_address(msghdr& message, const unix_sock& from);
void unix_forget_name(unix_sock& sk);

// --- connections (unix_connect.cpp) ---
Result<void> unix_listen(socket& sock, int backlog);
Result<void> unix_stream_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                 bool nonblock);
Result<void> unix_dgram_connect(socket& sock, const SockaddrStorage& address, u32 length,
                                bool nonblock);
Result<void> unix_accept(socket& sock, socket& fresh, bool nonblock);
Result<void> unix_socketpair(socket& a, socket& b);
Result<void> unix_shutdown(socket& sock, int how);
// Waits until `other` has room. EAGAIN, EINTR.
Result<void> unix_wait_for_peer(unix_sock& other, Nanoseconds deadline, Nanoseconds timeout);
// One end of a pair of datagram sockets has left the other: what it had received is gone, and the
// other hears of it.
void unix_dgram_disconnected(unix_sock& sk, unix_sock& other);

// --- life (unix_socket.cpp) ---
// A sock that nobody shows yet.
Result<Ref<unix_sock>> unix_make(int type);
void unix_release_sock(Ref<unix_sock> sk, bool pending);
bool unix_may_send(const unix_sock& from, const unix_sock& to);
inline void unix_no_longer_waits(unix_sock& sk) { WaitQueue::remove(sk.peer_wake); }

// --- messages (unix_message.cpp) ---
// Room for a message against the sender's buffer: waits for it. Errors: the pending one, EPIPE,
// EAGAIN, EINTR, ENOBUFS.
Result<SkbPtr> unix_alloc_skb(unix_sock& sk, u32 size, bool nonblock, Nanoseconds deadline);
// The identity and the files that the call brings go with its first message. ETOOMANYREFS, ENOMEM.
Result<void> unix_attach(sk_buff& skb, ScmCookie& scm);
// A message's files for its reader; peeking leaves them there, and MSG_CTRUNC says that there was
// no memory for that.
void unix_take_files(sk_buff& skb, msghdr& message, ScmCookie& scm, bool peeking);
// Puts a message into the other's queue, with the sender's identity when one of them asks for it.
void unix_deliver(unix_sock& from, unix_sock& to, SkbPtr skb);

// --- the three kinds ---
Result<usize> unix_stream_sendmsg(socket& sock, msghdr& message, usize size);
Result<usize> unix_stream_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
// --- urgent bytes of streams (unix_urgent.cpp) ---
// The last byte of a send with MSG_OOB. Errors: as sendmsg.
Result<void> unix_send_urgent(unix_sock& sk, msghdr& message, ScmCookie& scm, Nanoseconds deadline);
// recv with MSG_OOB. EINVAL: there is none, or it is in line.
Result<usize> unix_receive_urgent(unix_sock& sk, msghdr& message, u32 flags);
// What a read goes on with that stands at `skb`: passes over an urgent byte that isn't in line and
// over a mark. Null: nothing is there, or, `copied` being set, the read ends here.
sk_buff* unix_pass_urgent(unix_sock& sk, sk_buff* skb, u32 flags, bool copied);
bool unix_at_mark(const unix_sock& sk);
u32 unix_stream_poll(socket& sock, PollTable* table);
Result<usize> unix_dgram_sendmsg(socket& sock, msghdr& message, usize size);
Result<usize> unix_dgram_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
Result<usize> unix_seqpacket_sendmsg(socket& sock, msghdr& message, usize size);
Result<usize> unix_seqpacket_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
u32 unix_dgram_poll(socket& sock, PollTable* table);

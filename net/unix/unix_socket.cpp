// AF_UNIX: making and releasing sockets, ioctl, the tables of verbs.
#include "net/unix/unix_sock.h"

namespace {

const UnixServices* services;
// Only a name: the verbs of AF_UNIX are in its proto_ops.
constexpr proto named(const char* name) {
    proto made{};
    made.name = name;
    return made;
}
proto unix_proto = named("UNIX");
UnixList all_sockets;
u32 socket_count = 0;

bool tell_owner(WaitEntry& entry, u32) {
    auto& wake = static_cast<unix_sock::PeerWake&>(entry);
    WaitQueue::remove(wake);
    wake.owner.wake(poll_writable);
    return false;
}

Result<void> unix_release(socket& sock) {
    TRACE_STATION(unix, "socket", sock);
    struct sock* sk = std::exchange(sock.sk, nullptr);
    if (sk) unix_release_sock(Ref<unix_sock>::adopt(&unix_of(*sk)), false);
    return {};
}

Result<int> bytes_to_read(unix_sock& sk) {
    if (sk.state == TCP_LISTEN) return Errno{EINVAL};
    if (sk.stream_like()) return static_cast<int>(sk.receive_queue.bytes);
    sk_buff* first = sk.receive_queue.front();
    return first ? static_cast<int>(first->len()) : 0;
}

SysResult unix_ioctl(socket& sock, u32 command, uptr argument, bool) {
    unix_sock& sk = unix_of(sock);
    switch (command) {
    case SIOCOUTQ:
        if (sk.state == TCP_LISTEN) return Errno{EINVAL};
        return put_user_object(argument, static_cast<int>(sk.send_allocated));
    case SIOCATMARK:
        if (sk.type != SOCK_STREAM) return Errno{EOPNOTSUPP};
        return put_user_object(argument, static_cast<int>(unix_at_mark(sk)));
    case SIOCINQ:
        return put_user_object(argument, TRY(bytes_to_read(sk)));
    default:
        return Errno{ENOIOCTLCMD};
    }
}

Result<void> no_listen(socket&, int) { return Errno{EOPNOTSUPP}; }
Result<void> no_accept(socket&, socket&, bool) { return Errno{EOPNOTSUPP}; }
Result<void> no_setsockopt(socket&, int, int, std::span<const u8>) { return Errno{EOPNOTSUPP}; }
Result<u32> no_getsockopt(socket&, int, int, std::span<u8>) { return Errno{EOPNOTSUPP}; }

constexpr proto_ops common{
    .family = AF_UNIX,
    .release = unix_release,
    .bind = unix_bind,
    .connect = unix_stream_connect,
    .socketpair = unix_socketpair,
    .accept = unix_accept,
    .getname = unix_getname,
    .poll = unix_stream_poll,
    .ioctl = unix_ioctl,
    .listen = unix_listen,
    .shutdown = unix_shutdown,
    .setsockopt = no_setsockopt,
    .getsockopt = no_getsockopt,
    .sendmsg = unix_stream_sendmsg,
    .recvmsg = unix_stream_recvmsg,
};

constexpr proto_ops dgram_of(proto_ops ops) {
    ops.connect = unix_dgram_connect;
    ops.accept = no_accept;
    ops.poll = unix_dgram_poll;
    ops.listen = no_listen;
    ops.sendmsg = unix_dgram_sendmsg;
    ops.recvmsg = unix_dgram_recvmsg;
    return ops;
}

constexpr proto_ops seqpacket_of(proto_ops ops) {
    ops.poll = unix_dgram_poll;
    ops.sendmsg = unix_seqpacket_sendmsg;
    ops.recvmsg = unix_seqpacket_recvmsg;
    return ops;
}

constexpr proto_ops stream_ops = common, dgram_ops = dgram_of(common),
                    seqpacket_ops = seqpacket_of(common);

Result<void> unix_create(socket& sock, int protocol) {
    TRACE_STATION(unix, "protocol", protocol);
    if (protocol && protocol != PF_UNIX) return Errno{EPROTONOSUPPORT};
    switch (sock.type) {
    case SOCK_STREAM:
        sock.ops = &stream_ops;
        break;
    case SOCK_RAW: // an old mistake of programs that Linux forgives
        sock.type = SOCK_DGRAM;
        [[fallthrough]];
    case SOCK_DGRAM:
        sock.ops = &dgram_ops;
        break;
    case SOCK_SEQPACKET:
        sock.ops = &seqpacket_ops;
        break;
    default:
        return Errno{ESOCKTNOSUPPORT};
    }
    auto made = unix_make(sock.type);
    if (!made.ok()) {
        sock.ops = nullptr;
        return made.error();
    }
    sock_graft(*made->release(), sock);
    return {};
}

net_proto_family unix_family{.node = {}, .family = AF_UNIX, .create = unix_create};

// The other end of a connection that goes away.
void leave_peer(unix_sock& sk, unix_sock& peer, bool data_lost) {
    unix_no_longer_waits(sk);
    if (!sk.stream_like()) return;
    peer.shutdown = shutdown_receive | shutdown_send;
    if (data_lost) peer.error = ECONNRESET;
    if (peer.owner) peer.owner->wait.wake_all();
}

} // namespace

u32 unix_max_dgram_qlen = 10;

unix_sock::PeerWake::PeerWake(unix_sock& owner) : WaitEntry(tell_owner), owner(owner) {}

unix_sock::unix_sock(int type) : sock(unix_proto, AF_UNIX, type, 0) {
    max_backlog = unix_max_dgram_qlen;
    all_sockets.push_back(*this);
    socket_count++;
}

unix_sock::~unix_sock() { socket_count--; }

const UnixServices& unix_services() { return *services; }
void unix_register_services(const UnixServices& table) { services = &table; }
void unix_init() { sock_register(unix_family); }
UnixList& all_unix_sockets() { return all_sockets; }
u32 unix_sockets() { return socket_count; }

Result<Ref<unix_sock>> unix_make(int type) {
    Ref<unix_sock> sk = TRY(make_ref<unix_sock>(type));
    sk->uid = socket_credentials().uid;
    return sk;
}

bool unix_may_send(const unix_sock& from, const unix_sock& to) {
    return !to.peer || to.peer.get() == &from;
}

// `pending`: a connection that was never accepted, whose other end is told that its data is lost.
void unix_release_sock(Ref<unix_sock> sk, bool pending) {
    unix_forget_name(*sk);
    sock_orphan(*sk);
    sk->shutdown = shutdown_receive | shutdown_send;
    const bool listener = sk->state == TCP_LISTEN;
    sk->state = TCP_CLOSE;
    Ref<unix_sock> peer = std::move(sk->peer);
    sk->peer_wait.wake_all();
    const sk_buff* unread = sk->receive_queue.front();
    if (unread && unread->len() == 0) unread = sk->receive_queue.list.next(*unread); // no loss
    if (peer) leave_peer(*sk, *peer, unread || pending);
    peer.reset();
    while (unix_sock* waiting = sk->pending.pop_front()) {
        sk->backlog--;
        unix_release_sock(Ref<unix_sock>::adopt(waiting), true);
    }
    sk->urgent = nullptr;
    if (!listener) sk->receive_queue.purge();
    sk.reset();
    unix_gc_after_close();
}

// The life of a tcp_sock, and how TCP is plugged into AF_INET and IPv4.
#include "net/tcp/tcp_sock.h"
#include "net/ipv6/addrconf.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_connect.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_ipv6.h"
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_options_socket.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_recv.h"
#include "net/tcp/tcp_timer.h"

tcp_sock::tcp_sock(proto& prot, int family, int type, int protocol)
    : inet_sock(prot, family, type, protocol), TcpHashed(TcpKind::full),
      retransmit_timer(tcp_retransmit_timeout, *this), ack_timer(tcp_ack_timeout, *this),
      keepalive_timer(tcp_keepalive_timeout, *this) {
    send_buffer = tcp_send_buffer_default;
    receive_buffer = tcp_receive_buffer_default;
    congestion_window = tcp_initial_window_segments * mss;
    tcp_memory.sockets++;
}

tcp_sock::~tcp_sock() {
    tcp_write_queue_purge(*this);
    tcp_receive_queues_purge(*this);
    tcp_memory.sockets--;
}

Result<Ref<sock>> tcp_make_sock(int protocol) {
    Ref<tcp_sock> sk = TRY(make_ref<tcp_sock>(tcp_prot, AF_INET, SOCK_STREAM, protocol));
    return Ref<sock>(std::move(sk));
}

static Result<void> tcp_get_port(sock& sk, u16 port) { return tcp_bind_port(tcp_sk(sk), port); }

proto tcp_prot = {
    .name = "TCP",
    .init = nullptr,
    .close = tcp_close,
    .connect = tcp_v4_connect,
    .disconnect = tcp_disconnect,
    .listen = tcp_listen,
    .accept = tcp_accept,
    .ioctl = tcp_ioctl,
    .shutdown = tcp_shutdown,
    .setsockopt = tcp_setsockopt,
    .getsockopt = tcp_getsockopt,
    .sendmsg = tcp_sendmsg,
    .recvmsg = tcp_recvmsg,
    .get_port = tcp_get_port,
    .poll = tcp_poll,
    .set_keepalive = tcp_set_keepalive,
};

static const net_protocol tcp_protocol = {.handler = tcp_v4_rcv, .error = tcp_v4_err};

static inet_protosw tcp_switch = {
    .node = {},
    .type = SOCK_STREAM,
    .protocol = IPPROTO_TCP,
    .prot = &tcp_prot,
    .make = tcp_make_sock,
    .ops = &inet_stream_ops,
    .privileged = false,
};

Result<void> tcp_init(u64 memory_bytes) {
    tcp_memory_init(memory_bytes);
    tcp_isn_init();
    TRY(tcp_hash_init(memory_bytes));
    TRY(inet_add_protocol(tcp_protocol, IPPROTO_TCP));
    inet_register_protosw(tcp_switch);
    if (ipv6_enabled) TRY(tcp_v6_init());
    return {};
}

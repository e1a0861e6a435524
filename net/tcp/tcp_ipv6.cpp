// TCP over IPv6: connecting, sending, and how it is plugged into AF_INET6. The way up is that of
// both families (tcp_ipv4.cpp).
#include "net/tcp/tcp_ipv6.h"
#include "net/ipv6/af_inet6.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_close.h"
#include "net/tcp/tcp_connect.h"
#include "net/tcp/tcp_input.h"
#include "net/tcp/tcp_listen.h"
#include "net/tcp/tcp_options_socket.h"
#include "net/tcp/tcp_recv.h"

namespace {

using tcp6_sock = Inet6Sock<tcp_sock>;

void keep_path(tcp_sock& sk, const Route6& route) {
    sk.inet6->path = route;
    sk.path = Route{route.dev, be32(0), be32(0), route.type, route.mtu};
}

Result<void> tcp_v6_find_route(tcp_sock& sk) {
    keep_path(sk, TRY(ip6_route_output(sk.remote_address, sk.local_address, sk.bound_device)));
    return {};
}

Result<void> inet6_csk_xmit(tcp_sock& sk, SkbPtr skb) {
    TRACE_STATION(tcp, "sk", sk, "skb", skb);
    const ipv6_pinfo& np = *sk.inet6;
    Ip6Send send;
    send.source = sk.tuple.local_address;
    send.destination = sk.tuple.remote_address;
    send.protocol = IPPROTO_TCP;
    send.traffic_class = np.traffic_class;
    if (np.hop_limit >= 0) send.hop_limit = static_cast<u8>(np.hop_limit);
    send.dont_fragment = true;
    send.flow_label = np.flow_label;
    return ip6_xmit(std::move(skb), np.path, send);
}

Result<void> tcp_v6_get_port(sock& sk, u16 port) { return tcp_bind_port(tcp_sk(sk), port); }

proto tcpv6_prot = {
    .name = "TCPv6",
    .init = nullptr,
    .close = tcp_close,
    .connect = tcp_v6_connect,
    .disconnect = tcp_disconnect,
    .listen = tcp_listen,
    .accept = tcp_accept,
    .ioctl = tcp_ioctl,
    .shutdown = tcp_shutdown,
    .setsockopt = tcp_setsockopt,
    .getsockopt = tcp_getsockopt,
    .sendmsg = tcp_sendmsg,
    .recvmsg = tcp_recvmsg,
    .get_port = tcp_v6_get_port,
    .poll = tcp_poll,
    .set_keepalive = tcp_set_keepalive,
};

Result<Ref<sock>> tcp_v6_make_sock(int protocol) {
    Ref<tcp6_sock> sk = TRY(make_ref<tcp6_sock>(tcpv6_prot, SOCK_STREAM, protocol));
    sk->af_ops = &tcp_ipv6_ops;
    return Ref<sock>(std::move(sk));
}

const net_protocol tcpv6_protocol = {.handler = tcp_v6_rcv, .error = tcp_v6_err};

inet_protosw tcpv6_switch = {
    .node = {},
    .type = SOCK_STREAM,
    .protocol = IPPROTO_TCP,
    .prot = &tcpv6_prot,
    .make = tcp_v6_make_sock,
    .ops = &inet6_stream_ops,
    .privileged = false,
};

} // namespace

const TcpAfOps tcp_ipv6_ops = {.header_length = sizeof(ipv6hdr),
                               .find_route = tcp_v6_find_route,
                               .queue_xmit = inet6_csk_xmit};

Result<void> tcp_v6_connect(sock& base, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(tcp, "sk", base);
    tcp_sock& sk = tcp_sk(base);
    sockaddr_in6 to = TRY(inet6_address(address, length));
    if (sk.state != TCP_CLOSE) return Errno{EISCONN};
    if (to.sin6_addr.is_unspecified())
        to.sin6_addr = sk.receive_address.is_v4() ? in6_addr(be32(INADDR_LOOPBACK)) : in6_loopback;
    if (to.sin6_addr.is_multicast()) return Errno{ENETUNREACH};
    if (to.sin6_addr.is_v4()) {
        if (sk.ipv6_only) return Errno{ENETUNREACH};
        return tcp_v4_connect(sk, inet6_as_v4(to), sizeof(sockaddr_in));
    }
    if (to.sin6_addr.needs_scope()) TRY(inet6_bind_scope(sk, to));
    if (sk.receive_address.is_v4()) return Errno{ENETUNREACH};
    const Route6 route = TRY(ip6_route_output(to.sin6_addr, sk.receive_address, sk.bound_device));
    if (route.source.is_unspecified()) return Errno{EADDRNOTAVAIL};
    sk.af_ops = &tcp_ipv6_ops;
    sk.inet6->flow_label = sk.inet6->flow_send ? to.sin6_flowinfo.host() & 0xf'ffff : 0;
    keep_path(sk, route);
    return tcp_connect(sk, route.source, to.sin6_addr, to.sin6_port);
}

Result<Ref<sock>> tcp_v6_make_child(const tcp_sock& listener, const TcpTuple& tuple) {
    Ref<sock> made = TRY(tcp_v6_make_sock(IPPROTO_TCP));
    tcp_sock& child = tcp_sk(*made);
    if (tuple.is_v4()) child.af_ops = &tcp_ipv4_ops;
    child.ipv6_only = listener.ipv6_only;
    const ipv6_pinfo& from = *listener.inet6;
    ipv6_pinfo& to = *child.inet6;
    to.hop_limit = from.hop_limit;
    to.traffic_class = from.traffic_class;
    to.receive_errors = from.receive_errors;
    to.path_mtu_discovery = from.path_mtu_discovery;
    return made;
}

Result<void> tcp_v6_send_reply(const TcpReply& reply, SkbPtr skb) {
    const in6_addr &source = reply.tuple.local_address, &peer = reply.tuple.remote_address;
    const Route6 route = TRY(ip6_route_output(peer, source, reply.device));
    tcp_mib.OutSegs++;
    Ip6Send send;
    send.source = source;
    send.destination = peer;
    send.protocol = IPPROTO_TCP;
    send.traffic_class = reply.tos;
    send.hop_limit = reply.ttl;
    return ip6_xmit(std::move(skb), route, send);
}

Result<void> tcp_v6_init() {
    TRY(inet6_add_protocol(tcpv6_protocol, IPPROTO_TCP));
    inet6_register_protosw(tcpv6_switch);
    return {};
}

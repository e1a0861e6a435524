// The list of registered security policies, and asking them.
#include "net/security.h"
#include "net/skbuff.h"

namespace {

List<SecurityPolicy, &SecurityPolicy::node> policies;

template <class Hook, class... Args>
Result<void> call(Hook hook, Args&... args) {
    for (SecurityPolicy& policy : policies)
        if (policy.*hook) TRY((policy.*hook)(args...));
    return {};
}

} // namespace

void security_register(SecurityPolicy& policy) { policies.push_back(policy); }
void security_unregister(SecurityPolicy& policy) { policy.node.unlink(); }

Result<void> security_socket_create(int family, int type, int protocol) {
    TRACE_STATION(socket, "family", family, "type", type, "protocol", protocol);
    return TRACE_RETURN(call(&SecurityPolicy::socket_create, family, type, protocol));
}
Result<void> security_socket_post_create(socket& sock, int family, int type, int protocol) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_post_create, sock, family, type, protocol));
}
Result<void> security_socket_socketpair(socket& a, socket& b) {
    TRACE_STATION(socket, "a", a, "b", b);
    return TRACE_RETURN(call(&SecurityPolicy::socket_socketpair, a, b));
}
Result<void> security_socket_bind(socket& sock, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_bind, sock, address, length));
}
Result<void> security_socket_connect(socket& sock, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_connect, sock, address, length));
}
Result<void> security_socket_listen(socket& sock, int backlog) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_listen, sock, backlog));
}
Result<void> security_socket_accept(socket& sock, socket& fresh) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_accept, sock, fresh));
}
Result<void> security_socket_sendmsg(socket& sock, msghdr& message, usize size) {
    TRACE_STATION(socket, "socket", sock, "size", size);
    return TRACE_RETURN(call(&SecurityPolicy::socket_sendmsg, sock, message, size));
}
Result<void> security_socket_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    TRACE_STATION(socket, "socket", sock, "size", size);
    return TRACE_RETURN(call(&SecurityPolicy::socket_recvmsg, sock, message, size, flags));
}
Result<void> security_socket_getsockname(socket& sock) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_getsockname, sock));
}
Result<void> security_socket_getpeername(socket& sock) {
    TRACE_STATION(socket, "socket", sock);
    return TRACE_RETURN(call(&SecurityPolicy::socket_getpeername, sock));
}
Result<void> security_socket_getsockopt(socket& sock, int level, int name) {
    TRACE_STATION(socket, "socket", sock, "name", name);
    return TRACE_RETURN(call(&SecurityPolicy::socket_getsockopt, sock, level, name));
}
Result<void> security_socket_setsockopt(socket& sock, int level, int name) {
    TRACE_STATION(socket, "socket", sock, "name", name);
    return TRACE_RETURN(call(&SecurityPolicy::socket_setsockopt, sock, level, name));
}
Result<void> security_socket_shutdown(socket& sock, int how) {
    TRACE_STATION(socket, "socket", sock, "how", how);
    return TRACE_RETURN(call(&SecurityPolicy::socket_shutdown, sock, how));
}
Result<void> security_sock_rcv_skb(sock& sk, const sk_buff& skb) {
    TRACE_STATION(socket, "skb", skb);
    return TRACE_RETURN(call(&SecurityPolicy::socket_sock_rcv_skb, sk, skb));
}
Result<void> security_unix_stream_connect(sock& sk, sock& other) {
    return call(&SecurityPolicy::unix_stream_connect, sk, other);
}
Result<void> security_unix_may_send(sock& sk, sock& other) {
    return call(&SecurityPolicy::unix_may_send, sk, other);
}

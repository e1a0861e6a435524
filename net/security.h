// Security hooks on the socket calls: Linux's security_socket_* at Linux's places (its
// security/security.c). A policy registers in the table; each one registered may refuse a call with
// an errno. With none there a hook costs a call and a load.
#pragma once

#include "net/socket.h"

struct sk_buff;

struct SecurityPolicy {
    ListNode node;
    // Null members aren't asked.
    Result<void> (*socket_create)(int family, int type, int protocol) = nullptr;
    Result<void> (*socket_post_create)(socket& sock, int family, int type, int protocol) = nullptr;
    Result<void> (*socket_socketpair)(socket& a, socket& b) = nullptr;
    Result<void> (*socket_bind)(socket& sock, const SockaddrStorage& address, u32 len) = nullptr;
    Result<void> (*socket_connect)(socket& sock, const SockaddrStorage& address, u32 len) = nullptr;
    Result<void> (*socket_listen)(socket& sock, int backlog) = nullptr;
    Result<void> (*socket_accept)(socket& sock, socket& fresh) = nullptr;
    Result<void> (*socket_sendmsg)(socket& sock, msghdr& message, usize size) = nullptr;
    Result<void> (*socket_recvmsg)(socket& sock, msghdr& message, usize size, u32 flags) = nullptr;
    Result<void> (*socket_getsockname)(socket& sock) = nullptr;
    Result<void> (*socket_getpeername)(socket& sock) = nullptr;
    Result<void> (*socket_getsockopt)(socket& sock, int level, int name) = nullptr;
    Result<void> (*socket_setsockopt)(socket& sock, int level, int name) = nullptr;
    Result<void> (*socket_shutdown)(socket& sock, int how) = nullptr;
    // Not in anybody's system call: a packet has found its socket. Refused, it is dropped.
    Result<void> (*socket_sock_rcv_skb)(sock& sk, const sk_buff& skb) = nullptr;
    // The caller's socket and the one that it has found.
    Result<void> (*unix_stream_connect)(sock& sk, sock& other) = nullptr;
    Result<void> (*unix_may_send)(sock& sk, sock& other) = nullptr;
};
void security_register(SecurityPolicy& policy);
void security_unregister(SecurityPolicy& policy);

// Errors: the policy's; usually EACCES or EPERM.
Result<void> security_socket_create(int family, int type, int protocol);
Result<void> security_socket_post_create(socket& sock, int family, int type, int protocol);
Result<void> security_socket_socketpair(socket& a, socket& b);
Result<void> security_socket_bind(socket& sock, const SockaddrStorage& address, u32 length);
Result<void> security_socket_connect(socket& sock, const SockaddrStorage& address, u32 length);
Result<void> security_socket_listen(socket& sock, int backlog);
Result<void> security_socket_accept(socket& sock, socket& fresh);
Result<void> security_socket_sendmsg(socket& sock, msghdr& message, usize size);
Result<void> security_socket_recvmsg(socket& sock, msghdr& message, usize size, u32 flags);
Result<void> security_socket_getsockname(socket& sock);
Result<void> security_socket_getpeername(socket& sock);
Result<void> security_socket_getsockopt(socket& sock, int level, int name);
Result<void> security_socket_setsockopt(socket& sock, int level, int name);
Result<void> security_socket_shutdown(socket& sock, int how);
Result<void> security_sock_rcv_skb(sock& sk, const sk_buff& skb);
Result<void> security_unix_stream_connect(sock& sk, sock& other);
Result<void> security_unix_may_send(sock& sk, sock& other);

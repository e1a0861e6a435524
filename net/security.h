// Security hooks on the socket calls (Linux: security_socket_*): a table that a policy registers.
// Empty by default; each registered policy may refuse a call with an errno.
#pragma once

#include "net/socket.h"

struct SecurityPolicy {
    ListNode node;
    // Null members aren't asked.
    Result<void> (*socket_create)(int family, int type, int protocol) = nullptr;
    Result<void> (*socket_bind)(socket& sock, const SockaddrStorage& address, u32 len) = nullptr;
    Result<void> (*socket_connect)(socket& sock, const SockaddrStorage& address, u32 len) = nullptr;
    Result<void> (*socket_listen)(socket& sock, int backlog) = nullptr;
    Result<void> (*socket_accept)(socket& sock, socket& fresh) = nullptr;
    Result<void> (*socket_sendmsg)(socket& sock, msghdr& message, usize size) = nullptr;
    Result<void> (*socket_recvmsg)(socket& sock, msghdr& message, usize size, u32 flags) = nullptr;
    Result<void> (*socket_getname)(socket& sock, bool peer) = nullptr;
    Result<void> (*socket_setsockopt)(socket& sock, int level, int name) = nullptr;
    Result<void> (*socket_getsockopt)(socket& sock, int level, int name) = nullptr;
    Result<void> (*socket_shutdown)(socket& sock, int how) = nullptr;
};
using SecurityPolicies = List<SecurityPolicy, &SecurityPolicy::node>;
extern SecurityPolicies security_policies;
inline void security_register(SecurityPolicy& policy) { security_policies.push_back(policy); }
inline void security_unregister(SecurityPolicy& policy) { SecurityPolicies::remove(policy); }

template <class Hook, class... Args>
Result<void> security_call(Hook hook, Args&... args) {
    for (SecurityPolicy& policy : security_policies)
        if (policy.*hook) TRY((policy.*hook)(args...));
    return {};
}

// What the policy is told at each security hook: who calls, on what kind of socket, about which
// address and port.
#include "net/ipv4/ip.h"
#include "net/ipv6/ip6.h"
#include "net/security.h"
#include "net/security/policy.h"
#include "net/sock.h"

namespace {

SecurityFacts caller_facts(SecurityCall call, int family, int type) {
    const SocketCredentials who = socket_credentials();
    return {.call = call,
            .uid = who.uid,
            .pid = who.pid,
            .program = calling_program(),
            .family = family,
            .type = type};
}

// struct sockaddr_in, and sockaddr_in6 (RFC 3493, section 3.3): the port first, then the address.
void set_address(SecurityFacts& facts, const SockaddrStorage& name, u32 length) {
    const u16 family = length >= 2 ? name.family() : u16{0};
    const bool inet = family == AF_INET && length >= 8, inet6 = family == AF_INET6 && length >= 24;
    if (!inet && !inet6) return;
    facts.address_family = family;
    facts.port = static_cast<u16>(name.bytes[2] << 8 | name.bytes[3]);
    facts.address = name.bytes + (inet ? 4 : 8);
}

Result<void> decide(SecurityCall call, const socket& sock) {
    return policy_decide(caller_facts(call, sock.family, sock.type));
}

Result<void> decide(SecurityCall call, const socket& sock, const SockaddrStorage& name,
                    u32 length) {
    SecurityFacts facts = caller_facts(call, sock.family, sock.type);
    set_address(facts, name, length);
    return policy_decide(facts);
}

// About the socket's own name, or its peer's.
Result<void> decide_by_name(SecurityCall call, socket& sock, bool peer) {
    SockaddrStorage name{};
    auto length = sock.ops->getname(sock, name, peer);
    return decide(call, sock, name, length.ok() ? *length : 0);
}

// Where a packet came from. A raw socket's has ports as little as it has a header that was checked.
void set_source(SecurityFacts& facts, const sock& sk, const sk_buff& skb) {
    const bool v6 = skb.protocol == be16(u16{ETH_P_IPV6});
    facts.address_family = v6 ? AF_INET6 : AF_INET;
    facts.address = v6 ? reinterpret_cast<const u8*>(&ipv6_hdr(skb).source)
                       : reinterpret_cast<const u8*>(&ip_hdr(skb).source);
    const bool datagram = sk.type == SOCK_DGRAM && sk.protocol == IPPROTO_UDP;
    if (sk.type == SOCK_STREAM || datagram)
        facts.port = static_cast<u16>(skb.transport()[0] << 8 | skb.transport()[1]);
}

// On behalf of whoever owns a socket. `sk` needn't have a descriptor any more.
Result<void> decide_for_owner(SecurityCall call, const sock& sk, const sk_buff& skb) {
    SecurityFacts facts{
        .call = call, .uid = sk.uid, .pid = 0, .program = {}, .family = sk.family, .type = sk.type};
    const bool inet = sk.family == AF_INET || sk.family == AF_INET6;
    if (inet && skb.network_header != sk_buff::unset) set_source(facts, sk, skb);
    return policy_decide(facts);
}

constexpr auto create = [](int family, int type, int) {
    return policy_decide(caller_facts(SecurityCall::create, family, type));
};
constexpr auto sendmsg = [](socket& sock, msghdr& message, usize) {
    if (message.name && message.namelen)
        return decide(SecurityCall::sendmsg, sock, *message.name, message.namelen);
    return decide_by_name(SecurityCall::sendmsg, sock, true);
};

SecurityPolicy policy{
    .node = {},
    .socket_create = create,
    .socket_post_create = [](socket& sock, int, int,
                             int) { return decide(SecurityCall::post_create, sock); },
    .socket_socketpair = [](socket& a, socket&) { return decide(SecurityCall::socketpair, a); },
    .socket_bind = [](socket& sock, const SockaddrStorage& name,
                      u32 length) { return decide(SecurityCall::bind, sock, name, length); },
    .socket_connect = [](socket& sock, const SockaddrStorage& name,
                         u32 length) { return decide(SecurityCall::connect, sock, name, length); },
    .socket_listen = [](socket& sock,
                        int) { return decide_by_name(SecurityCall::listen, sock, false); },
    .socket_accept = [](socket& sock,
                        socket&) { return decide_by_name(SecurityCall::accept, sock, false); },
    .socket_sendmsg = sendmsg,
    .socket_recvmsg = [](socket& sock, msghdr&, usize,
                         u32) { return decide(SecurityCall::recvmsg, sock); },
    .socket_getsockname = [](socket& sock) { return decide(SecurityCall::getsockname, sock); },
    .socket_getpeername = [](socket& sock) { return decide(SecurityCall::getpeername, sock); },
    .socket_getsockopt = [](socket& sock, int,
                            int) { return decide(SecurityCall::getsockopt, sock); },
    .socket_setsockopt = [](socket& sock, int,
                            int) { return decide(SecurityCall::setsockopt, sock); },
    .socket_shutdown = [](socket& sock, int) { return decide(SecurityCall::shutdown, sock); },
    .socket_sock_rcv_skb =
        [](sock& sk, const sk_buff& skb) {
            return decide_for_owner(SecurityCall::sock_rcv_skb, sk, skb);
        },
    .unix_stream_connect =
        [](sock& sk, sock&) {
            return policy_decide(
                caller_facts(SecurityCall::unix_stream_connect, sk.family, sk.type));
        },
    .unix_may_send =
        [](sock& sk, sock&) {
            return policy_decide(caller_facts(SecurityCall::unix_may_send, sk.family, sk.type));
        },
};

} // namespace

void policy_attach(bool on) {
    if (on && !policy.node.linked()) security_register(policy);
    if (!on) security_unregister(policy);
}

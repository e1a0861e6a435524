// Sending and receiving on netlink sockets: to the kernel, to another program's port, to a group.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/netlink/netlink_sock.h"
#include "net/unix/scm.h"

namespace {

// The most that one buffer of a dump is given, however much the program reads at once.
constexpr u32 longest_read_counted = 32768;

Result<SkbPtr> make_skb(std::span<const u8> bytes, const NetlinkControl& control) {
    SkbPtr skb(alloc_skb(static_cast<u32>(bytes.size()), 0));
    if (!skb) return Errno{ENOBUFS};
    if (!bytes.empty())
        memcpy(skb->put(static_cast<u32>(bytes.size())), bytes.data(), bytes.size());
    netlink_control(*skb) = control;
    return skb;
}

bool has_room(const netlink_sock& sk) {
    return sk.receive_allocated <= sk.receive_buffer && !sk.congested;
}

// What the program lost it can't get again: it is told once, until it has read all that is there.
void overrun(netlink_sock& sk) {
    sk.drops++;
    if (sk.no_enobufs || std::exchange(sk.congested, true)) return;
    sk.error = ENOBUFS;
    sk.wake(POLLERR);
}

struct Destination {
    u32 port, group;
};

Result<Destination> read_destination(const netlink_sock& sk, const msghdr& message) {
    if (!message.namelen) return Destination{sk.peer_port, sk.peer_group};
    SockaddrNl address;
    if (message.namelen < sizeof address) return Errno{EINVAL};
    memcpy(&address, message.name->bytes, sizeof address);
    if (address.family != AF_NETLINK) return Errno{EINVAL};
    const u32 group = address.groups ? static_cast<u32>(__builtin_ctz(address.groups)) + 1 : 0;
    // Programs among themselves: only the administrator's, in the protocols that we have.
    if ((address.port || group) && !socket_credentials().net_admin) return Errno{EPERM};
    return Destination{address.port, group};
}

Result<NetlinkControl> sender(netlink_sock& sk, const msghdr& message, Destination to) {
    ScmCookie scm;
    TRY(scm_send(message, scm));
    if (scm.files) return Errno{EINVAL};
    const SocketCredentials who = socket_credentials();
    NetlinkControl control{sk.port, to.group, who.pid, who.uid, who.gid};
    if (scm.has_identity) {
        control.pid = scm.identity.pid;
        control.uid = scm.identity.uid;
        control.gid = scm.identity.gid;
    }
    return control;
}

// To another program: waits until there is room.
Result<void> unicast(netlink_sock& from, u32 port, std::span<const u8> bytes,
                     const NetlinkControl& control, bool nonblock) {
    const Nanoseconds deadline = sock_deadline(from.send_timeout, nonblock);
    for (;;) {
        Ref<netlink_sock> to(netlink_find(*from.kernel, port));
        if (!to) return Errno{ECONNREFUSED};
        if (to->connected && to->peer_port != from.port) return Errno{ECONNREFUSED};
        if (has_room(*to)) {
            netlink_deliver(*to, TRY(make_skb(bytes, control)));
            return {};
        }
        if (nonblock) return Errno{EAGAIN};
        auto waited = wait_until(to->room, deadline, [&] { return has_room(*to) || to->dead; });
        if (!waited.ok()) return sock_wait_error(waited.error(), from.send_timeout);
    }
}

Result<void> broadcast(NetlinkProtocol& protocol, std::span<const u8> bytes,
                       const NetlinkControl& control, const netlink_sock* except) {
    for (netlink_sock& sk : netlink_sockets()) {
        if (&sk == except || sk.kernel != &protocol || !sk.listens_to(control.group)) continue;
        auto skb = make_skb(bytes, control);
        if (skb.ok() && has_room(sk))
            netlink_deliver(sk, std::move(skb).value());
        else
            overrun(sk);
    }
    return {};
}

constexpr NetlinkControl from_kernel(u32 group) { return {0, group, 0, 0, 0}; }

} // namespace

void netlink_deliver(netlink_sock& sk, SkbPtr skb) {
    skb_set_owner_r(*skb, sk);
    sk.receive_queue.push_back(std::move(skb));
    sk.wake(POLLIN | POLLRDNORM);
}

Result<void> netlink_answer(netlink_sock& sk, std::span<const u8> bytes) {
    auto skb = make_skb(bytes, from_kernel(0));
    if (!skb.ok() || !has_room(sk)) {
        overrun(sk);
        return Errno{skb.ok() ? EAGAIN : ENOBUFS};
    }
    netlink_deliver(sk, std::move(skb).value());
    return {};
}

void netlink_broadcast(NetlinkProtocol& protocol, std::span<const u8> bytes, u32 group,
                       const netlink_sock* except) {
    static_cast<void>(broadcast(protocol, bytes, from_kernel(group), except));
}

Result<usize> netlink_sendmsg(socket& sock, msghdr& message, usize size) {
    netlink_sock& sk = netlink_of(sock);
    if (message.flags & MSG_OOB) return Errno{EOPNOTSUPP};
    if (size == 0) return Errno{ENODATA};
    const Destination to = TRY(read_destination(sk, message));
    if (!sk.port) netlink_autobind(sk);
    const NetlinkControl control = TRY(sender(sk, message, to));
    if (size > sk.send_buffer - 32) return Errno{EMSGSIZE};
    SkbPtr copy(alloc_skb(static_cast<u32>(size), 0));
    if (!copy) return Errno{ENOBUFS};
    u8* bytes = copy->put(static_cast<u32>(size));
    if (message.iter.copy_from(bytes, size) != size) return Errno{EFAULT};
    if (to.group) TRY(broadcast(*sk.kernel, {bytes, size}, control, &sk));
    if (to.port)
        TRY(unicast(sk, to.port, {bytes, size}, control, message.flags & MSG_DONTWAIT));
    else if (!to.group)
        netlink_rcv(sk, {bytes, size});
    return size;
}

namespace {

void put_sender(msghdr& message, const NetlinkControl& control) {
    if (!message.name) return;
    const u32 mask = control.group ? u32{1} << ((control.group - 1) & 31) : 0;
    const SockaddrNl address{AF_NETLINK, 0, control.port, mask};
    memcpy(message.name->bytes, &address, sizeof address);
    message.namelen = sizeof address;
}

void put_control(netlink_sock& sk, msghdr& message, const sk_buff& skb) {
    const NetlinkControl& from = skb.control<const NetlinkControl>();
    if (sk.packet_info)
        put_cmsg(message, SOL_NETLINK, NETLINK_PKTINFO, &from.group, sizeof from.group);
    const u32 identity[3] = {static_cast<u32>(from.pid), from.uid, from.gid};
    if (sk.pass_credentials)
        put_cmsg(message, SOL_SOCKET, SCM_CREDENTIALS, identity, sizeof identity);
}

// The program has read: a dump goes on, senders may send again, losses are over.
void has_read(netlink_sock& sk) {
    if (sk.dump && sk.receive_allocated <= sk.receive_buffer / 2) {
        auto more = netlink_dump_more(sk);
        if (!more.ok()) {
            sk.error = more.error().code;
            sk.wake(POLLERR);
        }
    }
    if (sk.receive_queue.empty()) sk.congested = false;
    if (!sk.congested) sk.room.wake_up(POLLOUT);
}

} // namespace

Result<usize> netlink_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    netlink_sock& sk = netlink_of(sock);
    if (flags & MSG_OOB) return Errno{EOPNOTSUPP};
    SkbPtr skb = TRY(skb_recv_datagram(sk, flags, flags & MSG_DONTWAIT));
    if (!skb) return usize{0};
    const usize read_size = min(size, usize{longest_read_counted});
    sk.longest_read = max(sk.longest_read, static_cast<u32>(read_size));
    const usize whole = skb->len(), length = min(whole, size);
    if (length < whole) message.flags |= MSG_TRUNC;
    if (message.iter.copy_to(skb->data, length) < length) return Errno{EFAULT};
    put_sender(message, netlink_control(*skb));
    put_control(sk, message, *skb);
    skb.reset();
    has_read(sk);
    return flags & MSG_TRUNC ? whole : length;
}

// Frames from a program, straight to a device.
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/packet/packet_sock.h"

namespace {

constexpr u32 vlan_header = 4;
constexpr u32 ether_align = 2; // so that what follows an Ethernet header is aligned

struct Target {
    net_device* dev = nullptr;
    be16 protocol{};
    const u8* address = nullptr; // SOCK_DGRAM: the link's
};

Result<Target> old_target(const msghdr& message) {
    if (!message.name) return Errno{ENOTCONN};
    if (message.namelen < 16) return Errno{EINVAL};
    sockaddr_pkt name{};
    memcpy(&name, message.name->bytes, message.namelen < 18 ? message.namelen : 18);
    name.device[sizeof name.device - 1] = 0;
    net_device* dev = dev_get_by_name(name.device);
    if (!dev) return Errno{ENODEV};
    return Target{dev, message.namelen >= 18 ? name.protocol : be16(0), nullptr};
}

// To the address that is given, else to where the socket is bound.
Result<Target> target_of(packet_sock& sk, const msghdr& message) {
    Target target{dev_get_by_index(sk.ifindex), sk.protocol_number, nullptr};
    if (!message.name) return target;
    if (message.namelen < sizeof(sockaddr_ll)) return Errno{EINVAL};
    const auto& name = *reinterpret_cast<const sockaddr_ll*>(message.name->bytes);
    if (message.namelen < sockaddr_ll_header + name.halen) return Errno{EINVAL};
    target.dev = dev_get_by_index(name.ifindex);
    target.protocol = name.protocol;
    target.address = name.addr;
    return target;
}

// SOCK_DGRAM brings no link header: it is made here.
Result<void> push_header(sk_buff& skb, const Target& target) {
    net_device& dev = *target.dev;
    static constexpr u8 nobody[ETH_ALEN] = {};
    const u8* address = target.address;
    if (!address) {
        if (!(dev.flags & (IFF_LOOPBACK | IFF_NOARP))) return Errno{EINVAL};
        address = nobody;
    }
    const u16 type = target.protocol.host();
    const bool length_there = type == ETH_P_802_3 || type == ETH_P_802_2;
    eth_header(skb, dev, length_there ? static_cast<u16>(skb.len()) : type, address);
    return {};
}

Result<void> wait_for_room(sock& sk, bool nonblock) {
    for (;;) {
        if (sk.error) return Errno{sk.take_error()};
        if (sk.send_space()) return {};
        if (nonblock) return Errno{EAGAIN};
        auto waited = wait_until(sk.owner->wait, sock_deadline(sk.send_timeout, false),
                                 [&] { return sk.send_space() || sk.error; });
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.send_timeout);
    }
}

} // namespace

Result<usize> packet_sendmsg(socket& sock, msghdr& message, usize size) {
    packet_sock& sk = packet_of(sock);
    const bool old = sock.type == SOCK_PACKET;
    const Target target = old ? TRY(old_target(message)) : TRY(target_of(sk, message));
    if (!target.dev) return Errno{ENXIO};
    net_device& dev = *target.dev;
    if (!(dev.flags & IFF_UP)) return Errno{ENETDOWN};
    const bool datagram = sock.type == SOCK_DGRAM;
    const u32 link_header = dev.hard_header_len;
    const u32 most = dev.mtu + (datagram ? 0 : link_header);
    if (size > most + vlan_header) return Errno{EMSGSIZE};
    TRY(wait_for_room(sk, message.flags & MSG_DONTWAIT));
    const auto bytes = static_cast<u32>(size);
    SkbPtr skb(alloc_skb(bytes, max_header + (datagram ? 0 : ether_align)));
    if (!skb) return Errno{ENOBUFS};
    if (message.iter.copy_from(skb->put(bytes), bytes) < bytes) return Errno{EFAULT};
    skb->dev = &dev;
    skb->protocol = target.protocol;
    skb->priority = sk.priority;
    skb->mark = sk.mark;
    if (datagram) {
        skb->set_network_header();
        TRY(push_header(*skb, target));
    } else {
        if (bytes < link_header || bytes == 0) return Errno{EINVAL};
        skb->set_mac_header();
        skb->network_header = static_cast<u16>(skb->mac_header + link_header);
    }
    // A VLAN's tag may be on top of what the device takes.
    const bool tagged = link_header && eth_hdr(*skb).type == be16(u16{ETH_P_8021Q});
    if (skb->len() > dev.mtu + link_header && !tagged) return Errno{EMSGSIZE};
    if (skb->len() == 0) return Errno{EINVAL};
    skb_set_owner_w(*skb, sk);
    TRY(dev_queue_xmit(std::move(skb)));
    return size;
}

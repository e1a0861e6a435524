// Frames on their way to packet sockets, and to the program.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ether.h"
#include "net/filter.h"
#include "net/packet/packet_sock.h"

namespace {

sockaddr_ll sender_of(const sk_buff& skb, const net_device& dev) {
    sockaddr_ll from{};
    from.family = AF_PACKET;
    from.protocol = skb.protocol;
    from.ifindex = dev.ifindex;
    from.hatype = dev.type;
    from.pkttype = static_cast<u8>(skb.packet_type);
    if (dev.hard_header_len) {
        from.halen = ETH_ALEN;
        memcpy(from.addr, eth_hdr(skb).source, ETH_ALEN);
    }
    return from;
}

// TP_STATUS_CSUM*: whether the checksum that the frame shows is the one it will have.
u32 checksum_status(const sk_buff& skb) {
    if (skb.ip_summed == Checksum::partial) return TP_STATUS_CSUMNOTREADY;
    const bool came_good =
        skb.packet_type != PacketType::outgoing && skb.ip_summed == Checksum::unnecessary;
    return came_good ? TP_STATUS_CSUM_VALID : 0;
}

void to_ring(packet_sock& sk, const sk_buff& skb, const PacketControl& control) {
    const auto link_header = static_cast<u32>(skb.network() - skb.mac());
    const u32 status = checksum_status(skb) | (sk.lost ? TP_STATUS_LOSING : 0);
    if (!sk.ring->slot_free() ||
        !sk.ring->put(skb, link_header, control.whole, sk.type == SOCK_DGRAM, sk.reserve,
                      control.from, status)) {
        sk.lost++;
        sk.drops++;
        return;
    }
    sk.received++;
    sk.wake(POLLIN | POLLRDNORM);
}

// struct tpacket_auxdata
struct AuxData {
    u32 status, length, snaplen;
    u16 mac, net, vlan_tci, vlan_tpid;
};

void put_auxdata(const sk_buff& skb, u32 whole, msghdr& message) {
    AuxData aux{};
    aux.status = TP_STATUS_USER | checksum_status(skb);
    aux.length = whole;
    aux.snaplen = skb.len();
    aux.net = static_cast<u16>(skb.network() - skb.data);
    put_cmsg(message, SOL_PACKET, PACKET_AUXDATA, &aux, sizeof aux);
}

// SOCK_PACKET shows the device's name, and its type in the place of a family.
void put_old_name(const PacketControl& control, msghdr& message) {
    sockaddr_pkt name{};
    name.family = control.from.hatype;
    if (net_device* dev = dev_get_by_index(control.from.ifindex))
        copy_string(name.device, sizeof name.device, dev->name);
    name.protocol = control.from.protocol;
    memcpy(message.name->bytes, &name, sockaddr_pkt_size);
    message.namelen = sockaddr_pkt_size;
}

} // namespace

// The frame is our own clone; it stands behind its link header.
void packet_rcv(SkbPtr skb, net_device& dev, packet_type& hook) {
    auto& sk = static_cast<packet_sock&>(*hook.owner);
    skb->set_network_header();
    if (sk.type != SOCK_DGRAM) skb->push(static_cast<u32>(skb->data - skb->mac()));
    const u32 whole = skb->len();
    if (!sk_filter(sk, *skb, 0)) return;
    // What comes by lo has no checksum yet, rather than one that was found good.
    const bool looped = (dev.flags & IFF_LOOPBACK) || skb->looped_back;
    if (looped && skb->ip_summed == Checksum::unnecessary) skb->ip_summed = Checksum::partial;
    packet_control(*skb) = {sender_of(*skb, dev), whole};
    if (sk.ring) return to_ring(sk, *skb, packet_control(*skb));
    if (sk.receive_allocated >= sk.receive_buffer)
        sk.lost++;
    else
        sk.received++;
    sock_queue_filtered_skb(sk, std::move(skb));
}

Result<usize> packet_recvmsg(socket& sock, msghdr& message, usize size, u32 flags) {
    packet_sock& sk = packet_of(sock);
    if (flags & ~u32{MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE}) return Errno{EINVAL};
    if (flags & MSG_ERRQUEUE) return Errno{EAGAIN}; // nothing is ever queued there
    SkbPtr skb = TRY(skb_recv_datagram(sk, flags, flags & MSG_DONTWAIT));
    const usize length = min(usize{skb->len()}, size);
    if (length < skb->len()) message.flags |= MSG_TRUNC;
    if (skb_copy_datagram_iter(*skb, 0, message.iter, length) < length) return Errno{EFAULT};
    const PacketControl& control = packet_control(*skb);
    if (message.name && sock.type == SOCK_PACKET) {
        put_old_name(control, message);
    } else if (message.name) {
        memcpy(message.name->bytes, &control.from, sizeof control.from);
        message.namelen = sizeof control.from;
    }
    sock_receive_control(sk, *skb, message);
    if (sk.auxdata) put_auxdata(*skb, control.whole, message);
    return flags & MSG_TRUNC ? skb->len() : length;
}

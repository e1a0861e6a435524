// PACKET_ADD_MEMBERSHIP: what a device is to let in besides its own, as long as the socket lives.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/packet/packet_sock.h"

namespace {

// struct packet_mreq, with the longest address there may be.
struct Request {
    i32 ifindex;
    u16 type, address_length;
    u8 address[32];
};
constexpr usize least_request = 16, request_header = 8;

Result<Request> read_request(std::span<const u8> value) {
    if (value.size() < least_request) return Errno{EINVAL};
    Request request{};
    const usize given = min(value.size(), sizeof request);
    memcpy(&request, value.data(), given);
    if (given < request_header + request.address_length) return Errno{EINVAL};
    return request;
}

u32 address_length(const net_device& dev) { return dev.hard_header_len ? ETH_ALEN : 0; }

// A further unicast address is heard by hearing everything: the way for a device whose filter
// takes one only.
Result<void> apply(net_device& dev, const PacketMembership& m, bool on) {
    switch (m.type) {
    case PACKET_MR_MULTICAST:
        if (m.address_length != address_length(dev)) return Errno{EINVAL};
        if (on) return dev_mc_add(dev, m.address);
        dev_mc_del(dev, m.address);
        return {};
    case PACKET_MR_PROMISC:
        dev_set_promiscuity(dev, on ? 1 : -1);
        return {};
    case PACKET_MR_ALLMULTI:
        dev_set_allmulti(dev, on ? 1 : -1);
        return {};
    case PACKET_MR_UNICAST:
        if (m.address_length != address_length(dev)) return Errno{EINVAL};
        dev_set_promiscuity(dev, on ? 1 : -1);
        return {};
    default: // counted, and without effect, as on Linux
        return {};
    }
}

bool same(const PacketMembership& m, const Request& request) {
    return m.ifindex == request.ifindex && m.type == request.type &&
           m.address_length == request.address_length &&
           memcmp(m.address, request.address, m.address_length) == 0;
}

Result<void> add(packet_sock& sk, const Request& request) {
    net_device* dev = dev_get_by_index(request.ifindex);
    if (!dev) return Errno{ENODEV};
    if (request.address_length > address_length(*dev)) return Errno{EINVAL};
    for (PacketMembership* m = sk.memberships; m; m = m->next)
        if (same(*m, request)) {
            m->count++;
            return {};
        }
    Box<PacketMembership> fresh = TRY(make_box<PacketMembership>());
    *fresh = {sk.memberships, request.ifindex, request.type, request.address_length, {}, 1};
    memcpy(fresh->address, request.address, min(sizeof fresh->address, sizeof request.address));
    TRY(apply(*dev, *fresh, true));
    sk.memberships = fresh.release();
    return {};
}

void end(PacketMembership*& link) {
    Box<PacketMembership> gone(link);
    link = gone->next;
    if (net_device* dev = dev_get_by_index(gone->ifindex))
        static_cast<void>(apply(*dev, *gone, false)); // it could be applied, so it can be undone
}

} // namespace

Result<void> packet_change_membership(packet_sock& sk, bool on, std::span<const u8> value) {
    const Request request = TRY(read_request(value));
    if (on) return add(sk, request);
    for (PacketMembership** link = &sk.memberships; *link; link = &(*link)->next) {
        if (!same(**link, request)) continue;
        if (--(*link)->count == 0) end(*link);
        break;
    }
    return {}; // as on Linux
}

void packet_drop_memberships(packet_sock& sk, net_device* dev) {
    for (PacketMembership** link = &sk.memberships; *link;) {
        if (dev && (*link)->ifindex != dev->ifindex)
            link = &(*link)->next;
        else
            end(*link);
    }
}

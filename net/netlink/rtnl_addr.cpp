// RTM_*ADDR of AF_INET: the addresses of devices.
#include "kernel/base/string.h"
#include "net/ipv4/devinet.h"
#include "net/netlink/rtnetlink.h"

namespace {

constexpr NlRule policy[] = {{IFA_ADDRESS, 4},
                             {IFA_LOCAL, 4},
                             {IFA_BROADCAST, 4},
                             {IFA_CACHEINFO, sizeof(AddressTimes)},
                             {IFA_FLAGS, 4}};

void fill_address(NlBuilder& out, NlHeader header, const void* what) {
    const auto& address = *static_cast<const InAddress*>(what);
    out.begin(header);
    out.body(AddressMessage{AF_INET, mask_length(address.mask), static_cast<u8>(address.flags),
                            address.scope, static_cast<u32>(address.dev->ifindex)});
    out.put(IFA_ADDRESS, address.destination);
    out.put(IFA_LOCAL, address.local);
    if (address.broadcast != be32(0)) out.put(IFA_BROADCAST, address.broadcast);
    out.put_text(IFA_LABEL, address.label);
    out.put(IFA_FLAGS, address.flags);
    out.put(IFA_CACHEINFO, AddressTimes{for_ever, for_ever, 0, 0});
}

Result<bool> dump_addresses(NlDump& dump, NlBuilder& out) {
    u32 place = 0;
    for (net_device& dev : net_devices()) {
        InDevice* in = in_device(dev);
        if (!in) continue;
        for (InIfaddr& address : in->addresses) {
            if (place++ < dump.position[0]) continue;
            const InAddress& shown = address;
            fill_address(out, dump.header_of(RTM_NEWADDR), &shown);
            if (!out.end()) return false;
            dump.position[0]++;
        }
    }
    return true;
}

struct AddressRequest {
    AddressMessage message;
    NlAttributes attributes;
    net_device* dev;
};

Result<void> read_request(const NlRequest& request, AddressRequest& wanted) {
    wanted.message = TRY(nl_body<AddressMessage>(request.payload));
    TRY(wanted.attributes.parse(request.payload, sizeof wanted.message, policy));
    const auto label = wanted.attributes.text(IFA_LABEL);
    if (label && label->size() >= IFNAMSIZ) return Errno{ERANGE};
    wanted.dev = dev_get_by_index(static_cast<int>(wanted.message.index));
    return {};
}

Result<InAddress> read_address(const AddressRequest& wanted) {
    const NlAttributes& attributes = wanted.attributes;
    const auto local = attributes.get<be32>(IFA_LOCAL);
    if (wanted.message.prefix_length > 32 || !local) return Errno{EINVAL};
    if (!wanted.dev) return Errno{ENODEV};
    InAddress address;
    address.dev = wanted.dev;
    address.local = *local;
    address.destination = attributes.get<be32>(IFA_ADDRESS).value_or(*local);
    address.mask = mask_of(wanted.message.prefix_length);
    address.broadcast = attributes.get<be32>(IFA_BROADCAST).value_or(be32(0));
    address.scope = wanted.message.scope;
    constexpr u32 settable = IFA_F_NOPREFIXROUTE;
    const u32 flags = attributes.get<u32>(IFA_FLAGS).value_or(wanted.message.flags);
    address.flags = IFA_F_PERMANENT | (flags & settable);
    copy_string(address.label, IFNAMSIZ, attributes.text(IFA_LABEL).value_or(""));
    // Addresses here don't expire.
    const auto times = attributes.get<AddressTimes>(IFA_CACHEINFO);
    if (times && times->valid == 0) return Errno{EINVAL};
    if (times && (times->valid != for_ever || times->preferred != for_ever))
        return Errno{EOPNOTSUPP};
    return address;
}

InIfaddr* find_same(const InAddress& address) {
    InDevice* in = in_device(*address.dev);
    if (!in) return nullptr;
    for (InIfaddr& other : in->addresses)
        if (other.mask == address.mask && other.prefix() == address.prefix() &&
            other.local == address.local)
            return &other;
    return nullptr;
}

Result<void> inet_rtm_newaddr(NlRequest& request) {
    AddressRequest wanted;
    TRY(read_request(request, wanted));
    const InAddress address = TRY(read_address(wanted));
    if (!find_same(address)) {
        // As on Linux, 0.0.0.0 is no address, and no error.
        return address.local == be32(0) ? Result<void>() : inet_insert_ifaddr(address);
    }
    const u16 flags = request.header.flags;
    if ((flags & NLM_F_EXCL) || !(flags & NLM_F_REPLACE)) return Errno{EEXIST};
    return {}; // only its times could be replaced
}

bool is_meant(const InIfaddr& address, const AddressRequest& wanted) {
    const NlAttributes& attributes = wanted.attributes;
    const auto local = attributes.get<be32>(IFA_LOCAL);
    if (local && *local != address.local) return false;
    const auto label = attributes.text(IFA_LABEL);
    if (label && *label != address.label) return false;
    const auto prefix = attributes.get<be32>(IFA_ADDRESS);
    if (!prefix) return true;
    return wanted.message.prefix_length == mask_length(address.mask) &&
           (prefix->raw & address.mask.raw) == address.prefix().raw;
}

Result<void> inet_rtm_deladdr(NlRequest& request) {
    AddressRequest wanted;
    TRY(read_request(request, wanted));
    if (!wanted.dev) return Errno{ENODEV};
    if (InDevice* in = in_device(*wanted.dev))
        for (InIfaddr& address : in->addresses) {
            if (!is_meant(address, wanted)) continue;
            inet_del_ifaddr(address);
            return {};
        }
    return Errno{EADDRNOTAVAIL};
}

void address_changed(const InAddress& address, bool added) {
    rtnl_notify(RTNLGRP_IPV4_IFADDR, added ? RTM_NEWADDR : RTM_DELADDR, 0, fill_address, &address);
}
InetaddrNotifier notifier{.node = {}, .notify = address_changed};

constexpr RtnlHandler handlers[] = {
    {AF_INET, RTM_GETADDR, nullptr, dump_addresses, inet_address_generation},
    {AF_INET, RTM_NEWADDR, inet_rtm_newaddr, nullptr, nullptr},
    {AF_INET, RTM_DELADDR, inet_rtm_deladdr, nullptr, nullptr},
};
RtnlTable table{.node = {}, .handlers = handlers};

} // namespace

void rtnl_addr_init() {
    rtnl_register(table);
    register_inetaddr_notifier(notifier);
}

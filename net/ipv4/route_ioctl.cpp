// SIOCADDRT and SIOCDELRT: struct rtentry of net/route.h in both layouts, with Linux's reading of
// it (net/ipv4/fib_frontend.c: rtentry_to_fib_config).
#include "kernel/base/string.h"
#include "net/ipv4/devinet.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/route.h"

namespace {

struct RouteEntry64 {
    u64 padding1;
    sockaddr_in destination, gateway, mask;
    u16 flags;
    i16 padding2;
    u32 gap;
    u64 padding3, padding4;
    i16 metric;
    u64 device, mtu, window;
    u16 irtt;
};
static_assert(sizeof(RouteEntry64) == 120);

struct RouteEntry32 {
    u32 padding1;
    sockaddr_in destination, gateway, mask;
    u16 flags;
    i16 padding2;
    u32 padding3, padding4;
    i16 metric;
    u32 device, mtu, window;
    u16 irtt;
};
static_assert(sizeof(RouteEntry32) == 84);

// What counts, of either layout.
struct RouteRequest {
    sockaddr_in destination, gateway, mask;
    u16 flags;
    i16 metric;
    uptr device;
    u32 mtu;
};

template <class Entry>
Result<RouteRequest> read_request(uptr argument) {
    const Entry e = TRY(get_user_object<Entry>(argument));
    return RouteRequest{
        e.destination,          e.gateway, e.mask, e.flags, e.metric, static_cast<uptr>(e.device),
        static_cast<u32>(e.mtu)};
}

Result<net_device*> read_device(uptr address) {
    char name[IFNAMSIZ] = {};
    // A name may end anywhere before the end of its page: byte by byte.
    for (usize i = 0; i < IFNAMSIZ - 1; i++) {
        const char letter = static_cast<char>(TRY(get_user_object<u8>(address + i)));
        if (letter == 0 || letter == ':') break; // "eth0:1" is eth0
        name[i] = letter;
    }
    net_device* dev = dev_get_by_name(name);
    if (!dev) return Errno{ENODEV};
    return dev;
}

Result<be32> read_mask(const RouteRequest& request) {
    if (request.flags & RTF_HOST) return mask_of(32);
    const be32 mask = request.mask.sin_addr;
    if (request.mask.sin_family != AF_INET && (mask != be32(0) || request.mask.sin_family))
        return Errno{EAFNOSUPPORT};
    if (!valid_mask(mask) || (request.destination.sin_addr.raw & ~mask.raw)) return Errno{EINVAL};
    return mask;
}

Result<void> to_route(const RouteRequest& request, FibRoute& route) {
    if (request.destination.sin_family != AF_INET) return Errno{EAFNOSUPPORT};
    route.mask = TRY(read_mask(request));
    route.prefix = request.destination.sin_addr;
    if (request.metric > 0) route.metric = static_cast<u32>(request.metric - 1);
    if (request.flags & RTF_REJECT) route.type = rtn_unreachable;
    if (request.device) route.dev = TRY(read_device(request.device));
    if (request.gateway.sin_family == AF_INET) route.gateway = request.gateway.sin_addr;
    if ((request.flags & RTF_GATEWAY) && route.gateway == be32(0)) return Errno{EINVAL};
    route.scope = route.gateway != be32(0) ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    if (request.flags & RTF_REJECT) route.scope = RT_SCOPE_HOST;
    if ((request.flags & RTF_MTU) && request.mtu) route.mtu = request.mtu;
    return {};
}

FibMatch to_match(const FibRoute& route) {
    FibMatch match{.prefix = route.prefix, .mask = route.mask};
    match.metric = route.metric;
    match.gateway = route.gateway;
    match.dev = route.dev;
    if (route.type == rtn_unreachable) match.type = rtn_unreachable;
    return match;
}

} // namespace

SysResult ip_rt_ioctl(u32 command, uptr argument, bool compat) {
    if (!socket_credentials().net_admin) return Errno{EPERM};
    const auto request =
        TRY(compat ? read_request<RouteEntry32>(argument) : read_request<RouteEntry64>(argument));
    FibRoute route;
    TRY(to_route(request, route));
    if (command == SIOCADDRT)
        TRY(fib_add(route));
    else
        TRY(fib_delete(to_match(route)));
    return 0;
}

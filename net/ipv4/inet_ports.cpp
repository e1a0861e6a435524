// The port table of datagram protocols.
#include "kernel/base/math.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/ip_internal.h"

namespace {

constexpr u32 bucket_count = 512;
InetPortBucket buckets[bucket_count];
u16 last_offset = 0;

// Linux's udp_lib_lport_inuse: may both have the port?
bool conflict(const inet_sock& a, const inet_sock& b) {
    if (a.reuse_address && b.reuse_address) return false;
    if (a.bound_device && b.bound_device && a.bound_device != b.bound_device) return false;
    if (!InetBinding(a).overlaps(InetBinding(b))) return false;
    return !(a.reuse_port && b.reuse_port && a.uid == b.uid);
}

bool available(const inet_sock& sk, u16 port) {
    for (inet_sock& other : inet_port_bucket(port))
        if (other.bound_port == port && other.protocol == sk.protocol && &other != &sk &&
            conflict(sk, other))
            return false;
    return true;
}

// Any free port: a random place in the range, and on from there (RFC 6056, section 3.3.2).
u16 find_free(const inet_sock& sk) {
    const u32 low = ip_knobs.port_range_low, count = ip_knobs.port_range_high - low + 1;
    const u32 start = random_u32() % count + last_offset++;
    for (u32 i = 0; i < count; i++) {
        const u16 port = static_cast<u16>(low + (start + i) % count);
        bool taken = false; // a free port is one that nobody has, whatever could be shared
        for (inet_sock& other : inet_port_bucket(port))
            if (other.bound_port == port && other.protocol == sk.protocol) taken = true;
        if (!taken) return port;
    }
    return 0;
}

} // namespace

InetPortBucket& inet_port_bucket(u16 port) { return buckets[port % bucket_count]; }

Result<void> inet_bind_port(sock& generic, u16 port) {
    auto& sk = static_cast<inet_sock&>(generic);
    if (port == 0)
        port = find_free(sk);
    else if (!available(sk, port))
        port = 0;
    if (port == 0) return Errno{EADDRINUSE};
    inet_release_port(sk);
    sk.bound_port = port;
    sk.local_port = be16(port);
    inet_port_bucket(port).push_front(sk);
    return {};
}

void inet_release_port(sock& generic) {
    auto& sk = static_cast<inet_sock&>(generic);
    sk.port_node.unlink();
    sk.bound_port = 0;
}

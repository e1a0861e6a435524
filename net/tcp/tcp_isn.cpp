// RFC 6528: ISN = M + F(addresses, ports, secret).
#include "net/tcp/tcp_isn.h"
#include "net/services.h"
#include "net/tcp/siphash.h"

namespace {

SipKey isn_key, timestamp_key, cookie_key;

u64 addresses(const TcpTuple& tuple) {
    return u64{tuple.local_address.raw} << 32 | tuple.remote_address.raw;
}
u64 ports(const TcpTuple& tuple) { return u64{tuple.local_port.raw} << 16 | tuple.remote_port.raw; }
void draw(SipKey& key) { random_bytes({reinterpret_cast<u8*>(&key), sizeof key}); }

} // namespace

void tcp_isn_init() {
    draw(isn_key);
    draw(timestamp_key);
    draw(cookie_key);
}

SeqNumber tcp_initial_sequence(const TcpTuple& tuple) {
    SipHash hash(isn_key);
    hash.add(addresses(tuple));
    hash.add(ports(tuple));
    return SeqNumber(static_cast<u32>(hash.finish()) + static_cast<u32>(clock_monotonic() / 4000));
}

u32 tcp_timestamp_offset(const TcpTuple& tuple) {
    SipHash hash(timestamp_key);
    hash.add(addresses(tuple));
    return static_cast<u32>(hash.finish());
}

u32 tcp_keyed_hash(const TcpTuple& tuple, u32 count) {
    SipHash hash(cookie_key);
    hash.add(addresses(tuple));
    hash.add(ports(tuple));
    hash.add(count);
    return static_cast<u32>(hash.finish());
}

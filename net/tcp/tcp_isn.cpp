// RFC 6528: ISN = M + F(addresses, ports, secret).
#include "net/tcp/tcp_isn.h"
#include "net/services.h"
#include "net/tcp/siphash.h"

namespace {

SipKey isn_key, timestamp_key, cookie_key;

void add_addresses(SipHash& hash, const TcpTuple& tuple) {
    const in6_addr &local = tuple.local_address, &remote = tuple.remote_address;
    if (tuple.is_v4()) return hash.add(u64{local.words[3].raw} << 32 | remote.words[3].raw);
    hash.add(local.high());
    hash.add(local.low());
    hash.add(remote.high());
    hash.add(remote.low());
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
    add_addresses(hash, tuple);
    hash.add(ports(tuple));
    return SeqNumber(static_cast<u32>(hash.finish()) + static_cast<u32>(clock_monotonic() / 4000));
}

u32 tcp_timestamp_offset(const TcpTuple& tuple) {
    SipHash hash(timestamp_key);
    add_addresses(hash, tuple);
    return static_cast<u32>(hash.finish());
}

u32 tcp_keyed_hash(const TcpTuple& tuple, u32 count) {
    SipHash hash(cookie_key);
    add_addresses(hash, tuple);
    hash.add(ports(tuple));
    hash.add(count);
    return static_cast<u32>(hash.finish());
}

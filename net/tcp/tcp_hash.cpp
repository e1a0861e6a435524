// Both tables are arrays of chains; the buckets are chosen with a secret, so that nobody outside
// can aim for one.
#include "net/tcp/tcp_hash.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/tcp/tcp_sock.h"

namespace {

TcpHashed** buckets;
u32 bucket_mask;
u64 secret[2];

constexpr u32 listen_buckets = 128;
List<tcp_sock, &tcp_sock::listen_node> listeners[listen_buckets];

// A 64×64→128 bit product folded: two multiplications spread every bit.
u32 tuple_hash(const TcpTuple& tuple) {
    const in6_addr &local = tuple.local_address, &remote = tuple.remote_address;
    u64 a = (u64{local.words[3].raw} << 32 | remote.words[3].raw) ^ secret[0];
    if (!tuple.is_v4()) [[unlikely]] { // a round for what IPv4 doesn't have
        const u64 rest = (local.high() ^ local.low() * 3) + (remote.high() ^ remote.low() * 5);
        const auto mixed = static_cast<unsigned __int128>(rest ^ secret[1]) * (a | 1);
        a ^= static_cast<u64>(mixed) ^ static_cast<u64>(mixed >> 64);
    }
    const u64 b = (u64{tuple.local_port.raw} << 16 | tuple.remote_port.raw) ^ secret[1];
    const auto product = static_cast<unsigned __int128>(a) * (b | 1);
    const u64 folded = static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
    return static_cast<u32>((folded * 0x9e37'79b9'7f4a'7c15) >> 32);
}

int listen_score(const tcp_sock& sk, const TcpTuple& tuple, int ifindex) {
    if (sk.local_port != tuple.local_port) return -1;
    int score = 0;
    const InetBinding binding(sk);
    if (!binding.takes(tuple.local_address)) return -1;
    if (!binding.any) score += 2;
    if (sk.family == AF_INET) score++; // a socket of IPv4's own before one for both
    if (sk.bound_device) {
        if (sk.bound_device != ifindex) return -1;
        score += 4;
    }
    return score;
}

} // namespace

Result<void> tcp_hash_init(u64 memory_bytes) {
    u32 count = 1024;
    while (count < 65536 && count < memory_bytes / 8192) count *= 2;
    buckets = static_cast<TcpHashed**>(kmalloc(count * sizeof *buckets));
    if (!buckets) return Errno{ENOMEM};
    memset(buckets, 0, count * sizeof *buckets);
    bucket_mask = count - 1;
    random_bytes({reinterpret_cast<u8*>(secret), sizeof secret});
    return {};
}

TcpHashed* tcp_ehash_lookup(const TcpTuple& tuple) {
    for (TcpHashed* entry = buckets[tuple_hash(tuple) & bucket_mask]; entry; entry = entry->next)
        if (entry->tuple == tuple) return entry;
    return nullptr;
}

void tcp_ehash_insert(TcpHashed& entry) {
    entry.link(buckets[tuple_hash(entry.tuple) & bucket_mask]);
}

void tcp_listen_insert(tcp_sock& sk) { listeners[sk.bound_port % listen_buckets].push_front(sk); }

void tcp_listen_remove(tcp_sock& sk) { sk.listen_node.unlink(); }

tcp_sock* tcp_listen_lookup(const TcpTuple& tuple, int ifindex) {
    tcp_sock* best = nullptr;
    int best_score = -1;
    u32 equals = 0;
    u32 lot = 0;
    for (tcp_sock& sk : listeners[tuple.local_port.host() % listen_buckets]) {
        const int score = listen_score(sk, tuple, ifindex);
        if (score < 0 || score < best_score) continue;
        if (score > best_score) {
            best = &sk;
            best_score = score;
            equals = 1;
        } else { // one of n equals, each with the same chance
            if (equals++ == 1) lot = tuple_hash(tuple);
            lot = lot * 1'664'525 + 1'013'904'223;
            if ((u64{lot} * equals) >> 32 == 0) best = &sk;
        }
    }
    return best;
}

void tcp_hash_walk(TcpVisit visit, void* context) {
    for (auto& chain : listeners)
        for (tcp_sock& sk : chain)
            if (!visit(context, nullptr, &sk)) return;
    for (u32 i = 0; i <= bucket_mask; i++)
        for (TcpHashed* entry = buckets[i]; entry; entry = entry->next)
            if (!visit(context, entry, nullptr)) return;
}

// SYN cookies: the sequence number carries time, MSS and a keyed hash; the timestamp, when there is
// one, window scale and SACK. Nothing is remembered until the peer answers.
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_listen.h"

namespace {

constexpr u16 mss_table[8] = {256, 536, 1024, 1300, 1440, 1460, 4312, 8960};
constexpr u32 no_scale = 15, sack_bit = 16, option_mask = 63;

u32 epoch() { return static_cast<u32>(clock_monotonic() / s_to_ns(64)); }

u32 cookie(const TcpTuple& tuple, SeqNumber peer, u32 when, u32 index) {
    const u32 small = (when & 31) << 3 | index;
    return tcp_keyed_hash(tuple, (when << 3 | index) + peer.raw() * 0x9e37'79b1) << 8 | small;
}

} // namespace

SeqNumber tcp_cookie_make(tcp_request_sock& request, u32& timestamp) {
    u32 index = 7;
    while (index > 0 && mss_table[index] > request.peer_mss) index--;
    if (request.use_timestamps) {
        const u32 bits = (request.use_scaling ? request.send_scale : no_scale) |
                         (request.use_sack ? sack_bit : 0);
        const u32 now = static_cast<u32>(clock_monotonic() / 1'000'000);
        u32 stamp = (now & ~option_mask) | bits;
        if (stamp > now) stamp -= option_mask + 1;
        timestamp = stamp + request.timestamp_offset;
    } else {
        request.use_scaling = request.use_sack = false;
    }
    return SeqNumber(cookie(request.tuple, request.initial_receive, epoch(), index));
}

bool tcp_cookie_check(tcp_request_sock& request, const TcpCb& cb, const TcpOptions& options) {
    const u32 value = cb.acknowledgment.raw() - 1;
    const SeqNumber peer = cb.sequence - 1;
    const u32 age = (epoch() - (value >> 3)) & 31;
    if (age > 1 || cookie(request.tuple, peer, epoch() - age, value & 7) != value) return false;
    request.initial_send = SeqNumber(value);
    request.initial_receive = peer;
    request.peer_mss = mss_table[value & 7];
    request.peer_window = cb.window;
    request.use_timestamps = options.has_timestamp;
    request.recent_timestamp = options.timestamp;
    request.timestamp_offset = tcp_timestamp_offset(request.tuple);
    if (options.has_timestamp) {
        const u32 bits = (options.timestamp_echo - request.timestamp_offset) & option_mask;
        request.use_sack = bits & sack_bit;
        request.use_scaling = (bits & 15) != no_scale;
        request.send_scale = request.use_scaling ? bits & 15 : 0;
    }
    return true;
}

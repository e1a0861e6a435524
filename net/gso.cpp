// Cutting a large TCP segment into the pieces that go over the wire. Reads and writes the few
// fields of IPv4, IPv6 and TCP that differ between the pieces by their offsets.
#include "net/gso.h"
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

namespace {

constexpr u32 ip_total_length = 2, ip_id = 4, ip_check = 10, ip_source = 12;
constexpr u32 ipv6_payload_length = 4, ipv6_next_header = 6, ipv6_source = 8, ipv6_bytes = 40;
constexpr u32 tcp_sequence = 4, tcp_data_offset = 12, tcp_flags = 13, tcp_check = 16;
constexpr u8 flag_fin = 1, flag_psh = 8, flag_cwr = 0x80;
constexpr u8 protocol_tcp = 6;

template <class T>
T load(const u8* at) {
    T value;
    memcpy(&value, at, sizeof value);
    return value;
}
template <class T>
void store(u8* at, T value) {
    memcpy(at, &value, sizeof value);
}

struct Headers {
    u32 network, transport, payload; // offsets from the frame's beginning
    bool v6;
};

// Where the headers are; false when this isn't TCP over IP.
bool find_headers(const sk_buff& skb, Headers& headers) {
    headers.network = static_cast<u32>(skb.network() - skb.data);
    headers.transport = static_cast<u32>(skb.transport() - skb.data);
    if (headers.transport < headers.network + 20 || headers.transport + 20 > skb.len())
        return false;
    headers.v6 = skb.network()[0] >> 4 == 6;
    if (headers.v6 && headers.transport != headers.network + ipv6_bytes) return false;
    if (skb.network()[headers.v6 ? ipv6_next_header : 9] != protocol_tcp) return false;
    headers.payload = headers.transport + (skb.transport()[tcp_data_offset] >> 4) * 4u;
    return headers.payload >= headers.transport + 20 && headers.payload <= skb.len();
}

void finish_ip(u8* ip, u32 header_length, u32 total_length, u16 id) {
    store(ip + ip_total_length, be16(static_cast<u16>(total_length)));
    store(ip + ip_id, be16(id));
    store<u16>(ip + ip_check, 0);
    store(ip + ip_check, checksum_fold(checksum_partial(ip, header_length, 0)));
}

void finish_tcp(sk_buff& piece, std::span<const u8> addresses, u8* tcp, u32 sequence, u8 flags) {
    store(tcp + tcp_sequence, be32(sequence));
    tcp[tcp_flags] = flags;
    const auto length = static_cast<u16>(piece.tail - tcp);
    const be16 words[2] = {be16(protocol_tcp), be16(length)};
    const u32 pseudo = checksum_partial(words, sizeof words,
                                        checksum_partial(addresses.data(), addresses.size(), 0));
    store(tcp + tcp_check, static_cast<u16>(~checksum_fold(pseudo)));
    piece.ip_summed = Checksum::partial;
    piece.csum_start = static_cast<u16>(tcp - piece.head);
    piece.csum_offset = tcp_check;
}

SkbPtr make_piece(const sk_buff& skb, const Headers& headers, u32 offset, u32 bytes) {
    SkbPtr piece(alloc_skb(headers.payload + bytes));
    if (!piece) return piece;
    memcpy(piece->put(headers.payload), skb.data, headers.payload);
    memcpy(piece->put(bytes), skb.data + headers.payload + offset, bytes);
    piece->mac_header = static_cast<u16>(piece->headroom());
    piece->network_header = static_cast<u16>(piece->mac_header + headers.network);
    piece->transport_header = static_cast<u16>(piece->mac_header + headers.transport);
    piece->protocol = skb.protocol;
    piece->dev = skb.dev;
    piece->priority = skb.priority;
    piece->mark = skb.mark;
    piece->next_hop = skb.next_hop;
    return piece;
}

} // namespace

Result<void> gso_segment(SkbPtr skb, SkbQueue& out) {
    TRACE_STATION(dev, "skb", skb, "length", skb->len());
    Headers headers;
    if (!find_headers(*skb, headers)) return Errno{EINVAL};
    const u32 payload = skb->len() - headers.payload;
    const u8 flags = skb->transport()[tcp_flags];
    const u32 sequence = load<be32>(skb->transport() + tcp_sequence).host();
    const u16 id = load<be16>(skb->network() + ip_id).host();
    u16 index = 0;
    for (u32 offset = 0; offset < payload; offset += skb->gso_size, index++) {
        const u32 bytes = min<u32>(skb->gso_size, payload - offset);
        SkbPtr piece = make_piece(*skb, headers, offset, bytes);
        if (!piece) return Errno{ENOBUFS};
        u8 piece_flags = flags;
        if (offset + bytes < payload) piece_flags &= static_cast<u8>(~(flag_fin | flag_psh));
        if (offset > 0) piece_flags &= static_cast<u8>(~flag_cwr);
        u8* ip = piece->network();
        const std::span<const u8> addresses = headers.v6 ? std::span<const u8>(ip + ipv6_source, 32)
                                                         : std::span<const u8>(ip + ip_source, 8);
        finish_tcp(*piece, addresses, piece->transport(), sequence + offset, piece_flags);
        const u32 total = piece->len() - headers.network;
        if (headers.v6)
            store(ip + ipv6_payload_length, be16(static_cast<u16>(total - ipv6_bytes)));
        else
            finish_ip(ip, headers.transport - headers.network, total, static_cast<u16>(id + index));
        out.push_back(std::move(piece));
    }
    return {};
}

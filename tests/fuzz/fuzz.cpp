// What the fuzz targets share: see fuzz.h.
#include "tests/fuzz/fuzz.h"

#include <gtest/gtest.h>

#include "kernel/base/checksum.h"
#include "net/ipv4/ip.h"
#include "tests/host/packets.h"
#include "tests/host/tcp_peer.h"
#include "tests/host/unix_files.h"

namespace fuzz {
namespace {

using host::Frame;

constexpr usize link_header = 14, ipv4_header = 20, ipv6_header = 40;

// Where the checksum of a protocol's header is; nothing for others.
std::optional<usize> checksum_offset(u8 protocol) {
    switch (protocol) {
    case IPPROTO_TCP:
        return 16;
    case IPPROTO_UDP:
        return 6;
    case IPPROTO_ICMP:
    case IPPROTO_IGMP:
    case 58: // ICMPv6
        return 2;
    default:
        return std::nullopt;
    }
}

// The transport header at `at`, to the frame's end; `pseudo` is the sum of the pseudo-header.
void mend_transport(Frame& frame, usize at, u8 protocol, u32 pseudo) {
    const auto offset = checksum_offset(protocol);
    if (!offset || frame.size() < at + *offset + 2) return;
    host::set16(frame, at + *offset, 0);
    host::set16(frame, at + *offset,
                checksum_fold(checksum_partial(&frame[at], frame.size() - at, pseudo)));
}

void mend_ipv4(Frame& frame) {
    if (frame.size() < link_header + ipv4_header) return;
    u8* ip = &frame[link_header];
    const usize header = (ip[0] & 15u) * 4, total = frame.size() - link_header;
    if (header < ipv4_header || header > total) return;
    ip[2] = static_cast<u8>(total >> 8);
    ip[3] = static_cast<u8>(total);
    const u8 protocol = ip[9];
    if (!(ip[6] & 0x3f) && !ip[7]) { // not a fragment
        be32 source, destination;
        std::memcpy(&source, ip + 12, 4);
        std::memcpy(&destination, ip + 16, 4);
        const bool has_pseudo = protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
        const u32 bytes = static_cast<u32>(total - header);
        mend_transport(frame, link_header + header, protocol,
                       has_pseudo ? ip_pseudo_checksum(source, destination, protocol, bytes) : 0);
    }
    host::set16(frame, link_header + 10, 0);
    host::set16(frame, link_header + 10, checksum_fold(checksum_partial(ip, header, 0)));
}

void mend_ipv6(Frame& frame) {
    if (frame.size() < link_header + ipv6_header) return;
    u8* ip = &frame[link_header];
    const usize bytes = frame.size() - link_header - ipv6_header;
    ip[4] = static_cast<u8>(bytes >> 8);
    ip[5] = static_cast<u8>(bytes);
    const u8 tail[8] = {0, 0, ip[4], ip[5], 0, 0, 0, ip[6]};
    const u32 pseudo = checksum_partial(tail, sizeof tail, checksum_partial(ip + 8, 32, 0));
    mend_transport(frame, link_header + ipv6_header, ip[6], pseudo);
}

} // namespace

u8 Input::byte() {
    if (!left_) return 0;
    left_--;
    return *data_++;
}

Frame Input::bytes(usize most) {
    const usize wanted = most < 256 ? byte() : word();
    const usize count = std::min({wanted % (most + 1), left_});
    Frame taken(data_, data_ + count);
    data_ += count;
    left_ -= count;
    return taken;
}

Frame Input::rest() {
    Frame taken(data_, data_ + left_);
    left_ = 0;
    return taken;
}

void start() {
    static bool started = false;
    if (started) return;
    started = true;
    testing::GTEST_FLAG(throw_on_failure) = true;
    unix_register_services(host::file_services);
    start_stack();
}

void settle() {
    host::fail_allocations_after(-1);
    host::run_for(s_to_ns(2000));
}

void check_memory(usize before) { EXPECT_EQ(host::live_allocations(), before) << "a leak"; }

void mend_checksums(Frame& frame) {
    if (frame.size() < link_header) return;
    if (host::get16(frame, 12) == ETH_P_IP) mend_ipv4(frame);
    if (host::get16(frame, 12) == 0x86dd) mend_ipv6(frame);
}

} // namespace fuzz

// Options of SOL_PACKET: packet(7). TPACKET_V2 is the only ring; sending by a ring, fan-out and the
// time stamps of hardware answer ENOPROTOOPT.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/packet/packet_sock.h"

namespace {

constexpr u32 version_2 = 1; // TPACKET_V2 of enum tpacket_versions

// Detached meanwhile, so that no frame comes between the two ways of delivery.
Result<void> set_ring(packet_sock& sk, std::span<const u8> value) {
    if (value.size() < sizeof(tpacket_req)) return Errno{EINVAL};
    tpacket_req request;
    memcpy(&request, value.data(), sizeof request);
    if (sk.ring && sk.ring->ref_count() > 1) return Errno{EBUSY}; // it is mapped
    Ref<PacketRing> fresh;
    if (request.block_count) {
        if (sk.ring) return Errno{EBUSY};
        if (sk.version != version_2) return Errno{EINVAL};
        fresh = TRY(PacketRing::create(request, sk.reserve));
    } else if (request.frame_count) {
        return Errno{EINVAL};
    }
    sk.ring = std::move(fresh);
    sk.receive_queue.purge();
    return {};
}

Result<void> set_version(packet_sock& sk, u32 version) {
    if (version > version_2) return Errno{EINVAL};
    if (sk.ring) return Errno{EBUSY};
    sk.version = version;
    return {};
}

Result<void> set_reserve(packet_sock& sk, u32 bytes) {
    if (bytes > 0x7fffffff) return Errno{EINVAL};
    if (sk.ring) return Errno{EBUSY};
    sk.reserve = bytes;
    return {};
}

Result<void> set_ignore_outgoing(packet_sock& sk, int value) {
    if (value < 0 || value > 1) return Errno{EINVAL};
    sk.hook.ignore_outgoing = value != 0;
    return {};
}

u32 take_statistics(packet_sock& sk, std::span<u8> value) {
    const u32 lost = std::exchange(sk.lost, 0);
    const u32 statistics[2] = {std::exchange(sk.received, 0) + lost, lost};
    return sockopt_answer(value, statistics, sizeof statistics);
}

// How long the header of a ring's frame is, by version.
Result<int> header_length(std::span<const u8> value) {
    int version;
    if (value.size() < sizeof version) return Errno{EINVAL};
    memcpy(&version, value.data(), sizeof version);
    if (version != version_2) return Errno{EINVAL};
    return static_cast<int>(sizeof(tpacket2_hdr));
}

Result<int> get_number(packet_sock& sk, int name, std::span<const u8> value) {
    switch (name) {
    case PACKET_AUXDATA:
        return int{sk.auxdata};
    case PACKET_ORIGDEV:
        return int{sk.origdev};
    case PACKET_VERSION:
        return static_cast<int>(sk.version);
    case PACKET_HDRLEN:
        return header_length(value);
    case PACKET_RESERVE:
        return static_cast<int>(sk.reserve);
    case PACKET_IGNORE_OUTGOING:
        return int{sk.hook.ignore_outgoing};
    default:
        return Errno{ENOPROTOOPT};
    }
}

} // namespace

Result<void> packet_setsockopt(socket& sock, int level, int name, std::span<const u8> value) {
    packet_sock& sk = packet_of(sock);
    if (level != SOL_PACKET) return Errno{ENOPROTOOPT};
    if (name == PACKET_ADD_MEMBERSHIP || name == PACKET_DROP_MEMBERSHIP)
        return packet_change_membership(sk, name == PACKET_ADD_MEMBERSHIP, value);
    if (name == PACKET_RX_RING) return set_ring(sk, value);
    int number = 0;
    const bool whole = value.size() >= sizeof number;
    if (whole) memcpy(&number, value.data(), sizeof number);
    switch (name) {
    case PACKET_AUXDATA:
    case PACKET_ORIGDEV:
        if (!whole) return Errno{EINVAL};
        (name == PACKET_AUXDATA ? sk.auxdata : sk.origdev) = number != 0;
        return {};
    case PACKET_VERSION:
        return whole ? set_version(sk, static_cast<u32>(number)) : Errno{EINVAL};
    case PACKET_RESERVE:
        return whole ? set_reserve(sk, static_cast<u32>(number)) : Errno{EINVAL};
    case PACKET_IGNORE_OUTGOING:
        return whole ? set_ignore_outgoing(sk, number) : Errno{EINVAL};
    default:
        return Errno{ENOPROTOOPT};
    }
}

Result<u32> packet_getsockopt(socket& sock, int level, int name, std::span<u8> value) {
    packet_sock& sk = packet_of(sock);
    if (level != SOL_PACKET) return Errno{ENOPROTOOPT};
    if (name == PACKET_STATISTICS) return take_statistics(sk, value);
    const int number = TRY(get_number(sk, name, value));
    return sockopt_answer(value, &number, sizeof number);
}

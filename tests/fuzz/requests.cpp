// The requests of ioctl(2) with their structures, for the fuzz targets: devices and addresses,
// routes of both families, the neighbour table.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "kernel/uapi/ioctl.h"
#include "net/dev_ioctl.h"
#include "net/sock.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

void put_address(Input& input, Frame& request, u32 mask = ~0u) {
    put(request, address(some_address4(input) & mask, 0).bytes, 16);
}

// struct rtentry.
Frame route4(Input& input) {
    Frame request(8);
    put_address(input, request, 0xffffff00);
    put_address(input, request);
    put(request, address(input.flag() ? 0xffffff00 : input.number(), 0).bytes, 16);
    const u16 flags = input.flag() ? input.below(8) : input.word();
    put(request, &flags, sizeof flags);
    request.resize(120);
    const i16 metric = input.below(4);
    std::memcpy(&request[80], &metric, sizeof metric);
    static const char device[IFNAMSIZ] = "eth0";
    const char* const names[] = {nullptr, device};
    const char* const named = input.pick(names);
    std::memcpy(&request[88], &named, sizeof named);
    return request;
}

// struct in6_rtmsg.
Frame route6(Input& input) {
    Frame request;
    for (int i = 0; i < 3; i++) {
        const in6_addr one = i == 1 ? in6_addr() : some_address6(input);
        put(request, &one, sizeof one);
    }
    const u16 lengths[] = {128, 128, 64, 0, 129};
    const u16 destination[] = {input.pick(lengths), 0};
    request.resize(52);
    put(request, destination, sizeof destination);
    const u32 metric = input.below(3);
    put(request, &metric, sizeof metric);
    request.resize(72);
    const u32 flags = input.flag() ? input.below(8) : u32{input.word()};
    const i32 index = some_index(input);
    put(request, &flags, sizeof flags);
    put(request, &index, sizeof index);
    return request;
}

// struct in6_ifreq.
Frame address6(Input& input) {
    Frame request;
    const in6_addr one = some_address6(input);
    const u32 length = input.rarely(8) ? input.byte() : 64;
    const i32 index = some_index(input);
    put(request, &one, sizeof one);
    put(request, &length, sizeof length);
    put(request, &index, sizeof index);
    return request;
}

// struct arpreq.
Frame neighbour(Input& input) {
    Frame request;
    put_address(input, request);
    const u16 type = input.rarely(4) ? input.byte() : u16{ARPHRD_ETHER};
    put(request, &type, sizeof type);
    put(request, peer_mac, 6);
    request.resize(32);
    const u32 flags = input.below(16) * 2u;
    put(request, &flags, sizeof flags);
    request.resize(68);
    const char* const names[] = {"", "eth0", "eth0", "lo", "tun0"};
    std::strcpy(reinterpret_cast<char*>(&request[52]), input.pick(names));
    return request;
}

// struct ifconf, and the one request whose structure is elsewhere.
alignas(8) u8 memory[4096];

Frame list_of_devices(Input& input) {
    Frame request(8);
    const i32 room = 40 * input.below(5);
    std::memcpy(request.data(), &room, sizeof room);
    const u8* inside = input.rarely(4) ? nullptr : memory;
    put(request, &inside, sizeof inside);
    return request;
}

Frame structure(Input& input, u32 command, bool v6) {
    switch (command) {
    case SIOCADDRT:
    case SIOCDELRT:
        return v6 ? route6(input) : route4(input);
    case SIOCDARP:
    case SIOCGARP:
    case SIOCSARP:
        return neighbour(input);
    case SIOCGIFCONF:
        return list_of_devices(input);
    case SIOCSIFADDR:
    case SIOCDIFADDR:
        if (v6) return address6(input);
        [[fallthrough]];
    default: {
        const DeviceRequest made = device_request(input, command);
        return Frame(made.bytes, made.bytes + sizeof made.bytes);
    }
    }
}

} // namespace

DeviceRequest device_request(Input& input, u32 command) {
    IfRequest request{};
    const char* const names[] = {"lo", "eth0", "eth0:1", "lo:2", "tun0", "tap0"};
    std::strcpy(request.name, input.pick(names));
    const u32 numbers[] = {0, 1, 60, 68, 1280, 1500, 65536, 0xffffffff};
    switch (command) {
    case SIOCSIFFLAGS:
        request.flags = static_cast<i16>(input.flag() ? IFF_UP : input.word());
        break;
    case SIOCSIFNAME:
        std::strcpy(reinterpret_cast<char*>(request.bytes), input.pick(names));
        break;
    case SIOCSIFHWADDR:
    case SIOCSIFHWBROADCAST:
    case SIOCADDMULTI:
    case SIOCDELMULTI:
        request.address.family = input.flag() ? ARPHRD_ETHER : input.word();
        request.address.data[0] = input.byte();
        request.address.data[5] = input.below(4);
        break;
    case SIOCETHTOOL: {
        const u32 ethtool[] = {input.below(80), input.below(3)};
        std::memcpy(memory, ethtool, sizeof ethtool);
        request.pointer = reinterpret_cast<uptr>(memory);
        break;
    }
    case SIOCGIFNAME:
    case SIOCSIFMTU:
    case SIOCSIFTXQLEN:
        request.value = static_cast<i32>(input.flag() ? input.pick(numbers) : input.word());
        break;
    default: {
        const SockaddrStorage made = address(some_address4(input), 0);
        std::memcpy(request.bytes, made.bytes, 16);
    }
    }
    DeviceRequest made{};
    std::memcpy(made.bytes, &request, sizeof made.bytes);
    return made;
}

void request(Input& input, socket& sock) {
    const u32 ranges[] = {SIOCADDRT, SIOCGIFNAME, SIOCGIFMTU, SIOCDARP, SIOCATMARK, SIOCGIFTXQLEN};
    const u32 others[] = {SIOCETHTOOL, SIOCINQ,  SIOCOUTQ, SIOCGIFMAP,
                          SIOCADDRT,   SIOCDARP, SIOCGARP, SIOCSARP};
    const u32 command = input.flag() ? input.pick(others) : input.pick(ranges) + input.below(32);
    const bool compat = false; // its pointers have 32 bits: none of the host's
    Frame made = structure(input, command, sock.sk && sock.sk->family == AF_INET6);
    made.resize(160); // room for the longest, whatever family reads it
    static_cast<void>(sock_ioctl(sock, command, reinterpret_cast<uptr>(made.data()), compat));
}

} // namespace fuzz

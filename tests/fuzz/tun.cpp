// Fuzz target: interfaces whose other end is a program: every request of /dev/net/tun, frames and
// packets written to it and read from it, persistent ones, with and without what stands in front of
// a packet; sockets, groups and routes on them, and the requests of netdevice(7) and rtnetlink.
#include <gtest/gtest.h>

#include "kernel/uapi/if_tun.h"
#include "kernel/uapi/in6.h"
#include "kernel/uapi/ioctl.h"
#include "net/ipv4/ip_internal.h"
#include "net/tun.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

u32 devices() {
    u32 count = 0;
    for ([[maybe_unused]] net_device& dev : net_devices()) count++;
    return count - 1; // without lo
}

void set_interface(fuzz::Input& input, TunEnd& end) {
    const u16 modes[] = {IFF_TUN, IFF_TAP, IFF_TUN | IFF_NO_PI, IFF_TAP | IFF_NO_PI};
    const char* const names[] = {"tun0", "tap0", "tun%d", "", "lo", "tun1"};
    IfRequest request{};
    std::strcpy(request.name, input.pick(names));
    u16 flags = input.pick(modes);
    if (input.rarely(8)) flags |= static_cast<u16>(input.word() & 0xf010);
    request.flags = static_cast<i16>(flags);
    const bool there = dev_get_by_name(request.name) != nullptr;
    if (!there && devices() >= fuzz::tuns) return;
    static_cast<void>(end.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false));
}

void request(fuzz::Input& input, TunEnd& end) {
    const u32 commands[] = {TUNGETIFF,     TUNGETFEATURES, TUNSETNOCSUM, TUNSETPERSIST,
                            TUNSETOWNER,   TUNSETGROUP,    TUNSETLINK,   TUNSETOFFLOAD,
                            TUNSETCARRIER, SIOCGIFHWADDR,  SIOCSIFHWADDR};
    const u32 command = input.rarely(16) ? input.number() : input.pick(commands);
    if (command == TUNSETIFF) return;
    fuzz::DeviceRequest made = fuzz::device_request(input, command);
    const u32 values[] = {0, 1, 1000, ARPHRD_ETHER, 0xffffffff};
    const bool number = command >= TUNSETNOCSUM && command <= TUNSETOFFLOAD;
    const u32 carrier = input.flag();
    if (command == TUNSETCARRIER) std::memcpy(made.bytes, &carrier, sizeof carrier);
    static_cast<void>(end.ioctl(
        command, number ? input.pick(values) : reinterpret_cast<uptr>(made.bytes), false));
}

void write(fuzz::Input& input, TunEnd& end) {
    std::vector<Frame> frames;
    switch (input.below(4)) {
    case 0:
        frames = {fuzz::any_frame(input)};
        break;
    case 1:
        frames = {fuzz::arp_frame(input)};
        break;
    case 2:
        frames = fuzz::packet4(input);
        break;
    default:
        frames = fuzz::packet6(input);
    }
    const bool bare = input.flag(), info = input.flag(); // as a tun has it; with struct tun_pi
    for (Frame& frame : frames) {
        Frame bytes;
        if (info) {
            put16(bytes, input.byte());
            put16(bytes, input.rarely(8) ? input.word() : get16(frame, 12));
        }
        const usize begin = bare ? 14 : 0;
        put(bytes, frame.data() + begin, frame.size() - begin);
        if (input.rarely(16)) bytes.resize(input.word() % (bytes.size() + 1));
        IovIter from = IovIter::of_kernel(bytes.data(), bytes.size());
        static_cast<void>(end.write(from));
    }
}

void read(fuzz::Input& input, TunEnd& end) {
    Frame room(input.flag() ? 1514 : input.byte());
    IovIter to = IovIter::of_kernel(room.data(), room.size());
    static_cast<void>(end.read(to, true));
    end.poll(nullptr);
}

// An address and the interface up, so that there is traffic.
void configure(fuzz::Input& input) {
    net_device* dev = dev_get_by_index(fuzz::some_index(input));
    for (net_device& any : net_devices())
        if (!dev && any.ifindex != 1 && input.flag()) dev = &any;
    if (!dev || dev->ifindex == 1) return;
    if (input.flag()) static_cast<void>(dev_open(*dev));
    if (input.flag()) static_cast<void>(inet_set_address(*dev, be32(our_ip), mask_of(24)));
    if (input.rarely(4)) dev_close(*dev);
}

struct World {
    TunEnd ends[fuzz::tuns];
    std::vector<Ref<socket>> sockets;

    World() {
        const struct {
            int family, type, protocol;
        } kinds[] = {{AF_INET, SOCK_DGRAM, 0},        {AF_INET6, SOCK_DGRAM, 0},
                     {AF_INET, SOCK_STREAM, 0},       {AF_INET, SOCK_RAW, IPPROTO_ICMP},
                     {AF_INET6, SOCK_RAW, 58},        {AF_PACKET, SOCK_RAW, 0x0300},
                     {AF_PACKET, SOCK_DGRAM, 0x0300}, {AF_PACKET, SOCK_PACKET, 0x0300},
                     {AF_NETLINK, SOCK_RAW, 0},       {AF_INET, SOCK_DGRAM, IPPROTO_ICMP}};
        for (const auto& kind : kinds) {
            auto made = sock_create(kind.family, kind.type, kind.protocol);
            EXPECT_TRUE(made.ok());
            sockets.push_back(std::move(made).value());
        }
        EXPECT_TRUE(sock_bind(*sockets[0], address(0, fuzz::bound_port), 16).ok());
        EXPECT_TRUE(sock_bind(*sockets[2], address(0, fuzz::bound_port), 16).ok());
        EXPECT_TRUE(sock_listen(*sockets[2], 1).ok());
    }
};

void step(fuzz::Input& input, World& world) {
    TunEnd& end = world.ends[input.below(fuzz::tuns)];
    socket& sock = *world.sockets[input.below(static_cast<u32>(world.sockets.size()))];
    u32 length;
    switch (input.below(16)) {
    case 0:
        set_interface(input, end);
        break;
    case 1:
        request(input, end);
        break;
    case 2:
    case 3:
    case 4:
        write(input, end);
        break;
    case 5:
        read(input, end);
        break;
    case 6:
        end.~TunEnd();
        new (&end) TunEnd();
        break;
    case 7:
        configure(input);
        break;
    case 8:
        fuzz::send(input, sock);
        break;
    case 9:
        fuzz::receive(input, sock);
        break;
    case 10:
        fuzz::option(input, sock);
        break;
    case 11:
        fuzz::request(input, sock);
        break;
    case 12: {
        const SockaddrStorage name = fuzz::name(input, length);
        static_cast<void>(sock_bind(sock, name, length));
        break;
    }
    case 13:
        credentials.net_admin = !input.rarely(8);
        credentials.uid = credentials.net_admin ? 0 : 1000;
        fail_allocations_after(input.byte() >= 0xc0 ? input.below(16) : -1);
        break;
    case 14:
        ip_knobs.ip_forward = input.flag();
        fuzz::show_everything();
        break;
    default:
        run_for(ms_to_ns(1) << input.below(14));
    }
    run_for(us_to_ns(50));
}

// A persistent interface goes with the next program that holds it, once it wants no longer to stay.
void remove_what_stayed() {
    while (devices() > 0) {
        IfRequest request{};
        for (net_device& dev : net_devices())
            if (dev.ifindex != 1) std::strcpy(request.name, dev.name);
        for (const int mode : {IFF_TUN, IFF_TAP}) {
            TunEnd end;
            request.flags = static_cast<i16>(mode);
            if (!end.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok()) continue;
            EXPECT_TRUE(end.ioctl(TUNSETPERSIST, 0, false).ok());
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = live_allocations();
    {
        World world;
        while (!input.empty()) step(input, world);
        fail_allocations_after(-1);
    }
    credentials = {1, 0, 0, true};
    remove_what_stayed();
    fuzz::restore();
    fuzz::settle();
    fuzz::check_memory(before);
    return 0;
}

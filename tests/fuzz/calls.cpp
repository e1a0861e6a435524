// Fuzz target: sequences of socket calls with arguments of every kind, in every family, on lo.
#include <gtest/gtest.h>

#include "kernel/uapi/poll.h"
#include "net/unix/unix_sock.h"
#include "tests/fuzz/fuzz.h"
#include "tests/host/packets.h"
#include "tests/host/unix_files.h"

namespace {

using namespace host;

socket* some_socket(fuzz::Input& input) {
    auto at = descriptors.find(input.below(8));
    return at == descriptors.end() ? nullptr : at->second->sock.get();
}

void open(fuzz::Input& input) {
    if (descriptors.size() >= 8) return;
    const int families[] = {AF_INET, AF_INET, AF_UNIX, AF_INET6, AF_PACKET, AF_NETLINK};
    const int family = input.flag() ? families[input.below(6)] : input.byte();
    const int type = input.flag() ? 1 + input.below(5) : input.byte();
    const int protocols[] = {0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW, 58};
    const int protocol = input.flag() ? protocols[input.below(7)] : input.word();
    if (auto made = sock_create(family, type, protocol); made.ok())
        open_socket(std::move(made).value());
}

// An address that may be right for the family, or any bytes.
SockaddrStorage name(fuzz::Input& input, u32& length) {
    const u32 targets[] = {0x7f000001, 0, 0x7f000002, 0xe0000001, 0xffffffff, peer_ip};
    SockaddrStorage made =
        address(targets[input.below(6)], static_cast<u16>(7000 + input.below(4)));
    length = 16;
    switch (input.below(4)) {
    case 0:
        return made;
    case 1: { // a path, an abstract name, or none
        const Frame path = input.bytes(12);
        made = {};
        made.bytes[0] = AF_UNIX;
        std::copy(path.begin(), path.end(), made.bytes + 2);
        length = static_cast<u32>(2 + path.size());
        return made;
    }
    case 2: // IPv6: ::1 or mapped, or what comes
        made.bytes[0] = 10;
        for (usize i = 4; i < 28; i++) made.bytes[i] = 0;
        made.bytes[23] = 1;
        length = 28;
        return made;
    default: {
        const Frame any = input.bytes(128);
        std::copy(any.begin(), any.end(), made.bytes);
        length = static_cast<u32>(any.size());
        return made;
    }
    }
}

// Ancillary data with whole headers, or any bytes.
Frame control(fuzz::Input& input) {
    Frame made;
    const u8 count = input.below(4);
    for (u8 i = 0; i < count; i++) {
        const Frame payload = input.bytes(24);
        const u64 length = 16 + payload.size() + (input.byte() == 0xff ? input.byte() : 0);
        const int levels[] = {SOL_SOCKET, SOL_IP, 41};
        const int level = levels[input.below(3)], type = input.below(80);
        put(made, &length, 8);
        put(made, &level, 4);
        put(made, &type, 4);
        put(made, payload.data(), payload.size());
        if (input.byte() < 0xf0) made.resize((made.size() + 7) / 8 * 8);
    }
    return made;
}

constexpr u32 message_flags = MSG_OOB | MSG_PEEK | MSG_DONTROUTE | MSG_TRUNC | MSG_EOR |
                              MSG_WAITALL | MSG_ERRQUEUE | MSG_MORE | MSG_CONFIRM |
                              MSG_CMSG_CLOEXEC;

void send(fuzz::Input& input, socket& sock) {
    SockaddrStorage to;
    msghdr message;
    if (input.flag()) {
        message.name = &to;
        to = name(input, message.namelen);
    }
    Frame ancillary = control(input);
    message.control = ancillary.empty() ? nullptr : ancillary.data();
    message.controllen = static_cast<u32>(ancillary.size());
    const Frame data(input.flag() ? input.byte() : input.word());
    message.iter = IovIter::of_kernel(data.data(), data.size());
    message.flags =
        MSG_DONTWAIT | MSG_NOSIGNAL | (input.flag() ? input.number() & message_flags : 0);
    static_cast<void>(sock_sendmsg(sock, message));
}

void receive(fuzz::Input& input, socket& sock) {
    SockaddrStorage from;
    msghdr message;
    if (input.flag()) message.name = &from;
    Frame room(input.byte()), data(input.word());
    message.control = room.empty() ? nullptr : room.data();
    message.controllen = message.control_room = static_cast<u32>(room.size());
    message.iter = IovIter::of_kernel(data.data(), data.size());
    const u32 flags = MSG_DONTWAIT | (input.flag() ? input.number() & message_flags : 0);
    static_cast<void>(sock_recvmsg(sock, message, flags));
}

void option(fuzz::Input& input, socket& sock) {
    const int levels[] = {SOL_SOCKET, SOL_IP, IPPROTO_TCP, IPPROTO_UDP, 41, 255, 263, 270};
    const int level = input.byte() < 0xf8 ? levels[input.below(8)] : input.byte();
    const int which = input.below(90);
    const Frame value = input.bytes(64);
    // What points into the program's memory isn't for here: the value is no address of ours.
    const bool points = level == SOL_SOCKET && (which == 26 || which == 51);
    if (!points) static_cast<void>(sock_setsockopt(sock, level, which, value, input.flag()));
    Frame answer(input.byte());
    static_cast<void>(sock_getsockopt(sock, level, which, answer, input.flag()));
}

void connect_or_bind(fuzz::Input& input, socket& sock, bool bind) {
    u32 length;
    const SockaddrStorage to = name(input, length);
    // No descriptor's number is a path's business: autobind and names that are too long as well.
    static_cast<void>(bind ? sock_bind(sock, to, length) : sock_connect(sock, to, length, true));
}

void pair(fuzz::Input& input) {
    if (descriptors.size() >= 7) return;
    const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    const int type = types[input.below(3)];
    auto a = sock_create(AF_UNIX, type, 0), b = sock_create(AF_UNIX, type, 0);
    if (!a.ok() || !b.ok()) return;
    if (!(*a)->ops->socketpair(**a, **b).ok()) return;
    open_socket(std::move(a).value());
    open_socket(std::move(b).value());
}

void on_socket(fuzz::Input& input, u8 what, socket& sock) {
    SockaddrStorage storage;
    switch (what) {
    case 0:
    case 1:
        connect_or_bind(input, sock, what == 0);
        break;
    case 2:
        static_cast<void>(sock_listen(sock, input.byte() - 1));
        break;
    case 3:
        if (auto fresh = sock_accept(sock, true); fresh.ok() && descriptors.size() < 8)
            open_socket(std::move(fresh).value());
        break;
    case 4:
        send(input, sock);
        break;
    case 5:
        receive(input, sock);
        break;
    case 6:
        option(input, sock);
        break;
    case 7:
        static_cast<void>(sock_shutdown(sock, input.below(4)));
        break;
    case 8:
        static_cast<void>(sock_getname(sock, storage, input.flag()));
        break;
    default:
        sock_poll(sock, nullptr);
    }
}

void step(fuzz::Input& input) {
    const u8 what = input.below(16);
    socket* sock = some_socket(input);
    switch (what) {
    case 10:
        open(input);
        break;
    case 11:
        pair(input);
        break;
    case 12:
        if (auto at = descriptors.find(input.below(8)); at != descriptors.end())
            close_fd(at->first);
        break;
    case 13:
        run_for(ms_to_ns(1) << input.below(18));
        break;
    case 14:
        credentials.net_admin = input.flag();
        credentials.uid = credentials.net_admin ? 0 : 1000;
        break;
    case 15:
        fail_allocations_after(input.byte() & 0x80 ? input.below(16) : -1);
        break;
    default:
        if (sock) {
            const Ref<socket> held(sock);
            on_socket(input, what, *sock);
        } else {
            open(input);
        }
    }
    run_for(us_to_ns(50));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = live_allocations();
    while (!input.empty()) step(input);
    fail_allocations_after(-1);
    while (!descriptors.empty()) close_fd(descriptors.begin()->first);
    credentials = {1, 0, 0, true};
    unix_gc();
    inodes.clear();
    fuzz::settle();
    EXPECT_EQ(live_files, 0);
    EXPECT_EQ(unix_sockets(), 0u);
    fuzz::check_memory(before);
    return 0;
}

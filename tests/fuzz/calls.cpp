// Fuzz target: sequences of socket calls with arguments of every kind, in every family, on lo and
// on a link where nobody answers.
#include <gtest/gtest.h>

#include "kernel/uapi/poll.h"
#include "net/netfilter/rules.h"
#include "net/security/policy.h"
#include "net/unix/unix_sock.h"
#include "tests/fuzz/arguments.h"
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
    const int protocols[] = {0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW, 58, 0x300};
    const int protocol = input.flag() ? input.pick(protocols) : input.word();
    if (auto made = sock_create(family, type, protocol); made.ok())
        open_socket(std::move(made).value());
}

void connect_or_bind(fuzz::Input& input, socket& sock, bool bind) {
    u32 length;
    const SockaddrStorage to = fuzz::name(input, length);
    static_cast<void>(bind ? sock_bind(sock, to, length)
                           : sock_connect(sock, to, length, !fuzz::may_block(input, sock)));
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
        if (auto fresh = sock_accept(sock, !fuzz::may_block(input, sock));
            fresh.ok() && descriptors.size() < 8)
            open_socket(std::move(fresh).value());
        break;
    case 4:
        fuzz::send(input, sock);
        break;
    case 5:
        fuzz::receive(input, sock);
        break;
    case 6:
        fuzz::option(input, sock);
        break;
    case 7:
        static_cast<void>(sock_shutdown(sock, input.below(4)));
        break;
    case 8:
        static_cast<void>(sock_getname(sock, storage, input.flag()));
        break;
    case 9:
        fuzz::request(input, sock);
        break;
    default:
        sock_poll(sock, nullptr);
        fuzz::show_everything();
    }
}

void step(fuzz::Input& input) {
    const u8 what = input.below(19);
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
    case 16:
        static_cast<void>(rules_store(fuzz::rules(input)));
        break;
    case 17:
        static_cast<void>(policy_store(fuzz::policy(input)));
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
    {
        SimDevice device;
        device.on_sent = [](const Frame&) {};
        device.start();
        EXPECT_TRUE(inet_set_address(device.dev(), be32(our_ip), mask_of(24)).ok());
        while (!input.empty()) step(input);
        fail_allocations_after(-1);
        while (!descriptors.empty()) close_fd(descriptors.begin()->first);
        unix_gc();
        inodes.clear();
        fuzz::settle();
    }
    fuzz::restore();
    EXPECT_EQ(live_files, 0);
    EXPECT_EQ(unix_sockets(), 0u);
    fuzz::check_memory(before);
    return 0;
}

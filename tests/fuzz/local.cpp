// Fuzz target: sockets of AF_UNIX that know each other: names that meet, descriptors on their way
// (also in circles), credentials, urgent bytes, full queues, readers that wait.
#include <gtest/gtest.h>

#include "kernel/uapi/ioctl.h"
#include "net/unix/unix.h"
#include "net/unix/unix_sock.h"
#include "tests/fuzz/arguments.h"
#include "tests/host/packets.h"
#include "tests/host/unix_files.h"

namespace {

using namespace host;

constexpr usize most = 10;

bool full() { return descriptors.size() >= most; }

Ref<socket> some_socket(fuzz::Input& input) {
    auto at = descriptors.begin();
    std::advance(at, input.below(static_cast<u32>(descriptors.size())));
    return Ref<socket>(*at->second->sock);
}

Ref<socket> make(fuzz::Input& input) {
    const int types[] = {SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    auto made = sock_create(AF_UNIX, input.pick(types), 0);
    return made.ok() ? std::move(made).value() : Ref<socket>();
}

void pair(fuzz::Input& input) {
    Ref<socket> a = make(input);
    if (!a || descriptors.size() + 2 > most) return;
    auto b = sock_create(AF_UNIX, a->type, 0);
    if (!b.ok() || !a->ops->socketpair(*a, **b).ok()) return;
    open_socket(std::move(a));
    open_socket(std::move(b).value());
}

// What a server and its client do first.
void meet(fuzz::Input& input) {
    Ref<socket> server = make(input), client = make(input);
    if (!server || !client || descriptors.size() + 3 > most) return;
    u32 length;
    const SockaddrStorage name = fuzz::path(input, length);
    static_cast<void>(sock_bind(*server, name, length));
    static_cast<void>(sock_listen(*server, input.below(3)));
    if (input.flag()) static_cast<void>(sock_bind(*client, fuzz::path(input, length), length));
    static_cast<void>(sock_connect(*client, name, length, !fuzz::may_block(input, *client)));
    open_socket(std::move(server));
    open_socket(std::move(client));
}

void step_on(fuzz::Input& input, u8 what, socket& sock) {
    u32 length;
    SockaddrStorage name;
    switch (what) {
    case 0:
        name = fuzz::path(input, length);
        static_cast<void>(sock_bind(sock, name, length));
        break;
    case 1:
        name = fuzz::path(input, length);
        static_cast<void>(sock_connect(sock, name, length, !fuzz::may_block(input, sock)));
        break;
    case 2:
        static_cast<void>(sock_listen(sock, input.below(3)));
        break;
    case 3:
        if (full()) break;
        if (auto fresh = sock_accept(sock, !fuzz::may_block(input, sock)); fresh.ok())
            open_socket(std::move(fresh).value());
        break;
    case 4:
        fuzz::option(input, sock);
        break;
    case 5:
        static_cast<void>(sock_shutdown(sock, input.below(4)));
        break;
    case 6:
        static_cast<void>(sock_getname(sock, name, input.flag()));
        break;
    case 7: {
        const u32 commands[] = {SIOCINQ, SIOCOUTQ, SIOCATMARK};
        int answer;
        static_cast<void>(
            sock_ioctl(sock, input.pick(commands), reinterpret_cast<uptr>(&answer), input.flag()));
        break;
    }
    case 8:
        sock_poll(sock, nullptr);
        break;
    case 9: { // SO_PASSCRED, SO_OOBINLINE and the sizes of its queues
        const int names[] = {SO_PASSCRED, SO_OOBINLINE, SO_SNDBUF, SO_RCVBUF, SO_PEEK_OFF};
        const int value = input.below(4);
        static_cast<void>(sock_setsockopt(sock, SOL_SOCKET, input.pick(names),
                                          {reinterpret_cast<const u8*>(&value), sizeof value},
                                          false));
        break;
    }
    case 10:
    case 11:
    case 12:
        fuzz::send(input, sock);
        break;
    default:
        fuzz::receive(input, sock);
    }
}

void step(fuzz::Input& input) {
    switch (const u8 what = input.below(24)) {
    case 16:
        if (Ref<socket> made = full() ? Ref<socket>() : make(input)) open_socket(std::move(made));
        break;
    case 17:
        pair(input);
        break;
    case 18:
        meet(input);
        break;
    case 19:
        if (auto at = descriptors.find(input.below(most)); at != descriptors.end())
            close_fd(at->first);
        break;
    case 20:
        any_descriptor = input.flag();
        credentials.uid = input.flag() ? 0 : 1000;
        credentials.net_admin = credentials.uid == 0;
        break;
    case 21:
        fail_allocations_after(input.byte() & 0x80 ? input.below(16) : -1);
        break;
    case 22:
        unix_gc();
        fuzz::show_everything();
        break;
    case 23:
        run_for(ms_to_ns(1) << input.below(10));
        break;
    default:
        if (descriptors.empty())
            pair(input);
        else
            step_on(input, what, *some_socket(input));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = live_allocations();
    while (!input.empty()) step(input);
    fail_allocations_after(-1);
    any_descriptor = true;
    while (!descriptors.empty()) close_fd(descriptors.begin()->first);
    unix_gc();
    inodes.clear();
    fuzz::restore();
    fuzz::settle();
    EXPECT_EQ(live_files, 0);
    EXPECT_EQ(unix_sockets(), 0u);
    EXPECT_EQ(unix_files_in_flight(), 0u);
    fuzz::check_memory(before);
    return 0;
}

// Fuzz target: a TCP peer that speaks out of turn, against a program that does anything in any
// order, over IPv4, IPv6, or IPv4 with sockets of AF_INET6. Sequence and acknowledgment numbers are
// near what is right, so that deep states are met.
#include <gtest/gtest.h>

#include "net/ipv6/route6.h"
#include "tests/fuzz/arguments.h"
#include "tests/fuzz/wire_parts.h"
#include "tests/host/packets.h"
#include "tests/host/tcp_peer.h"

namespace {

constexpr u16 port = 80;

// The number itself, or one of the places where it turns from valid to not.
u32 near(fuzz::Input& input, u32 right) {
    const u32 offsets[] = {0, 0, 0, 1, ~0u, 1000, 65535, 0x10000, 0x7fffffff, 0x80000000};
    const u8 choice = input.below(12);
    if (choice < 10) return right + offsets[choice];
    return right + (choice == 10 ? input.word() : input.number());
}

TcpOptions options(fuzz::Input& input, u32 expected) {
    TcpOptions made;
    const u8 which = input.byte();
    if (which & 1) made.mss = input.word();
    made.has_window_scale = which & 2;
    if (made.has_window_scale) made.window_scale = input.byte();
    made.sack_permitted = which & 4;
    made.has_timestamp = which & 8;
    if (made.has_timestamp) {
        made.timestamp = near(input, 5000);
        made.timestamp_echo = input.number();
    }
    if (which & 16) {
        made.sack_count = static_cast<u8>(1 + input.below(2));
        for (u8 i = 0; i < made.sack_count; i++) {
            const u32 begin = near(input, expected);
            made.sack[i] = {SeqNumber(begin), SeqNumber(begin + input.word())};
        }
    }
    return made;
}

// The way to the peer over IPv6; over IPv4 all of 127.0.0.0/8 is on lo.
struct Way {
    Fib6Entry route;

    Way() {
        route.prefix = peer_address6;
        route.prefix_length = 128;
        route.dev = dev_get_by_name("lo");
        EXPECT_TRUE(fib6_add(route).ok());
    }
    ~Way() { EXPECT_TRUE(fib6_delete(route).ok()); }
};

struct Game {
    const bool v6, v6_sockets; // v6_sockets also when v6 isn't: mapped addresses
    Way way;                   // for as long as the peer lives
    Peer peer;
    Program listener, client, accepted{Ref<socket>()};
    u32 acknowledged = 0; // what the stack has acknowledged of ours
    u16 answered = 0;     // the port of ours that it spoke to last

    explicit Game(u8 kind)
        : v6(kind & 1), v6_sockets(kind & 3), listener(family()), client(family()) {
        EXPECT_EQ(v6_sockets ? listener.bind6(port) : listener.bind(port), 0);
        peer.v6 = v6;
        EXPECT_EQ(listener.listen(2), 0);
        peer.stack_port = port;
    }

    int family() const { return v6_sockets ? AF_INET6 : AF_INET; }
    void connect() {
        if (!client.valid()) client = Program(family());
        if (!v6_sockets)
            client.connect(peer_address, 7000, true);
        else
            client.connect6(v6 ? peer_address6 : in6_addr(0, 0, 0xffff, peer_address), 7000);
    }
    void look() {
        for (; !peer.received.empty(); peer.received.pop_front()) {
            const Segment& segment = peer.received.front();
            const u32 length = static_cast<u32>(segment.payload.size()) +
                               (segment.flags & th_syn ? 1 : 0) + (segment.flags & th_fin ? 1 : 0);
            peer.expected = segment.sequence + length;
            if (segment.flags & th_ack) acknowledged = segment.acknowledgment;
            answered = segment.destination;
            if (segment.flags == th_syn) {
                peer.stack_port = segment.source;
                peer.port = segment.destination;
            }
        }
    }
    void segment(fuzz::Input& input) {
        look();
        Segment made;
        made.source = input.byte() < 0xf0 ? peer.port : static_cast<u16>(6000 + input.below(4));
        if (answered && input.rarely(8)) made.source = answered;
        made.destination = input.byte() < 0xf0 ? peer.stack_port : port;
        made.flags = input.byte();
        const u8 usual[] = {th_ack, th_ack | th_psh, th_ack | th_fin,
                            th_syn, th_syn | th_ack, th_rst};
        if (!(made.flags & 0x80)) made.flags = usual[made.flags % std::size(usual)];
        made.sequence = near(input, acknowledged ? acknowledged : peer.next);
        made.acknowledgment = near(input, peer.expected);
        made.window = input.flag() ? u16(65535) : input.word();
        made.urgent = made.flags & th_urg ? input.word() : u16(0);
        if (input.flag()) made.options = options(input, peer.expected);
        made.payload = pattern(input.flag() ? input.word() % 1460u : 0);
        peer.send_raw(std::move(made));
    }
    // The same acknowledgment again and again, with what arrived beyond a hole, or without.
    void repeat_acknowledgment(fuzz::Input& input) {
        look();
        Segment made;
        made.source = peer.port;
        made.destination = peer.stack_port;
        made.flags = th_ack;
        made.sequence = acknowledged ? acknowledged : peer.next;
        made.acknowledgment = peer.expected - input.word() % 8000u;
        if (input.flag()) {
            const u32 begin = made.acknowledgment + 1 + input.word() % 3000u;
            made.options.sack_count = 1;
            made.options.sack[0] = {SeqNumber(begin), SeqNumber(begin + input.word() % 4000u)};
        }
        for (u8 count = 1 + input.below(5); count > 0; count--) peer.send_raw(made);
    }
    // Many segments beyond what the program has read, each with a hole in front of it, or none.
    void burst(fuzz::Input& input) {
        look();
        Segment made;
        made.source = peer.port;
        made.destination = peer.stack_port;
        made.flags = th_ack | th_psh;
        made.sequence = acknowledged + input.below(2);
        made.acknowledgment = peer.expected;
        const u32 size = 1 + input.word() % 1400u, hole = input.flag() ? 1 + input.below(100) : 0;
        made.payload = pattern(size);
        for (u8 count = input.below(64); count > 0; count--) {
            peer.send_raw(made);
            made.sequence += size + hole;
        }
    }
    void error(fuzz::Input& input);
    // A call that may block has a deadline.
    static u32 waits(fuzz::Input& input, Program& who) {
        return fuzz::may_block(input, who.raw()) ? 0 : MSG_DONTWAIT;
    }
    Program& some_program(fuzz::Input& input) {
        if (input.flag() && accepted.valid()) return accepted;
        return client.valid() ? client : listener;
    }
    void program(fuzz::Input& input);
    void option(fuzz::Input& input, Program& who) {
        const int levels[] = {SOL_SOCKET, IPPROTO_TCP, v6_sockets ? SOL_IPV6 : SOL_IP};
        const int level = levels[input.below(3)], name = input.below(80);
        const int usual[] = {0, 1, 2, 3, 1000, 5000, 65536};
        int value = input.flag() ? input.pick(usual) : static_cast<int>(input.number());
        // Milliseconds that a connection without an owner may stay: not longer than the test waits.
        if (level == IPPROTO_TCP && name == TCP_USER_TIMEOUT && value > 100'000) value = 100'000;
        who.set(level, name, value);
        who.get(level, name);
    }
};

// An ICMP error from the way, about a segment that the stack sent.
void Game::error(fuzz::Input& input) {
    look();
    host::Frame quoted;
    host::put16(quoted, peer.stack_port);
    host::put16(quoted, peer.port);
    host::put32(quoted, near(input, input.flag() ? peer.expected - 1 : peer.expected));
    quoted.resize(20);
    quoted[12] = 0x50;
    const u32 mtus[] = {0, 68, 552, 1000, 1280, 1400, 65535};
    if (v6) {
        const u8 type = static_cast<u8>(1 + input.below(4));
        const u32 rest = type == 2 ? input.pick(mtus) : 0;
        const host::Frame packet = host::ipv6(quoted, IPPROTO_TCP, in6_loopback, peer_address6);
        host::Frame message = host::icmp(type, input.below(7), rest, packet);
        fuzz::seal(message, IPPROTO_ICMPV6,
                   ipv6_pseudo_checksum(peer_address6, in6_loopback, IPPROTO_ICMPV6,
                                        static_cast<u32>(message.size())));
        peer.wire.inject(host::ethernet(
            ETH_P_IPV6, host::ipv6(message, IPPROTO_ICMPV6, peer_address6, in6_loopback)));
        return;
    }
    const u8 types[] = {3, 3, 3, 11, 12, 4};
    const u8 type = input.pick(types), code = input.below(type == 3 ? 17 : 3);
    const host::Frame packet = host::ipv4(
        quoted, {.source = our_address, .destination = peer_address, .protocol = IPPROTO_TCP});
    const host::Frame message =
        host::icmp(type, code, type == 3 && code == 4 ? input.pick(mtus) : 0, packet);
    peer.wire.inject(host::ethernet(ETH_P_IP, host::ipv4(message, {.source = peer_address,
                                                                   .destination = our_address,
                                                                   .protocol = IPPROTO_ICMP})));
}

void Game::program(fuzz::Input& input) {
    Program& who = some_program(input);
    const u32 flags[] = {0, MSG_PEEK, MSG_OOB, MSG_MORE, MSG_TRUNC, MSG_ERRQUEUE};
    switch (input.below(8)) {
    case 0:
        host::fail_allocations_after(-1);
        connect();
        break;
    case 1:
        accepted = listener.accept();
        break;
    case 2:
    case 3:
        who.send(pattern(input.word()), waits(input, who) | MSG_NOSIGNAL | flags[input.below(6)]);
        break;
    case 4:
        who.receive(input.word(), waits(input, who) | flags[input.below(6)]);
        break;
    case 5:
        who.shutdown(input.below(3));
        break;
    case 6:
        option(input, who);
        who.poll();
        fuzz::show_everything();
        break;
    default:
        if (&who != &listener) who.close();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = host::live_allocations();
    {
        Game game(input.byte());
        while (!input.empty()) {
            switch (input.below(12)) {
            case 0:
            case 1:
            case 2:
            case 11:
                game.program(input);
                break;
            case 3:
                host::run_for(ms_to_ns(1) << input.below(18));
                break;
            case 4:
                host::fail_allocations_after(input.byte() & 0x80 ? input.below(16) : -1);
                break;
            case 5:
                game.repeat_acknowledgment(input);
                break;
            case 6:
                game.burst(input);
                break;
            case 7:
                game.error(input);
                break;
            default:
                game.segment(input);
            }
            host::run_for(us_to_ns(120));
        }
        host::fail_allocations_after(-1);
    }
    fuzz::check_memory(before);
    return 0;
}

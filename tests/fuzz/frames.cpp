// Fuzz target: frames at the receive path, with sockets of every kind open behind it.
#include <gtest/gtest.h>

#include "net/ipv4/ip_internal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

constexpr u16 port = 7200;

// Open sockets that take what comes, and programs that answer now and then.
struct Receivers {
    TestSocket udp, raw_icmp{SOCK_RAW, IPPROTO_ICMP}, raw_tcp{SOCK_RAW, IPPROTO_TCP},
        listener{SOCK_STREAM}, client{SOCK_STREAM};
    Ref<socket> accepted;

    Receivers() {
        EXPECT_EQ(udp.bind(0, port), 0);
        for (const int name : {IP_PKTINFO, IP_RECVOPTS, IP_RECVERR, IP_RECVTTL, IP_RECVTOS})
            udp.set_option(SOL_IP, name, 1);
        EXPECT_EQ(listener.bind(0, port), 0);
        EXPECT_TRUE(sock_listen(*listener.sock, 4).ok());
    }
    void take() {
        for (TestSocket* each : {&udp, &raw_icmp, &raw_tcp, &client}) each->receive();
        udp.receive(MSG_DONTWAIT | MSG_ERRQUEUE);
        if (auto fresh = sock_accept(*listener.sock, true); fresh.ok())
            accepted = std::move(fresh).value();
    }
};

Frame frame(fuzz::Input& input) {
    const u32 sources[] = {peer_ip, our_ip, 0x0a0002ff, 0xe0000001, 0, 0x08080808};
    const Ip ip{.source = sources[input.below(6)],
                .destination = input.flag() ? our_ip : sources[input.below(6)],
                .protocol = input.byte(),
                .fragment = input.flag() ? u16(input.word() & 0x603f) : u16(0),
                .options = input.bytes(40)};
    Frame padded = ip.options;
    padded.resize((padded.size() + 3) / 4 * 4);
    Ip whole = ip;
    whole.options = padded;
    return ethernet(ETH_P_IP, ipv4(input.bytes(600), whole));
}

// A whole frame, its kind from the list that the stack has handlers for.
Frame any_frame(fuzz::Input& input) {
    const u16 kinds[] = {ETH_P_IP, ETH_P_ARP, 0x86dd, 0x8100};
    const u8 choice = input.below(5);
    return ethernet(choice < 4 ? kinds[choice] : input.word(), input.bytes(1500));
}

void step(fuzz::Input& input, SimDevice& device, Receivers& receivers) {
    const u8 what = input.below(8);
    switch (what) {
    case 0:
    case 1:
    case 2: {
        Frame made = what ? frame(input) : any_frame(input);
        if (input.byte() < 0xe0) fuzz::mend_checksums(made);
        device.inject(std::move(made));
        break;
    }
    case 3:
        run_for(ms_to_ns(1) << input.below(16));
        break;
    case 4:
        receivers.take();
        break;
    case 5:
        receivers.udp.send_to(input.bytes(200), peer_ip, input.word(), MSG_DONTWAIT);
        break;
    case 6:
        receivers.client.connect(peer_ip, port); // refused or never answered
        break;
    default:
        ip_knobs.ip_forward = input.flag();
        fail_allocations_after(input.flag() ? input.below(16) : -1);
    }
    run_for(us_to_ns(100));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size) {
    fuzz::start();
    fuzz::Input input(data, size);
    const usize before = live_allocations();
    {
        SimDevice device;
        device.start();
        EXPECT_TRUE(inet_set_address(device.dev(), be32(our_ip), mask_of(24)).ok());
        {
            Receivers receivers;
            EXPECT_TRUE(receivers.client.sock->ops != nullptr);
            while (!input.empty()) step(input, device, receivers);
            fail_allocations_after(-1);
        }
        ip_knobs.ip_forward = 0;
        fuzz::settle();
        EXPECT_EQ(ip_fragment_memory(), 0u);
    }
    fuzz::settle();
    fuzz::check_memory(before);
    return 0;
}

// What the fuzz targets share: see fuzz.h.
#include "tests/fuzz/fuzz.h"

#include <gtest/gtest.h>

#include "kernel/uapi/if_tun.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/route.h"
#include "net/ipv6/route6.h"
#include "net/netfilter/rules.h"
#include "net/packet/packet.h"
#include "net/proc_net.h"
#include "net/security/policy.h"
#include "net/tcp/tcp.h"
#include "net/tun.h"
#include "net/unix/unix.h"
#include "tests/host/packets.h"
#include "tests/host/tcp_peer.h"
#include "tests/host/unix_files.h"

namespace fuzz {
namespace {

using host::Frame;

constexpr std::string_view no_rules = "flush\nzero\npolicy pre_routing accept\npolicy local_in "
                                      "accept\npolicy forward accept\npolicy local_out accept\n"
                                      "policy post_routing accept\n";

struct LoSettings {
    u32 flags, mtu, tx_queue_len;
};
LoSettings lo_settings;
std::vector<u32> knobs;

net_device& lo() { return loopback_dev; }

void remember() {
    lo_settings = {lo().flags, lo().mtu, lo().tx_queue_len};
    for (const NetKnob& knob : net_knobs()) knobs.push_back(*knob.value);
}

// What the stack makes once and keeps: tables of rules, an interface's record.
void make_what_stays() {
    EXPECT_TRUE(rules_store(no_rules).ok());
    EXPECT_TRUE(policy_store("flush\ndefault allow\n").ok());
    TunEnd ends[tuns];
    for (TunEnd& end : ends) {
        IfRequest request{};
        request.flags = IFF_TUN;
        EXPECT_TRUE(end.ioctl(TUNSETIFF, reinterpret_cast<uptr>(&request), false).ok());
        // What IGMP knows of lo, from the first group that was ever joined there.
        const struct { be32 group{0xe0000009}, address{INADDR_LOOPBACK}; } membership;
        const host::TestSocket member;
        const auto* bytes = reinterpret_cast<const u8*>(&membership);
        EXPECT_TRUE(sock_setsockopt(*member.sock, SOL_IP, IP_ADD_MEMBERSHIP,
                                    {bytes, sizeof membership}, false)
                        .ok());
    }
}

void forget_routes() {
    for (const u8 table : {RT_TABLE_LOCAL, RT_TABLE_MAIN})
        while (!fib_table(table).empty()) {
            const FibEntry& entry = *fib_table(table).begin();
            FibMatch match;
            match.prefix = entry.prefix;
            match.mask = entry.mask;
            match.table = table;
            ASSERT_TRUE(fib_delete(match).ok());
        }
    Fib6Visit forget = [](void*, const Fib6Entry& entry) {
        EXPECT_TRUE(fib6_delete(entry).ok());
        return false;
    };
    const auto some_left = [] {
        bool any = false;
        fib6_walk(
            [](void* found, const Fib6Entry&) { return !(*static_cast<bool*>(found) = true); },
            &any);
        return any;
    };
    while (some_left()) fib6_walk(forget, nullptr);
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
    host::seed(1);
    static bool started = false;
    if (started) return;
    started = true;
    testing::GTEST_FLAG(throw_on_failure) = true;
    host::log_is_shown = false;
    unix_register_services(host::file_services);
    start_stack();
    proc_net_add(tcp_snmp_show, tcp_sockstat_show);
    ip_knobs.ping_group_low = 0; // everybody may
    ip_knobs.ping_group_high = 1000;
    make_what_stays();
    settle();
    remember();
}

void settle() {
    host::fail_allocations_after(-1);
    host::run_for(s_to_ns(2000));
}

void restore() {
    host::fail_allocations_after(-1);
    host::credentials = {1, 0, 0, true};
    EXPECT_TRUE(rules_store(no_rules).ok());
    EXPECT_TRUE(policy_store("flush\ndefault allow\n").ok());
    std::strcpy(lo().name, "lo");
    EXPECT_TRUE(dev_open(lo()).ok()); // what it was given while it was down goes with it too
    dev_close(lo());
    lo().mtu = lo_settings.mtu;
    lo().tx_queue_len = lo_settings.tx_queue_len;
    forget_routes();
    EXPECT_TRUE(dev_open(lo()).ok());
    lo().flags = lo_settings.flags;
    EXPECT_TRUE(inet_set_address(lo(), be32(INADDR_LOOPBACK), mask_of(8)).ok());
    usize place = 0;
    for (const NetKnob& knob : net_knobs()) *knob.value = knobs[place++];
}

void show_everything() {
    for (const auto files : {proc_net_files(), proc_net6_files()})
        for (const ProcNetFile& file : files) {
            TextBuffer out;
            file.show(out, 0);
        }
    for (auto* show : {tcp4_seq_show, tcp6_seq_show, tcp_netstat_show, packet_seq_show,
                       unix_seq_show, rules_show, policy_show}) {
        TextBuffer out;
        show(out);
    }
}

void check_memory(usize before) { EXPECT_EQ(host::live_allocations(), before) << "a leak"; }

} // namespace fuzz

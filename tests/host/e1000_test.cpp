// The e1000 driver against the model of its device. The stack above the driver is the test itself:
// the few functions of net/netdevice.h that a driver calls are answered here. Long because all
// tests share that stack.
#include "kernel/base/checksum.h"
#include "kernel/drivers/e1000/device.h"
#include "tests/host/e1000_model.h"
#include <cstdarg>
#include <cstring>
#include <gtest/gtest.h>

using namespace e1000;

namespace {

std::vector<Frame> received;
std::vector<Checksum> received_state;
int queue_wakes, carrier_changes, notifications;
long allocations_left = -1; // -1: no end
long live_allocations;
Nanoseconds now;

} // namespace

// --- the machine ---

void* kmalloc(usize bytes) {
    if (allocations_left == 0) return nullptr;
    if (allocations_left > 0) allocations_left--;
    live_allocations++;
    return malloc(bytes);
}
void kfree(void* pointer) {
    if (pointer) live_allocations--;
    free(pointer);
}
Nanoseconds clock_monotonic() { return now; }
TimerQueue& kernel_timers() {
    static TimerQueue queue;
    return queue;
}
void panic(const char* format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    abort();
}

// --- the stack ---

void netif_receive_skb(SkbPtr skb) {
    received.emplace_back(skb->data, skb->tail);
    received_state.push_back(skb->ip_summed);
}
void netif_wake_queue(net_device& dev) {
    dev.queue_stopped = false;
    queue_wakes++;
}
void netif_carrier_on(net_device& dev) {
    dev.carrier = true;
    carrier_changes++;
}
void netif_carrier_off(net_device& dev) {
    dev.carrier = false;
    carrier_changes++;
}

namespace {

constexpr u8 our_address[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

Frame frame_to(std::span<const u8, 6> to, u32 bytes, u8 fill = 0) {
    Frame frame(bytes, fill);
    std::copy(to.begin(), to.end(), frame.begin());
    return frame;
}
Frame frame_to_us(u32 bytes, u8 fill = 0) { return frame_to(our_address, bytes, fill); }

class E1000Test : public testing::Test {
  protected:
    E1000Test() {
        received.clear();
        received_state.clear();
        queue_wakes = carrier_changes = notifications = 0;
        allocations_left = -1;
        live_allocations = 0;
        now = 1;
        device.io.model = &model;
        device.notify = [](E1000&) { notifications++; };
    }
    ~E1000Test() override {
        if (!device.memory.memory) return;
        e1000_shutdown(device);
        EXPECT_EQ(live_allocations, 0) << "buffers were lost";
    }
    void start() {
        ASSERT_TRUE(e1000_start(device).ok());
        e1000_setup_netdev(device);
        ASSERT_TRUE(dev.ops->open(dev).ok());
    }
    u32 poll(u32 budget = 64) { return dev.ops->poll(dev, budget); }
    NetdevTx send(const Frame& frame, bool more = false) {
        sk_buff* skb = alloc_skb(static_cast<u32>(frame.size()));
        memcpy(skb->put(static_cast<u32>(frame.size())), frame.data(), frame.size());
        const NetdevTx result = dev.ops->start_xmit(*skb, dev, more);
        if (result == NetdevTx::busy) kfree_skb(skb);
        return result;
    }

    E1000Model model;
    E1000 device;
    net_device& dev = device.netdev;
};

// --- bringing it up ---

TEST_F(E1000Test, AddressComesFromTheEeprom) {
    start();
    EXPECT_EQ(memcmp(dev.dev_addr, our_address, 6), 0);
    EXPECT_TRUE(dev.carrier);
}

TEST_F(E1000Test, AddressComesFromTheFilterWhenTheEepromIsBad) {
    model.eeprom[10] ^= 1; // breaks the sum
    model.write(reg_ral, 0x33221102);
    model.write(reg_rah, 0x5544 | rah_valid);
    start();
    const u8 expected[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
    EXPECT_EQ(memcmp(dev.dev_addr, expected, 6), 0);
}

TEST_F(E1000Test, NoAddressNoDevice) {
    memset(model.eeprom, 0, sizeof model.eeprom);
    EXPECT_EQ(e1000_start(device).error().code, EIO);
    EXPECT_EQ(live_allocations, 0);
}

TEST_F(E1000Test, StartWithoutMemoryKeepsNothing) {
    allocations_left = 100;
    EXPECT_EQ(e1000_start(device).error().code, ENOMEM);
    EXPECT_EQ(live_allocations, 0);
    EXPECT_EQ(device.memory.memory, nullptr);
}

TEST_F(E1000Test, ReceiverIsSwitchedOnOnce) {
    start();
    EXPECT_EQ(model.writes[reg_rctl], 2u); // off with the reset, on
    dev.ops->set_rx_mode(dev);
    EXPECT_EQ(model.writes[reg_rctl], 2u);
}

// --- receiving ---

TEST_F(E1000Test, RingWrapsAndFramesArriveUnchanged) {
    start();
    for (u32 i = 0; i < 3 * ring_size + 7; i++) {
        const Frame frame = frame_to_us(60 + i % 1459, static_cast<u8>(i));
        ASSERT_TRUE(model.receive(frame)) << i;
        ASSERT_EQ(poll(), 1u);
        ASSERT_EQ(received.back(), frame);
    }
    EXPECT_EQ(dev.stats.rx_packets, 3 * ring_size + 7);
    EXPECT_LE(model.writes[reg_rdt], 1 + (3 * ring_size + 7) / 16) << "the doorbell isn't batched";
}

TEST_F(E1000Test, BudgetIsKept) {
    start();
    for (u32 i = 0; i < 10; i++) model.receive(frame_to_us(60));
    EXPECT_EQ(poll(4), 4u);
    EXPECT_EQ(poll(64), 6u);
    EXPECT_EQ(poll(64), 0u);
}

TEST_F(E1000Test, RecoversFromOverrun) {
    start();
    u32 taken = 0;
    for (u32 i = 0; i < 400; i++) taken += model.receive(frame_to_us(1000));
    EXPECT_EQ(taken, ring_size - 1);
    while (poll()) {
    }
    EXPECT_EQ(received.size(), ring_size - 1);
    dev.ops->update_stats(dev);
    EXPECT_EQ(dev.stats.rx_fifo_errors, 400 - (ring_size - 1));
    dev.ops->arm_interrupt(dev); // before sleeping: every slot is the device's again
    for (u32 i = 0; i < ring_size - 1; i++) EXPECT_TRUE(model.receive(frame_to_us(1000)));
}

TEST_F(E1000Test, BadDescriptorsAreCountedAndDropped) {
    start();
    const u8 good = rx_done | rx_end_of_packet | rx_ignore_checksum;
    model.complete_receive(0, good, 0);
    model.complete_receive(13, good, 0);
    model.complete_receive(2048, good, 0);
    model.complete_receive(100, good, 0x01); // CRC
    model.complete_receive(100, good, rx_error_data);
    model.complete_receive(2048, rx_done, 0); // goes on …
    model.complete_receive(2048, rx_done, 0);
    model.complete_receive(100, good, 0); // … and ends
    ASSERT_TRUE(model.receive(frame_to_us(60)));
    while (poll()) {
    }
    EXPECT_EQ(received.size(), 1u);
    EXPECT_EQ(dev.stats.rx_errors, 6u);
    EXPECT_EQ(dev.stats.rx_frame_errors, 3u);
}

TEST_F(E1000Test, OutOfMemoryLosesTheFrameAndKeepsTheBuffer) {
    start();
    for (const u32 bytes : {60u, 1500u}) {
        for (u32 left : {0u, 1u}) {
            const u64 before = dev.stats.rx_dropped;
            model.receive(frame_to_us(bytes));
            allocations_left = left;
            EXPECT_EQ(poll(), 1u);
            allocations_left = -1;
            EXPECT_EQ(dev.stats.rx_dropped, before + 1);
        }
    }
    EXPECT_TRUE(received.empty());
    for (u32 i = 0; i < 2 * ring_size; i++) {
        ASSERT_TRUE(model.receive(frame_to_us(1500, static_cast<u8>(i))));
        ASSERT_EQ(poll(), 1u);
    }
    EXPECT_EQ(received.size(), 2 * ring_size);
}

TEST_F(E1000Test, ChecksumResultIsBelievedOnlyWithoutIxsm) {
    start();
    model.receive(frame_to_us(100));
    model.report_checksums = true;
    model.receive(frame_to_us(100));
    model.complete_receive(100, rx_done | rx_end_of_packet | rx_tcp_udp_checked, rx_error_tcp_udp);
    poll();
    ASSERT_EQ(received.size(), 3u);
    EXPECT_EQ(received_state[0], Checksum::none);
    EXPECT_EQ(received_state[1], Checksum::unnecessary);
    EXPECT_EQ(received_state[2], Checksum::none);
}

TEST_F(E1000Test, WhatCameWhileDownIsNotDelivered) {
    start();
    dev.ops->stop(dev);
    for (u32 i = 0; i < 300; i++) model.receive(frame_to_us(500));
    ASSERT_TRUE(dev.ops->open(dev).ok());
    EXPECT_EQ(poll(), 0u);
    ASSERT_TRUE(model.receive(frame_to_us(500)));
    EXPECT_EQ(poll(), 1u);
}

// --- filters ---

TEST_F(E1000Test, FiltersKnowUsAndBroadcast) {
    start();
    const u8 other[6] = {0x52, 0x54, 0, 0, 0, 1}, all[6] = {255, 255, 255, 255, 255, 255};
    EXPECT_TRUE(model.receive(frame_to_us(60)));
    EXPECT_TRUE(model.receive(frame_to(all, 60)));
    EXPECT_FALSE(model.receive(frame_to(other, 60)));
    dev.flags |= IFF_PROMISC;
    dev.ops->set_rx_mode(dev);
    EXPECT_TRUE(model.receive(frame_to(other, 60)));
    dev.flags &= ~u32{IFF_PROMISC};
    dev.ops->set_rx_mode(dev);
    EXPECT_FALSE(model.receive(frame_to(other, 60)));
}

TEST_F(E1000Test, NewAddressReplacesTheOld) {
    start();
    const u8 fresh[6] = {2, 0, 0, 0, 0, 9}, group[6] = {1, 0, 0, 0, 0, 9};
    EXPECT_EQ(dev.ops->set_mac_address(dev, group).error().code, EADDRNOTAVAIL);
    ASSERT_TRUE(dev.ops->set_mac_address(dev, fresh).ok());
    EXPECT_TRUE(model.receive(frame_to(fresh, 60)));
    EXPECT_FALSE(model.receive(frame_to_us(60)));
}

TEST_F(E1000Test, MulticastUsesExactFiltersThenTheTable) {
    start();
    u8 group[6] = {0x01, 0x00, 0x5e, 0, 0, 0};
    MulticastAddress groups[20] = {};
    dev.multicast = groups;
    EXPECT_FALSE(model.receive(frame_to(group, 60)));
    for (u8 i = 0; i < 20; i++) {
        group[5] = static_cast<u8>(i * 8);
        memcpy(dev.multicast[i].address, group, 6);
    }
    dev.multicast_count = 20;
    dev.ops->set_rx_mode(dev);
    for (u8 i = 0; i < 20; i++)
        EXPECT_TRUE(model.receive(frame_to(dev.multicast[i].address, 60))) << int{i};
    group[5] = 0x77;
    EXPECT_FALSE(model.receive(frame_to(group, 60)));
    dev.multicast_count = 1;
    dev.ops->set_rx_mode(dev);
    EXPECT_TRUE(model.receive(frame_to(dev.multicast[0].address, 60)));
    for (u8 i = 1; i < 20; i++)
        EXPECT_FALSE(model.receive(frame_to(dev.multicast[i].address, 60))) << int{i};
    dev.flags |= IFF_ALLMULTI;
    dev.ops->set_rx_mode(dev);
    EXPECT_TRUE(model.receive(frame_to(group, 60)));
    while (poll()) {
    }
    EXPECT_EQ(dev.stats.rx_multicast, 22u);
}

TEST_F(E1000Test, MulticastHashIsTheManuals) {
    // The example of section 13.5.1: 12:AA:00:34:56:78 with offset 0 is 0x785 in bits 47 to 36 …
    const u8 address[6] = {0x12, 0xaa, 0x00, 0x34, 0x56, 0x78};
    EXPECT_EQ(e1000_multicast_hash(address), 0x785);
}

// --- link ---

TEST_F(E1000Test, LinkLossAndReturnReachTheStack) {
    start();
    model.set_link(false);
    EXPECT_TRUE(model.line());
    EXPECT_TRUE(e1000_interrupt(device));
    EXPECT_EQ(notifications, 1);
    poll();
    EXPECT_FALSE(dev.carrier);
    EXPECT_EQ(send(frame_to_us(60)), NetdevTx::ok);
    EXPECT_EQ(dev.stats.tx_carrier_errors, 1u);
    EXPECT_TRUE(model.sent.empty());
    model.set_link(true);
    EXPECT_TRUE(e1000_interrupt(device));
    poll();
    EXPECT_TRUE(dev.carrier);
    EXPECT_EQ(carrier_changes, 2);
    EXPECT_EQ(send(frame_to_us(60)), NetdevTx::ok);
    EXPECT_EQ(model.sent.size(), 1u);
}

TEST_F(E1000Test, LinkChangeIsSeenWithoutAnInterruptToo) {
    start();
    model.receive(frame_to_us(60));
    poll(); // masks
    model.set_link(false);
    e1000_interrupt(device);
    EXPECT_TRUE(e1000_arm_interrupt(dev)) << "slept over a change of the link";
    poll();
    EXPECT_FALSE(dev.carrier);
}

// --- interrupts ---

TEST_F(E1000Test, PollingMasksAndSleepingUnmasks) {
    start();
    model.receive(frame_to_us(60));
    EXPECT_TRUE(model.line());
    EXPECT_TRUE(e1000_interrupt(device));
    EXPECT_FALSE(e1000_interrupt(device)) << "not ours";
    EXPECT_EQ(poll(), 1u);
    model.receive(frame_to_us(60));
    EXPECT_FALSE(model.line());
    EXPECT_TRUE(e1000_arm_interrupt(dev)) << "slept over a frame";
    EXPECT_EQ(poll(), 1u);
    EXPECT_FALSE(e1000_arm_interrupt(dev));
    EXPECT_FALSE(model.line()) << "an old cause interrupts";
    model.receive(frame_to_us(60));
    EXPECT_TRUE(model.line());
}

TEST_F(E1000Test, UnattendedDeviceInterruptsAgain) {
    start();
    model.receive(frame_to_us(60));
    e1000_interrupt(device);
    poll();
    notifications = 0;
    model.receive(frame_to_us(60));
    EXPECT_FALSE(model.line());
    now += ms_to_ns(1);
    kernel_timers().run(now);
    EXPECT_EQ(notifications, 1);
    EXPECT_EQ(poll(), 1u);
    now += ms_to_ns(1);
    kernel_timers().run(now);
    model.receive(frame_to_us(60));
    EXPECT_TRUE(model.line());
}

TEST_F(E1000Test, SleepWaitsForUnfinishedTransmissions) {
    model.synchronous = false;
    start();
    send(frame_to_us(60));
    EXPECT_FALSE(e1000_arm_interrupt(dev));
    EXPECT_FALSE(model.line());
    model.transmit(1);
    EXPECT_TRUE(model.line());
    EXPECT_TRUE(e1000_interrupt(device));
    poll();
    EXPECT_TRUE(device.tx.idle());
}

// --- sending ---

TEST_F(E1000Test, SentFramesAreFreedAtOnceWhenTheDeviceIsSynchronous) {
    start();
    const long before = live_allocations;
    for (u32 i = 0; i < 3 * ring_size; i++) {
        const Frame frame = frame_to_us(60 + i % 1400, static_cast<u8>(i));
        ASSERT_EQ(send(frame), NetdevTx::ok);
        ASSERT_EQ(model.sent.back(), frame);
    }
    EXPECT_EQ(live_allocations, before);
}

TEST_F(E1000Test, OneDoorbellForABatch) {
    start();
    const u32 before = model.writes[reg_tdt];
    for (u32 i = 0; i < 32; i++) send(frame_to_us(100), i < 31);
    EXPECT_EQ(model.writes[reg_tdt], before + 1);
    EXPECT_EQ(model.sent.size(), 32u);
}

TEST_F(E1000Test, FullRingStopsAndWakes) {
    model.synchronous = false;
    start();
    u32 accepted = 0;
    while (send(frame_to_us(100, static_cast<u8>(accepted))) == NetdevTx::ok) accepted++;
    EXPECT_GT(accepted, 200u);
    EXPECT_LT(accepted, ring_size);
    dev.queue_stopped = true;
    model.transmit(3);
    poll();
    EXPECT_EQ(queue_wakes, 0) << "woken for a few slots";
    model.transmit(~0u);
    poll();
    EXPECT_EQ(queue_wakes, 1);
    EXPECT_EQ(model.sent.size(), accepted);
    for (u32 i = 0; i < accepted; i++) EXPECT_EQ(model.sent[i][20], static_cast<u8>(i));
}

TEST_F(E1000Test, BufferStaysUntilTheDeviceIsDone) {
    model.synchronous = false;
    start();
    const long before = live_allocations;
    send(frame_to_us(100));
    send(frame_to_us(100));
    poll();
    EXPECT_EQ(live_allocations, before + 4);
    model.transmit(1);
    poll();
    EXPECT_EQ(live_allocations, before + 2);
    model.transmit(1);
    poll();
    EXPECT_EQ(live_allocations, before);
}

TEST_F(E1000Test, FramesThatNoEthernetCarriesAreDropped) {
    start();
    EXPECT_EQ(send(Frame(13)), NetdevTx::ok);
    EXPECT_EQ(send(Frame(1600)), NetdevTx::ok);
    EXPECT_EQ(dev.stats.tx_errors, 2u);
    EXPECT_TRUE(model.sent.empty());
}

// --- offloads ---

u16 sum_of(std::span<const u8> bytes, u32 start = 0) {
    u32 sum = start;
    for (size_t i = 0; i < bytes.size(); i++) sum += i & 1 ? bytes[i] : bytes[i] << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(sum);
}

u16 pseudo_sum(const Frame& f, u32 length) {
    return sum_of(std::span(f).subspan(26, 8), f[23] + length);
}

// An IPv4 packet of TCP (20 + 12 bytes of options, FIN|PSH|ACK) or UDP, its IP checksum in place.
Frame packet(u8 protocol, u32 payload) {
    const u32 header = protocol == 6 ? 32 : 8;
    Frame f(14 + 20 + header + payload);
    const u8 start[] = {2, 0,    0,    0,    0, 1,  2,        0, 0, 0,  0, 2, 8,  0,  0x45, 0, 0,
                        0, 0x12, 0x34, 0x40, 0, 64, protocol, 0, 0, 10, 0, 2, 15, 10, 0,    2, 2};
    memcpy(f.data(), start, sizeof start);
    const u32 total = 20 + header + payload;
    f[16] = static_cast<u8>(total >> 8);
    f[17] = static_cast<u8>(total);
    const u16 check = static_cast<u16>(~sum_of(std::span(f).subspan(14, 20)));
    f[24] = static_cast<u8>(check >> 8);
    f[25] = static_cast<u8>(check);
    for (u32 i = 0; i < header; i++) f[34 + i] = static_cast<u8>(0x31 * i);
    if (protocol == 6) {
        f[46] = 0x80;
        f[47] = 0x19;
    }
    for (u32 i = 0; i < payload; i++) f[34 + header + i] = static_cast<u8>(i * 7 + i / 251);
    const u16 pseudo = pseudo_sum(f, header + payload);
    const u32 place = protocol == 6 ? 50 : 40;
    f[place] = static_cast<u8>(pseudo >> 8);
    f[place + 1] = static_cast<u8>(pseudo);
    return f;
}

sk_buff* offloaded(const Frame& frame, u16 gso_size) {
    sk_buff* skb = alloc_skb(static_cast<u32>(frame.size()));
    memcpy(skb->put(static_cast<u32>(frame.size())), frame.data(), frame.size());
    skb->network_header = static_cast<u16>(skb->headroom() + 14);
    skb->transport_header = skb->csum_start = static_cast<u16>(skb->headroom() + 34);
    skb->csum_offset = frame[23] == 6 ? 16 : 6;
    skb->ip_summed = Checksum::partial;
    skb->gso_size = gso_size;
    return skb;
}

// What the stack would send without the device's help.
std::vector<Frame> segments_by_hand(const Frame& whole, u32 mss) {
    std::vector<Frame> out;
    const u32 headers = 14 + 20 + 32;
    const u32 payload = static_cast<u32>(whole.size()) - headers;
    for (u32 done = 0; done < payload; done += mss) {
        const u32 bytes = std::min(mss, payload - done);
        Frame f(whole.begin(), whole.begin() + headers);
        f.insert(f.end(), whole.begin() + headers + done, whole.begin() + headers + done + bytes);
        const u32 total = 20 + 32 + bytes, id = 0x1234 + done / mss;
        const u32 sequence =
            (whole[38] << 24 | whole[39] << 16 | whole[40] << 8 | whole[41]) + done;
        f[16] = static_cast<u8>(total >> 8), f[17] = static_cast<u8>(total);
        f[18] = static_cast<u8>(id >> 8), f[19] = static_cast<u8>(id);
        for (u32 i = 0; i < 4; i++) f[38 + i] = static_cast<u8>(sequence >> (24 - 8 * i));
        if (done + bytes < payload) f[47] = 0x10;
        f[24] = f[25] = f[50] = f[51] = 0;
        const u16 ip = static_cast<u16>(~sum_of(std::span(f).subspan(14, 20)));
        f[24] = static_cast<u8>(ip >> 8), f[25] = static_cast<u8>(ip);
        const u16 tcp = static_cast<u16>(
            ~sum_of(std::span(f).subspan(34), pseudo_sum(f, static_cast<u32>(f.size()) - 34)));
        f[50] = static_cast<u8>(tcp >> 8), f[51] = static_cast<u8>(tcp);
        out.push_back(f);
    }
    return out;
}

TEST_F(E1000Test, ChecksumsAreCompleted) {
    start();
    for (const u8 protocol : {u8{6}, u8{17}, u8{6}, u8{6}})
        for (const u32 payload : {0u, 1u, 2u, 99u, 1400u}) {
            const Frame frame = packet(protocol, payload);
            ASSERT_EQ(dev.ops->start_xmit(*offloaded(frame, 0), dev, false), NetdevTx::ok);
            const Frame& out = model.sent.back();
            ASSERT_EQ(out.size(), frame.size());
            const u32 length = static_cast<u32>(out.size()) - 34;
            EXPECT_EQ(sum_of(std::span(out).subspan(34), pseudo_sum(out, length)), 0xffff);
        }
    EXPECT_EQ(model.contexts, 3u) << "TCP, UDP, TCP: equal contexts are left out";
}

TEST_F(E1000Test, CompleteFramesAreLeftAlone) {
    start();
    dev.ops->start_xmit(*offloaded(packet(6, 10), 0), dev, false);
    const Frame plain = packet(6, 10);
    send(plain);
    EXPECT_EQ(model.sent.back(), plain);
}

TEST_F(E1000Test, SegmentsAreWhatSoftwareWouldSend) {
    start();
    for (const u32 payload : {1449u, 2896u, 2897u, 16288u, 32768u, 40000u, 65000u}) {
        const Frame whole = packet(6, payload);
        model.sent.clear();
        ASSERT_EQ(dev.ops->start_xmit(*offloaded(whole, 1448), dev, false), NetdevTx::ok);
        EXPECT_EQ(model.sent, segments_by_hand(whole, 1448)) << payload;
    }
    // The same length again needs no new context.
    const u32 before = model.contexts;
    dev.ops->start_xmit(*offloaded(packet(6, 65000), 1448), dev, false);
    EXPECT_EQ(model.contexts, before);
}

TEST_F(E1000Test, SegmentationLeavesSharedBytesAlone) {
    start();
    const Frame whole = packet(6, 5000);
    sk_buff* skb = offloaded(whole, 1448);
    sk_buff* held = skb_clone(*skb);
    dev.ops->start_xmit(*skb, dev, false);
    EXPECT_EQ(Frame(held->data, held->tail), whole);
    kfree_skb(held);
}

TEST_F(E1000Test, SegmentationAroundTheRingsEnd) {
    model.synchronous = false;
    start();
    std::vector<Frame> expected;
    for (u32 i = 0; i < 400; i++) {
        const Frame whole = packet(6, 1500 + i * 100 % 30000);
        sk_buff* skb = offloaded(whole, 1448);
        if (dev.ops->start_xmit(*skb, dev, false) == NetdevTx::busy) {
            model.transmit(~0u);
            ASSERT_EQ(dev.ops->start_xmit(*skb, dev, false), NetdevTx::ok);
        }
        for (Frame& f : segments_by_hand(whole, 1448)) expected.push_back(std::move(f));
    }
    model.transmit(~0u);
    EXPECT_EQ(model.sent, expected);
}

TEST_F(E1000Test, NonsenseIsNotSegmented) {
    start();
    sk_buff* skb = offloaded(packet(6, 3000), 1448);
    skb->csum_start = static_cast<u16>(skb->headroom() + 3050);
    dev.ops->start_xmit(*skb, dev, false);
    skb = offloaded(packet(6, 3000), 1448);
    skb->ip_summed = Checksum::none;
    dev.ops->start_xmit(*skb, dev, false);
    EXPECT_EQ(dev.stats.tx_errors, 2u);
    EXPECT_TRUE(model.sent.empty());
}

} // namespace

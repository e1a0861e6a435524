// The services that net/ stands on, simulated: see host_net.h.
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>

#include "tests/host/host_net.h"
#include <sanitizer/lsan_interface.h>

namespace {

// The kernel's tables live as long as the machine: leaks are looked for while they still stand, not
// after static destructors have taken the lists apart.
struct LeakCheck : testing::Environment {
    void TearDown() override { __lsan_do_leak_check(); }
};
[[maybe_unused]] testing::Environment* const leak_check =
    testing::AddGlobalTestEnvironment(new LeakCheck);

Nanoseconds now = s_to_ns(1000);
TimerQueue timers;
std::multimap<Nanoseconds, std::function<void()>> actions;
std::mt19937_64 random_source{42};
bool woken = false, interrupted = false;
usize allocations = 0;
long allocations_left = -1;

// One step at the present moment; true when anything was done.
bool work_now() {
    bool any = net_poll();
    while (!actions.empty() && actions.begin()->first <= now) {
        auto action = std::move(actions.begin()->second);
        actions.erase(actions.begin());
        action();
        any = true;
    }
    if (timers.next_expiry() <= now) {
        timers.run(now);
        any = true;
    }
    return any;
}

Nanoseconds next_event() {
    const Nanoseconds action = actions.empty() ? no_deadline : actions.begin()->first;
    return std::min(action, timers.next_expiry());
}

// Moves on to the next event, but not past `limit`; false when there is none before it.
bool advance(Nanoseconds limit) {
    const Nanoseconds next = next_event();
    if (next > limit) return false;
    now = std::max(now, next);
    return true;
}

} // namespace

namespace host {

SocketCredentials credentials{1, 0, 0, true};

void set_time(Nanoseconds value) { now = value; }
void at(Nanoseconds when, std::function<void()> action) {
    actions.emplace(when, std::move(action));
}

void run_for(Nanoseconds duration) {
    const Nanoseconds end = now + duration;
    do {
        while (work_now()) {
        }
    } while (advance(end));
    now = end;
}

void run_until_idle(Nanoseconds limit) {
    const Nanoseconds end = now + limit;
    do {
        while (work_now()) {
        }
    } while (advance(end));
}

void interrupt() { interrupted = true; }
usize live_allocations() { return allocations; }
void fail_allocations_after(long count) { allocations_left = count; }
void seed(u64 value) { random_source.seed(value); }

SimDevice::SimDevice() {
    ops_.start_xmit = start_xmit;
    ops_.poll = poll;
}

SimDevice::~SimDevice() {
    *alive_ = false;
    dev_->tx_queue.purge();
    if (old_ops_) {
        dev_->ops = old_ops_;
        dev_->features = old_features_;
        dev_->mtu = old_mtu_;
        dev_->driver = nullptr;
    } else if (dev_->node.linked()) {
        unregister_netdev(*dev_);
    }
}

void SimDevice::start() {
    dev_->ops = &ops_;
    dev_->driver = this;
    const u8 address[ETH_ALEN] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
    std::copy(std::begin(address), std::end(address), dev_->dev_addr);
    dev_->flags = IFF_BROADCAST | IFF_MULTICAST;
    dev_->carrier = true;
    ASSERT_TRUE(register_netdev(*dev_).ok());
    ASSERT_TRUE(dev_open(*dev_).ok());
}

void SimDevice::take_over_loopback(u32 mtu) {
    dev_ = dev_get_by_name("lo");
    ASSERT_NE(dev_, nullptr);
    old_ops_ = dev_->ops;
    old_features_ = dev_->features;
    old_mtu_ = dev_->mtu;
    dev_->ops = &ops_;
    dev_->driver = this;
    dev_->features = 0;
    dev_->mtu = mtu;
    ASSERT_TRUE(dev_open(*dev_).ok());
    on_sent = [this](const Frame& frame) { arrived_.push_back(frame); };
}

NetdevTx SimDevice::start_xmit(sk_buff& skb, net_device& dev, bool more) {
    auto& self = *static_cast<SimDevice*>(dev.driver);
    if (self.busy) return NetdevTx::busy;
    EXPECT_NE(skb.ip_summed, Checksum::partial) << "a device without offload got one to finish";
    if (!more) self.doorbells++;
    Frame frame(skb.data, skb.tail);
    kfree_skb(&skb);
    self.transmit(std::move(frame));
    return NetdevTx::ok;
}

void SimDevice::transmit(Frame frame) {
    pass(std::move(frame), outgoing, [this](Frame arrived) {
        if (on_sent)
            on_sent(arrived);
        else
            sent.push_back(std::move(arrived));
    });
}

void SimDevice::inject(Frame frame) {
    pass(std::move(frame), incoming,
         [this](Frame arrived) { arrived_.push_back(std::move(arrived)); });
}

void SimDevice::pass(Frame frame, const Faults& faults, std::function<void(Frame)> deliver) {
    std::uniform_real_distribution<double> chance(0, 1);
    const int copies = chance(random_) < faults.loss        ? 0
                       : chance(random_) < faults.duplicate ? 2
                                                            : 1;
    for (int i = 0; i < copies; i++) {
        Frame copy = frame;
        if (!copy.empty() && chance(random_) < faults.corrupt)
            copy[random_() % copy.size()] ^= static_cast<u8>(1u << (random_() % 8));
        Nanoseconds delay = faults.delay;
        if (faults.jitter) delay += random_() % faults.jitter;
        if (chance(random_) < faults.reorder) delay += faults.delay * 4 + us_to_ns(10);
        at(now + delay, [alive = alive_, deliver, copy = std::move(copy)]() mutable {
            if (*alive) deliver(std::move(copy));
        });
    }
}

u32 SimDevice::poll(net_device& dev, u32 budget) {
    auto& self = *static_cast<SimDevice*>(dev.driver);
    u32 count = 0;
    while (count < budget && !self.arrived_.empty()) {
        Frame frame = std::move(self.arrived_.front());
        self.arrived_.pop_front();
        count++;
        SkbPtr skb(alloc_skb(static_cast<u32>(frame.size()), 2));
        if (!skb) continue;
        std::copy(frame.begin(), frame.end(), skb->put(static_cast<u32>(frame.size())));
        skb->dev = &dev;
        netif_receive_skb(std::move(skb));
    }
    return count;
}

} // namespace host

// --- what net/services.h asks for ---

Nanoseconds clock_monotonic() { return now; }
Nanoseconds clock_realtime() { return s_to_ns(1'700'000'000) + now; }
TimerQueue& kernel_timers() { return timers; }
void random_bytes(std::span<u8> out) {
    for (u8& byte : out) byte = static_cast<u8>(random_source());
}

void* kmalloc(usize bytes) {
    if (allocations_left == 0) return nullptr;
    if (allocations_left > 0) allocations_left--;
    allocations++;
    return std::malloc(bytes);
}
void kfree(void* pointer) {
    if (!pointer) return;
    allocations--;
    std::free(pointer);
}

ThreadWait::ThreadWait()
    : WaitEntry([](WaitEntry&, u32) {
          woken = true;
          return true;
      }),
      thread(nullptr) {}

Result<void> block_current(Nanoseconds deadline, bool interruptible) {
    for (;;) {
        work_now();
        if (std::exchange(woken, false)) return {};
        if (interruptible && std::exchange(interrupted, false)) return Errno{EINTR};
        if (now >= deadline) return Errno{ETIMEDOUT};
        if (work_now()) continue;
        if (advance(deadline)) continue;
        if (deadline == no_deadline) {
            ADD_FAILURE() << "blocked for ever";
            return Errno{EINTR};
        }
        now = deadline;
    }
}

u8* net_page_alloc() {
    auto* page = static_cast<u8*>(kmalloc(4096));
    if (page) std::fill_n(page, 4096, u8{0});
    return page;
}
void net_page_free(u8* page) { kfree(page); }

SocketCredentials socket_credentials() { return host::credentials; }
CallingProgram calling_program() { return {"test", "/bin/test"}; }

// The lowest page is nobody's: a pointer into it is a bad address.
usize iov_copy_from_user(void* to, uptr from, usize bytes) {
    if (from < 4096) return bytes;
    std::copy_n(reinterpret_cast<const u8*>(from), bytes, static_cast<u8*>(to));
    return 0;
}
usize iov_copy_to_user(uptr to, const void* from, usize bytes) {
    if (to < 4096) return bytes;
    std::copy_n(static_cast<const u8*>(from), bytes, reinterpret_cast<u8*>(to));
    return 0;
}
u32 checksum_copy(void* to, const void* from, usize bytes, u32 sum);
usize iov_copy_from_user_checksum(void* to, uptr from, usize bytes, u32& sum) {
    if (from < 4096) return bytes;
    sum = checksum_copy(to, reinterpret_cast<const void*>(from), bytes, sum);
    return 0;
}

// net/ on the host: a simulated clock, timers, memory that can be made to fail, a device whose wire
// loses, delays, doubles, reorders and corrupts frames by a seed. A thousand seconds of a lossy
// network pass in a blink and come out the same twice.
//
// There is one stack in a process. A test plays the other end itself (SimDevice::on_sent,
// inject()), or lets the stack talk to itself over lo with a wire of its own (take_over_loopback).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "net/netdevice.h"
#include "net/socket.h"

namespace host {

using Frame = std::vector<u8>;

// --- time ---
void set_time(Nanoseconds now);
// Calls back at that time of the simulated clock.
void at(Nanoseconds when, std::function<void()> action);
// Lets the simulation run for so long; until nothing is on its way and no timer is armed before
// `limit` from now.
void run_for(Nanoseconds duration);
void run_until_idle(Nanoseconds limit = s_to_ns(1));
// A blocking call that could never return: the test fails and the call gets EINTR. A signal for
// the blocked call at a time: as an action of at() that calls this.
void interrupt();

// --- memory ---
usize live_allocations();
// The allocation after `count` more fails, and all others, until this is called with -1.
void fail_allocations_after(long count);

// --- identity of the calling program ---
extern SocketCredentials credentials;

// The kernel's log, to stderr (host_panic.cpp).
extern bool log_is_shown;

// Seeds random_bytes().
void seed(u64 value);

struct Faults {
    double loss = 0, duplicate = 0, corrupt = 0, reorder = 0; // probabilities
    Nanoseconds delay = us_to_ns(50), jitter = 0;
};

class SimDevice {
  public:
    SimDevice();
    ~SimDevice();
    SimDevice(const SimDevice&) = delete;

    // Registers as eth0, with link, and brings it up.
    void start();
    // Puts this wire in the place of lo's: complete frames with checksums, at `mtu`.
    void take_over_loopback(u32 mtu = 1500);

    // A frame from the other end, after what `incoming` does to it.
    void inject(Frame frame);
    // Frames that the stack sent and the wire let through; also kept in `sent` while there is no
    // on_sent.
    std::function<void(const Frame&)> on_sent;
    std::deque<Frame> sent;
    Faults incoming, outgoing;
    bool busy = false; // start_xmit answers NetdevTx::busy
    u32 doorbells = 0; // transmissions without `more`

    net_device& dev() { return *dev_; }

  private:
    static NetdevTx start_xmit(sk_buff& skb, net_device& dev, bool more);
    static u32 poll(net_device& dev, u32 budget);
    void transmit(Frame frame);
    void pass(Frame frame, const Faults& faults, std::function<void(Frame)> deliver);

    net_device own_{};
    net_device* dev_ = &own_;
    net_device_ops ops_{};
    const net_device_ops* old_ops_ = nullptr;
    std::mt19937_64 random_{1};
    std::deque<Frame> arrived_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    u32 old_features_ = 0, old_mtu_ = 0;
};

} // namespace host

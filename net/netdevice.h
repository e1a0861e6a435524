// Network devices: what a driver registers, and the two doors between it and the stack,
// dev_queue_xmit down and netif_receive_skb up.
#pragma once

#include "kernel/uapi/if.h"

#include "net/skbuff.h"
#include <string_view>

struct net_device;

enum class NetdevTx : u8 {
    ok,   // the driver took the buffer
    busy, // its ring is full: the buffer stays the caller's; the driver calls netif_wake_queue when
          // there is room again
};

// What a driver can do. `start_xmit` gets complete frames (data = Ethernet header); `more` says
// that others follow at once, so that the doorbell may wait for the last.
struct net_device_ops {
    Result<void> (*open)(net_device& dev);
    void (*stop)(net_device& dev);
    NetdevTx (*start_xmit)(sk_buff& skb, net_device& dev, bool more);
    void (*set_rx_mode)(net_device& dev); // flags or multicast list changed; may be null
    Result<void> (*set_mac_address)(net_device& dev, const u8* address); // may be null: EOPNOTSUPP
    Result<void> (*change_mtu)(net_device& dev, u32 mtu);                // may be null: 68 … 1500
    // Takes received frames from the device and hands up to `budget` of them to netif_receive_skb;
    // reaps finished transmissions. Returns how many frames came in. May be null.
    u32 (*poll)(net_device& dev, u32 budget);
    // The processor is about to sleep: from now on the device interrupts when something happens.
    // True when something already has, so that it must not sleep but poll. May be null.
    bool (*arm_interrupt)(net_device& dev);
    // Adds what the device itself counted to dev.stats, before somebody looks. May be null.
    void (*update_stats)(net_device& dev);
    // A program wants it gone (RTM_DELLINK). Null: it stays, EOPNOTSUPP.
    void (*remove)(net_device& dev) = nullptr;
};

// net_device::features
constexpr u32 netif_f_hw_csum = 1;  // completes Checksum::partial for TCP and UDP over IPv4
constexpr u32 netif_f_tso = 2;      // cuts gso_size segments (TCP over IPv4)
constexpr u32 netif_f_loopback = 4; // frames never leave the machine: no checksums, any size

struct net_device_stats {
    u64 rx_packets, rx_bytes, rx_errors, rx_dropped, rx_fifo_errors, rx_frame_errors, rx_multicast;
    u64 tx_packets, tx_bytes, tx_errors, tx_dropped, tx_fifo_errors, tx_carrier_errors, collisions;
};

struct MulticastAddress {
    u8 address[ETH_ALEN];
    u32 users;
};

struct net_device {
    ListNode node;
    char name[IFNAMSIZ] = {};
    int ifindex = 0;
    u32 flags = 0; // IFF_*
    u32 mtu = ETH_DATA_LEN;
    u16 type = ARPHRD_ETHER;
    u16 hard_header_len = ETH_HLEN; // or 0: packets go without a link header
    u8 dev_addr[ETH_ALEN] = {};
    u8 broadcast[ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    u32 features = 0;    // netif_f_*, switched on
    u32 hw_features = 0; // netif_f_*, that can be switched on
    u32 promiscuity = 0; // who asked for IFF_PROMISC besides the flag
    u32 allmulti = 0;    // and for IFF_ALLMULTI
    u32 tx_queue_len = 1000;
    bool carrier = false;
    bool queue_stopped = false;   // start_xmit said busy
    const char* driver_name = ""; // for ETHTOOL_GDRVINFO
    const net_device_ops* ops = nullptr;
    net_device_stats stats{}; // counted by the driver
    SkbQueue tx_queue;        // waits while queue_stopped
    void* driver = nullptr;
    void* ipv4 = nullptr;                  // in_device: addresses (net/ipv4/devinet)
    void* ipv6 = nullptr;                  // inet6_dev: likewise (net/ipv6/addrconf)
    MulticastAddress* multicast = nullptr; // grows
    u32 multicast_count = 0, multicast_room = 0;
};

using NetDeviceList = List<net_device, &net_device::node>;

// Gives it the name in dev.name (none: `eth%d`; a `%d` stands for the first number that is free)
// and an index. Errors: EINVAL, EEXIST, ENFILE, ENOMEM.
Result<void> register_netdev(net_device& dev);
void unregister_netdev(net_device& dev);
NetDeviceList& net_devices();
net_device* dev_get_by_name(const char* name);
net_device* dev_get_by_index(int ifindex);
// Switch on and off: IFF_UP. Errors: the driver's.
Result<void> dev_open(net_device& dev);
void dev_close(net_device& dev);
// What SIOCGIFFLAGS shows: with IFF_RUNNING and IFF_LOWER_UP.
u32 dev_get_flags(const net_device& dev);
Result<void> dev_change_flags(net_device& dev, u32 flags);
// Multicast reception, counted. Errors: ENOMEM.
Result<void> dev_mc_add(net_device& dev, const u8* address);
void dev_mc_del(net_device& dev, const u8* address);
void dev_set_promiscuity(net_device& dev, int change);
void dev_set_allmulti(net_device& dev, int change);

// Told when a device goes up or down, or something of it changes (ARP, routes, addresses and
// rtnetlink listen). `down` comes before it is down; `other` is what has no name here.
enum class NetdevEvent : u8 { up, down, carrier, mtu, address, name, unregister, other };
struct NetdevNotifier {
    ListNode node;
    void (*notify)(net_device& dev, NetdevEvent event);
};
void register_netdevice_notifier(NetdevNotifier& notifier);
// Tells them of a change that somebody made to a field of the device.
void netdev_state_change(net_device& dev);

// --- down ---
// Takes a frame whose link-layer header is in place; finishes checksums and cuts segments that the
// device can't; queues when the device is busy. Errors: ENETDOWN, ENOBUFS.
Result<void> dev_queue_xmit(SkbPtr skb);
// The driver has room again.
void netif_wake_queue(net_device& dev);
void netif_carrier_on(net_device& dev);
void netif_carrier_off(net_device& dev);
// 68 … 1500 where the driver has no say. Errors: EINVAL, the driver's.
Result<void> dev_set_mtu(net_device& dev, u32 mtu);
// Errors: EOPNOTSUPP, the driver's.
Result<void> dev_set_mac_address(net_device& dev, const u8* address);
// Whether an interface may have that name.
bool dev_valid_name(std::string_view name);
// A `%d` as in register_netdev. Errors: EBUSY (it is up), EEXIST, EINVAL, ENFILE, ENOMEM.
Result<void> dev_change_name(net_device& dev, std::string_view name);

// --- up ---
// A layer above the link registers for its Ethernet type (ETH_P_ALL: a copy of everything, both
// ways).
struct packet_type {
    ListNode node;
    u16 type; // host order
    void (*func)(SkbPtr skb, net_device& dev, packet_type& self);
    net_device* dev = nullptr;    // only from this one, null: any
    sock* owner = nullptr;        // isn't shown what it sent itself
    bool ignore_outgoing = false; // ETH_P_ALL: only what comes in
};
void dev_add_pack(packet_type& handler);
void dev_remove_pack(packet_type& handler);
// From a driver: data = link-layer header (Ethernet; for a device without one the packet, protocol
// set), dev set.
void netif_receive_skb(SkbPtr skb);

// Copies of received frames get a time stamp while anybody wants one (counted).
void net_enable_timestamps();

// Delivers what the loopback device holds. Frames to ourselves wait in it until nothing of a socket
// is on the stack, so that a protocol is never entered from its own output: the socket verbs call
// this when they are done, net_poll() does it too. True when anything was there.
bool net_drain();
// Drains loopback and polls every device that is up; true when anything came in. Called at safe
// points only: by the idle loop (after the timers have run, before it halts) and by threads about
// to block.
bool net_poll();
// The idle loop's last question before it halts: lets every device interrupt. True when one of them
// has work already, so that the loop polls again instead of sleeping.
bool net_arm_interrupts();
extern net_device loopback_dev; // lo, whatever name it was given since
void loopback_init();
// A frame's copy for ourselves (multicast, broadcast): data at the network header, dev the device
// that it was sent by; comes back through the ordinary receive path at the next net_drain().
void loopback_copy(SkbPtr skb, u16 ether_type = ETH_P_IP);

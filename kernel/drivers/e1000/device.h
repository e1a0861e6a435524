// One e1000: its state, and what the driver's files offer one another.
#pragma once

#include "kernel/base/clock.h"
#include "kernel/drivers/e1000/rings.h"
#include "net/netdevice.h"

struct E1000 {
    E1000Io io;
    net_device netdev;
    e1000::RingMemory memory;
    e1000::TransmitRing tx;
    e1000::ReceiveRing rx;
    u32 rctl = 0;              // as last written: each write deafens QEMU's device for a second
    u32 interrupt_mask = 0;    // causes that may interrupt now
    bool link_changed = false; // noted by the interrupt handler
    u32 missed_before = 0;     // MPC as last read, for devices that don't clear it
    // Lets the device interrupt again when nobody has polled for a while.
    Timer unattended;
    // Asks for net_poll() at the next safe point. Called by the interrupt handler too.
    void (*notify)(E1000& device) = nullptr;

    E1000();
    static E1000& of(net_device& dev) { return *static_cast<E1000*>(dev.driver); }
};

// hardware.cpp
// Brings the device from any state to one that receives: MAC address, filters, rings, link.
// EIO: it doesn't answer or has no address. ENOMEM.
Result<void> e1000_start(E1000& device);
// Stops every DMA and interrupt, and frees the rings.
void e1000_shutdown(E1000& device);
void e1000_set_rx_mode(net_device& dev);
Result<void> e1000_set_mac_address(net_device& dev, const u8* address);
// Looks at the link and tells the stack when it has changed.
void e1000_update_carrier(E1000& device);
void e1000_update_stats(net_device& dev);
u16 e1000_multicast_hash(const u8* address);

// transmit.cpp
NetdevTx e1000_xmit_frame(sk_buff& skb, net_device& dev, bool more);
// Frees what has been sent, and wakes the queue when there is room.
void e1000_clean_tx(E1000& device);

// receive.cpp
// Hands up to `budget` frames to the stack; returns how many descriptors it took.
u32 e1000_clean_rx(E1000& device, u32 budget);
bool e1000_rx_pending(const E1000& device);
// Tells the device of slots that are free again; otherwise it hears of many at once.
void e1000_return_rx(E1000& device);
// Throws away what came while the device was down.
void e1000_discard_rx(E1000& device);

// netdev.cpp
// Fills in the net_device. The device must have been started.
void e1000_setup_netdev(E1000& device);
// True when the device had raised its line.
bool e1000_interrupt(E1000& device);
bool e1000_arm_interrupt(net_device& dev);

// pci_probe.cpp
// Makes the driver known to the PCI bus, which probes the devices that it finds.
void e1000_init();

// The e1000 as a network device: its operations, and when it interrupts.
//
// Polled or interrupting: while frames keep coming, receive interrupts stay masked and whoever has
// time polls. The interrupt is let in again before the processor sleeps, and when frames have been
// polled but nobody has come back for a while (a program that computes).
#include "kernel/drivers/e1000/device.h"

using namespace e1000;

namespace {

constexpr Nanoseconds unattended_time = us_to_ns(250);

void unmask(E1000& device, u32 causes) {
    device.interrupt_mask |= causes;
    device.io.write(reg_ims, causes);
}

void mask(E1000& device, u32 causes) {
    device.interrupt_mask &= ~causes;
    device.io.write(reg_imc, causes);
}

// Reads the causes, which clears them, and keeps what must not be lost.
u32 take_causes(E1000& device) {
    const u32 causes = device.io.read(reg_icr);
    if (causes & cause_link_change) device.link_changed = true;
    return causes;
}

Result<void> e1000_open(net_device& dev) {
    E1000& device = E1000::of(dev);
    // The receiver runs from the start, since switching it on takes QEMU's device a second: what
    // came before is not for us.
    e1000_discard_rx(device);
    take_causes(device);
    e1000_update_carrier(device);
    unmask(device, causes_receive | cause_link_change);
    return {};
}

void e1000_stop(net_device& dev) {
    E1000& device = E1000::of(dev);
    kernel_timers().cancel(device.unattended);
    mask(device, causes_all);
    e1000_clean_tx(device);
}

u32 e1000_poll(net_device& dev, u32 budget) {
    E1000& device = E1000::of(dev);
    if (device.link_changed) {
        device.link_changed = false;
        e1000_update_carrier(device);
    }
    e1000_clean_tx(device);
    const u32 taken = e1000_clean_rx(device, budget);
    if (taken > 0 && (device.interrupt_mask & cause_rx_timer))
        mask(device, causes_receive | cause_tx_written_back);
    if (!(device.interrupt_mask & cause_rx_timer) && !device.unattended.armed())
        kernel_timers().set(device.unattended, clock_monotonic() + unattended_time);
    return taken;
}

void unattended_expired(Timer& timer) {
    E1000& device = *reinterpret_cast<E1000*>(reinterpret_cast<uptr>(&timer) -
                                              __builtin_offsetof(E1000, unattended));
    if (e1000_arm_interrupt(device.netdev) && device.notify) device.notify(device);
}

constexpr net_device_ops e1000_ops = {
    .open = e1000_open,
    .stop = e1000_stop,
    .start_xmit = e1000_xmit_frame,
    .set_rx_mode = e1000_set_rx_mode,
    .set_mac_address = e1000_set_mac_address,
    .change_mtu = nullptr,
    .poll = e1000_poll,
    .arm_interrupt = e1000_arm_interrupt,
    .update_stats = e1000_update_stats,
};

} // namespace

E1000::E1000() : unattended(unattended_expired) {}

void e1000_setup_netdev(E1000& device) {
    net_device& dev = device.netdev;
    dev.driver = &device;
    dev.driver_name = "e1000";
    dev.ops = &e1000_ops;
    dev.flags = IFF_BROADCAST | IFF_MULTICAST;
    dev.hw_features = netif_f_hw_csum | netif_f_tso;
    dev.features = dev.hw_features;
    dev.carrier = device.io.read(reg_status) & status_link_up;
}

// Acknowledge, note, leave. The receive causes stay masked until the frames have been polled.
bool e1000_interrupt(E1000& device) {
    TRACE_STATION(irq);
    const u32 causes = take_causes(device) & device.interrupt_mask;
    if (causes == 0) return false;
    mask(device, causes_receive | cause_tx_written_back);
    if (device.notify) device.notify(device);
    return true;
}

// First the old causes are cleared, then the new ones let in, and only then does it look: a frame
// that comes in between is either seen here or interrupts.
bool e1000_arm_interrupt(net_device& dev) {
    E1000& device = E1000::of(dev);
    kernel_timers().cancel(device.unattended);
    e1000_clean_tx(device);
    e1000_return_rx(device); // the ring is as empty as can be while nobody looks
    const u32 wanted =
        causes_receive | cause_link_change | (device.tx.idle() ? 0 : cause_tx_written_back);
    if ((device.interrupt_mask & wanted) != wanted) {
        take_causes(device);
        unmask(device, wanted);
        e1000_clean_tx(device);
    }
    return device.link_changed || e1000_rx_pending(device);
}

// The device itself: reset, EEPROM, addresses and filters, link, its own counters. Sections are
// those of the 8254x Software Developer's Manual.
#include "kernel/drivers/e1000/device.h"

using namespace e1000;

namespace {

// Section 14.3: interrupts are masked before and after, since a reset restores defaults.
Result<void> reset(E1000& device) {
    const E1000Io& io = device.io;
    io.write(reg_imc, causes_all);
    io.write(reg_rctl, 0);
    io.write(reg_tctl, 0);
    io.write(reg_ctrl, io.read(reg_ctrl) | ctrl_reset);
    for (u32 tries = 0; io.read(reg_ctrl) & ctrl_reset; tries++) {
        if (tries == 100) return Errno{EIO};
        io.delay_us(10);
    }
    io.write(reg_imc, causes_all);
    io.read(reg_icr);
    return {};
}

// Section 13.4.4; a word takes some 100 µs on the wire.
Result<u16> read_eeprom(const E1000Io& io, u32 address) {
    io.write(reg_eerd, address << eerd_address_shift | eerd_start);
    for (u32 tries = 0; tries < 200; tries++) {
        const u32 answer = io.read(reg_eerd);
        if (answer & eerd_done) return static_cast<u16>(answer >> eerd_data_shift);
        io.delay_us(5);
    }
    return Errno{EIO};
}

// Words 0-2 hold the address (section 5.6.1), but only the sum tells whether there is an EEPROM.
Result<void> address_from_eeprom(const E1000Io& io, u8* address) {
    u16 sum = 0;
    for (u32 word = 0; word < eeprom_words; word++) {
        const u16 value = TRY(read_eeprom(io, word));
        sum = static_cast<u16>(sum + value);
        if (word >= 3) continue;
        address[2 * word] = static_cast<u8>(value);
        address[2 * word + 1] = static_cast<u8>(value >> 8);
    }
    if (sum != eeprom_sum) return Errno{EIO};
    return {};
}

void address_from_filter(const E1000Io& io, u8* address) {
    const u32 low = io.read(reg_ral), high = io.read(reg_rah);
    for (u32 i = 0; i < 4; i++) address[i] = static_cast<u8>(low >> 8 * i);
    for (u32 i = 0; i < 2; i++) address[4 + i] = static_cast<u8>(high >> 8 * i);
}

bool is_station_address(const u8* address) {
    u8 any = 0;
    for (u32 i = 0; i < ETH_ALEN; i++) any |= address[i];
    return any != 0 && !(address[0] & 1);
}

// Section 13.5.2. The valid bit goes first and comes last, so that no half address ever matches.
void write_filter(const E1000Io& io, u32 index, const u8* address) {
    io.write(reg_rah + 8 * index, 0);
    if (!address) return;
    u32 low = 0, high = 0;
    for (u32 i = 0; i < 4; i++) low |= u32{address[i]} << 8 * i;
    for (u32 i = 0; i < 2; i++) high |= u32{address[4 + i]} << 8 * i;
    io.write(reg_ral + 8 * index, low);
    io.write(reg_rah + 8 * index, high | rah_valid);
}

void write_rctl(E1000& device, u32 value) {
    if (value == device.rctl) return;
    device.rctl = value;
    device.io.write(reg_rctl, value);
}

u32 wanted_rctl(const net_device& dev) {
    u32 value = rctl_enable | rctl_accept_broadcast | rctl_strip_crc;
    if (dev.flags & IFF_PROMISC || dev.promiscuity)
        value |= rctl_unicast_promiscuous | rctl_multicast_promiscuous;
    if (dev.flags & IFF_ALLMULTI || dev.allmulti) value |= rctl_multicast_promiscuous;
    return value;
}

// Section 14.5: the ring first, then the switch.
void start_transmitter(const E1000& device) {
    const E1000Io& io = device.io;
    const u64 ring = io.bus_address(device.tx.descriptors);
    io.write(reg_tdbal, static_cast<u32>(ring));
    io.write(reg_tdbah, static_cast<u32>(ring >> 32));
    io.write(reg_tdlen, RingMemory::transmit_bytes);
    io.write(reg_tdh, 0);
    io.write(reg_tdt, 0);
    io.write(reg_tidv, 0);
    io.write(reg_tipg, tipg_copper);
    io.write(reg_tctl, tctl_enable | tctl_pad_short | tctl_collisions);
}

// Section 14.4. No delay timers: whoever has time polls, whoever sleeps wants to be woken at once.
void start_receiver(E1000& device) {
    const E1000Io& io = device.io;
    const u64 ring = io.bus_address(device.rx.descriptors);
    io.write(reg_rdbal, static_cast<u32>(ring));
    io.write(reg_rdbah, static_cast<u32>(ring >> 32));
    io.write(reg_rdlen, RingMemory::receive_bytes);
    io.write(reg_rdh, 0);
    io.write(reg_rdtr, 0);
    io.write(reg_radv, 0);
    io.write(reg_itr, 0);
    io.write(reg_rxcsum, rxcsum_ip | rxcsum_tcp_udp);
    device.rctl = 0;
    write_rctl(device, wanted_rctl(device.netdev));
    io.write(reg_rdt, ring_size - 1);
}

} // namespace

// The link: after a reset the PHY negotiates by itself (section 14.3.1), so the driver only sets
// SLU. Restarting it would take the link down for half a second.
Result<void> e1000_start(E1000& device) {
    TRY(reset(device));
    const E1000Io& io = device.io;
    u8* address = device.netdev.dev_addr;
    if (!address_from_eeprom(io, address).ok()) address_from_filter(io, address);
    if (!is_station_address(address)) return Errno{EIO};
    TRY(rings_allocate(io, device.memory, device.tx, device.rx));
    io.write(reg_ctrl, io.read(reg_ctrl) | ctrl_set_link_up);
    write_filter(io, 0, address);
    for (u32 i = 1; i < exact_filters; i++) write_filter(io, i, nullptr);
    for (u32 i = 0; i < multicast_table_words; i++) io.write(reg_mta + 4 * i, 0);
    start_transmitter(device);
    start_receiver(device);
    return {};
}

void e1000_shutdown(E1000& device) {
    kernel_timers().cancel(device.unattended);
    device.interrupt_mask = 0;
    device.io.write(reg_imc, causes_all);
    device.io.write(reg_rctl, 0);
    device.io.write(reg_tctl, 0);
    // What it was doing at that moment ends with the frame: 12 µs at a gigabit, 1.2 ms at 10 Mb/s.
    device.io.delay_us(2000);
    rings_release(device.io, device.memory, device.tx, device.rx);
}

// Section 13.5.1 with RCTL.MO 0: bits 47 to 36 of the address.
u16 e1000_multicast_hash(const u8* address) {
    return static_cast<u16>(address[4] >> 4 | address[5] << 4);
}

// The first addresses get the exact filters, the rest share the table's bits.
void e1000_set_rx_mode(net_device& dev) {
    E1000& device = E1000::of(dev);
    u32 table[multicast_table_words] = {};
    for (u32 i = 1; i < exact_filters; i++)
        write_filter(device.io, i,
                     i <= dev.multicast_count ? dev.multicast[i - 1].address : nullptr);
    for (u32 i = exact_filters - 1; i < dev.multicast_count; i++) {
        const u16 hash = e1000_multicast_hash(dev.multicast[i].address);
        table[hash / 32] |= 1u << hash % 32;
    }
    for (u32 i = 0; i < multicast_table_words; i++) device.io.write(reg_mta + 4 * i, table[i]);
    write_rctl(device, wanted_rctl(dev));
}

Result<void> e1000_set_mac_address(net_device& dev, const u8* address) {
    if (!is_station_address(address)) return Errno{EADDRNOTAVAIL};
    for (u32 i = 0; i < ETH_ALEN; i++) dev.dev_addr[i] = address[i];
    write_filter(E1000::of(dev).io, 0, address);
    return {};
}

void e1000_update_carrier(E1000& device) {
    const bool up = device.io.read(reg_status) & status_link_up;
    if (up == device.netdev.carrier) return;
    if (up)
        netif_carrier_on(device.netdev);
    else
        netif_carrier_off(device.netdev);
}

// Reading clears a counter (section 13.7). QEMU's MPC stays as it is; a second reading shows which
// kind this is.
void e1000_update_stats(net_device& dev) {
    E1000& device = E1000::of(dev);
    const E1000Io& io = device.io;
    const u32 missed = io.read(reg_mpc), left = io.read(reg_mpc);
    if (left < missed || missed == 0)
        dev.stats.rx_fifo_errors += missed + left;
    else
        dev.stats.rx_fifo_errors += missed - std::exchange(device.missed_before, missed);
    const u32 alignment = io.read(reg_algnerrc);
    dev.stats.rx_frame_errors += alignment;
    dev.stats.rx_errors +=
        alignment + io.read(reg_crcerrs) + io.read(reg_rxerrc) + io.read(reg_rlec);
    dev.stats.tx_errors += io.read(reg_ecol) + io.read(reg_latecol);
    dev.stats.collisions += io.read(reg_colc);
}

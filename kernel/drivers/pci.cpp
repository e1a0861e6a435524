// Configuration mechanism #1: PCI Local Bus Specification 3.0, 3.2.2.3.2; BARs: 6.2.5.1.
#include "kernel/drivers/pci.h"
#include "kernel/arch/io.h"
#include "kernel/arch/paging.h"
#include "kernel/base/format.h"

namespace {

constexpr u16 address_port = 0xcf8, data_port = 0xcfc;
constexpr u8 header_type = 0x0e, class_register = 0x08, secondary_bus = 0x19;
constexpr u16 no_device = 0xffff;

List<PciDriver, &PciDriver::node> drivers;

void select(const PciDevice& d, u8 offset) {
    out32(address_port, 1u << 31 | d.bus << 16 | d.slot << 11 | d.function << 8 | (offset & 0xfc));
}

u8 read8(const PciDevice& device, u8 offset) {
    return pci_read32(device, offset) >> (offset & 3) * 8;
}

// What the address bits that can't be set leave is the size.
u32 probe_size(const PciDevice& device, u8 offset, u32 value) {
    pci_write32(device, offset, ~u32{0});
    const u32 mask = pci_read32(device, offset);
    pci_write32(device, offset, value);
    return mask;
}

void read_bars(PciDevice& device) {
    const u16 command = pci_read16(device, pci_command);
    pci_write16(device, pci_command, command & ~(pci_command_io | pci_command_memory));
    for (unsigned i = 0; i < 6; ++i) {
        const u8 offset = pci_bar0 + 4 * i;
        const u32 value = pci_read32(device, offset);
        const u32 mask = probe_size(device, offset, value);
        PciBar& bar = device.bars[i];
        if (mask == 0) continue;
        if (value & 1) {
            bar = {value & ~3u, (~(mask & ~3u) & 0xffff) + 1, true};
            continue;
        }
        bar = {value & ~15u, u64{~(mask & ~15u)} + 1, false};
        if ((value >> 1 & 3) != 2) continue;
        const u32 high = pci_read32(device, offset + 4); // a 64-bit address
        const u64 high_mask = probe_size(device, offset + 4, high);
        bar.address |= u64{high} << 32;
        bar.bytes = ~(high_mask << 32 | (mask & ~15u)) + 1;
        ++i;
    }
    pci_write16(device, pci_command, command);
}

void offer(PciDevice& device) {
    for (PciDriver& driver : drivers) {
        if (driver.vendor != device.vendor || driver.device != device.device) continue;
        read_bars(device);
        const Result<void> probed = driver.probe(device);
        if (!probed.ok()) kprintf("%s: probe failed, error %d\n", driver.name, probed.error().code);
        return;
    }
}

void scan_bus(u8 bus, int depth);

// True when the slot has more functions than this one.
bool scan_function(u8 bus, u8 slot, u8 function, int depth) {
    PciDevice device{};
    device.bus = bus, device.slot = slot, device.function = function;
    device.vendor = pci_read16(device, 0);
    if (device.vendor == no_device) return false;
    device.device = pci_read16(device, 2);
    const u32 class_value = pci_read32(device, class_register);
    device.class_code = class_value >> 24, device.subclass = class_value >> 16;
    device.irq = read8(device, pci_interrupt_line);
    const u8 type = read8(device, header_type);
    constexpr int deepest = 8;
    if ((type & 0x7f) == 1 && depth < deepest)
        scan_bus(read8(device, secondary_bus), depth + 1);
    else if ((type & 0x7f) == 0)
        offer(device);
    return type & 0x80;
}

void scan_bus(u8 bus, int depth) {
    for (u8 slot = 0; slot < 32; ++slot) {
        if (!scan_function(bus, slot, 0, depth)) continue;
        for (u8 function = 1; function < 8; ++function) scan_function(bus, slot, function, depth);
    }
}

} // namespace

u32 pci_read32(const PciDevice& device, u8 offset) {
    select(device, offset);
    return in32(data_port);
}
u16 pci_read16(const PciDevice& device, u8 offset) {
    select(device, offset);
    return in16(data_port + (offset & 2));
}
void pci_write32(const PciDevice& device, u8 offset, u32 value) {
    select(device, offset);
    out32(data_port, value);
}
void pci_write16(const PciDevice& device, u8 offset, u16 value) {
    select(device, offset);
    out16(data_port + (offset & 2), value);
}

void pci_enable(const PciDevice& device) {
    pci_write16(device, pci_command,
                pci_read16(device, pci_command) | pci_command_io | pci_command_memory |
                    pci_command_bus_master);
}

Result<volatile void*> pci_map_bar(const PciDevice& device, unsigned bar) {
    if (bar >= 6 || device.bars[bar].bytes == 0 || device.bars[bar].is_port) return Errno{ENODEV};
    volatile void* mapped = map_device(device.bars[bar].address, device.bars[bar].bytes);
    if (!mapped) return Errno{ENOMEM};
    return mapped;
}

void pci_register_driver(PciDriver& driver) { drivers.push_back(driver); }
void pci_init() { scan_bus(0, 0); }

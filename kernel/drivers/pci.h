// The PCI bus: finds the devices and offers each to the drivers that registered for it.
#pragma once

#include "kernel/arch/layout.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"

struct PciBar {
    PhysicalAddress address; // or a port number
    u64 bytes;               // 0: there is no such BAR
    bool is_port;
};

struct PciDevice {
    u8 bus, slot, function;
    u16 vendor, device;
    u8 class_code, subclass;
    u8 irq; // line of the 8259s, or 255
    PciBar bars[6];
};

// Registers of the configuration header (PCI Local Bus Specification 3.0, 6.1).
constexpr u8 pci_command = 0x04, pci_bar0 = 0x10, pci_interrupt_line = 0x3c;
constexpr u16 pci_command_io = 1, pci_command_memory = 2, pci_command_bus_master = 4;

u32 pci_read32(const PciDevice& device, u8 offset);
u16 pci_read16(const PciDevice& device, u8 offset);
void pci_write32(const PciDevice& device, u8 offset, u32 value);
void pci_write16(const PciDevice& device, u8 offset, u16 value);
// Lets the device answer at its BARs and reach memory by itself.
void pci_enable(const PciDevice& device);
// The registers behind a memory BAR, uncached. ENODEV when it is none, ENOMEM.
Result<volatile void*> pci_map_bar(const PciDevice& device, unsigned bar);

// A driver for one kind of device. probe() keeps no pointer to the PciDevice; it may copy it.
struct PciDriver {
    ListNode node;
    const char* name;
    u16 vendor, device;
    Result<void> (*probe)(const PciDevice& device);
};
void pci_register_driver(PciDriver& driver);
// Looks through the buses and probes what the registered drivers know.
void pci_init();

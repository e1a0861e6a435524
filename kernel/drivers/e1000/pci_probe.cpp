// Finding e1000s on the PCI bus, and tying them to the interrupt line and the stack.
#include "kernel/arch/interrupts.h"
#include "kernel/drivers/e1000/device.h"
#include "kernel/drivers/pci.h"
#include "kernel/sched/scheduler.h"

namespace {

constexpr u16 vendor_intel = 0x8086, device_82540em = 0x100e;

// What the handler noted is done at the next safe point, for all devices at once.
Work receive_work([](Work&) { net_poll(); });

// One for each device, never freed: a network card isn't pulled out.
struct PciE1000 : E1000 {
    InterruptHandler handler{[](void* self) { return e1000_interrupt(*static_cast<E1000*>(self)); },
                             static_cast<E1000*>(this)};
};

Result<void> bring_up(PciE1000& device, const PciDevice& pci) {
    device.io.registers = static_cast<volatile u8*>(TRY(pci_map_bar(pci, 0)));
    device.notify = [](E1000&) { work_raise(receive_work); };
    pci_enable(pci);
    TRY(e1000_start(device));
    e1000_setup_netdev(device);
    Result<void> tied = interrupt_register(pci.irq, device.handler, true);
    if (tied.ok()) tied = register_netdev(device.netdev);
    if (!tied.ok()) e1000_shutdown(device);
    return tied;
}

Result<void> probe(const PciDevice& pci) {
    void* memory = kmalloc(sizeof(PciE1000));
    if (!memory) return Errno{ENOMEM};
    Box<PciE1000> device(new (memory) PciE1000);
    TRY(bring_up(*device, pci));
    const u8* address = device->netdev.dev_addr;
    kprintf("%s: e1000 at irq %u, %02x:%02x:%02x:%02x:%02x:%02x\n", device->netdev.name, pci.irq,
            address[0], address[1], address[2], address[3], address[4], address[5]);
    device.release();
    return {};
}

PciDriver driver = {{}, "e1000", vendor_intel, device_82540em, probe};

} // namespace

void e1000_init() { pci_register_driver(driver); }

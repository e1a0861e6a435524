// The order in which the kernel comes to life. Read it as a table of contents.
#include "kernel/arch/boot_info.h"
#include "kernel/arch/clock.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/cxx_runtime.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/paging.h"
#include "kernel/arch/random.h"
#include "kernel/arch/segments.h"
#include "kernel/base/assert.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/cmdline.h"
#include "kernel/drivers/console.h"
#include "kernel/drivers/e1000/device.h"
#include "kernel/drivers/pci.h"
#include "kernel/drivers/serial.h"
#include "kernel/drivers/tun.h"
#include "kernel/drivers/vga.h"
#include "kernel/fs/fs.h"
#include "kernel/kernel_files.h"
#include "kernel/mem/frames.h"
#include "kernel/network.h"
#include "kernel/proc/process.h"
#include "kernel/sched/scheduler.h"
#include "kernel/syscall/audit.h"
#include "kernel/trace/trace_file.h"

namespace {

alignas(CommandLine) u8 command_line_storage[sizeof(CommandLine)];

void print_banner() {
    const MemoryStatistics memory = memory_statistics();
    kprintf("Plumb: %lu KiB of memory, %lu KiB free; processor at %lu MHz\n",
            memory.total_frames * 4, memory.free_frames * 4, clock_tsc_khz() / 1000);
    kprintf("command line: %s\n", kernel_command_line().text());
}

std::span<const u8> initrd() {
    const PhysicalRange range = boot_info().initrd;
    return {static_cast<const u8*>(phys_to_virt(range.start)), range.end - range.start};
}

// `init=` says which program; what follows `--` are its arguments.
void start_first_program() {
    char path[256];
    const CommandLine& options = kernel_command_line();
    copy_string(path, sizeof path, options.option("init").value_or("/init"));
    const char* arguments[CommandLine::max_words + 2] = {path};
    for (usize i = 0; i < options.init_argument_count(); ++i)
        arguments[i + 1] = options.init_argument(i);
    const char* const environment[] = {"HOME=/", "TERM=linux", nullptr};
    const Result<void> started = start_init(path, arguments, environment);
    if (!started.ok()) panic("can't start %s: error %d", path, started.error().code);
}

// The second half, as a thread: from here on waiting is allowed.
void start_services(void*) {
    network_init();
    e1000_init(); // early: its receiver takes a second to come to life
    pci_init();
    fs_init(initrd());
    kernel_files_init();
    trace_files_init();
    audit_files_init();
    tun_device_init();
    frames_add(align_up(boot_info().initrd.start, page_size), boot_info().initrd.end);
    proc_init();
    network_configure();
    start_first_program();
}

} // namespace

const CommandLine& kernel_command_line() {
    return *reinterpret_cast<const CommandLine*>(command_line_storage);
}

extern "C" [[noreturn]] void kernel_main(u32 magic, PhysicalAddress information) {
    // The machine.
    segments_init();
    run_constructors();
    scheduler_init();
    serial_init();
    vga_init();
    interrupts_init();
    cpu_init_features();
    // Memory.
    boot_info_read(magic, information);
    paging_init();
    // Time and chance.
    clock_init();
    random_init();
    // The outside.
    new (command_line_storage) CommandLine(boot_info().command_line);
    console_init();
    print_banner();

    Result<Thread*> services = thread_create(start_services, nullptr);
    ASSERT(services.ok());
    make_runnable(**services);
    scheduler_idle();
}

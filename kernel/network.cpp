// Ties net/ to the rest of the kernel, of which it knows nothing.
#include "kernel/network.h"
#include "kernel/base/format.h"
#include "kernel/cmdline.h"
#include "kernel/fs/procfs.h"
#include "kernel/mem/frames.h"
#include "kernel/sched/scheduler.h"
#include "kernel/syscall/unix_services.h"
#include "net/ipv6/addrconf.h"
#include "net/net_init.h"
#include "net/netconfig.h"
#include "net/netdevice.h"
#include "net/netfilter/rules.h"
#include "net/packet/packet.h"
#include "net/proc_net.h"
#include "net/security/policy.h"

#include "net/tcp/tcp.h"
#include "net/unix/unix.h"

namespace {

const NetKnob& knob_of(u64 context) { return *reinterpret_cast<const NetKnob*>(context); }

void show_knob(TextBuffer& out, u64 context) { out.print("%u\n", *knob_of(context).value); }

Result<void> store_knob(std::string_view text, u64 context) {
    return net_knob_store(knob_of(context), text);
}

void register_knobs(std::span<const NetKnob> knobs) {
    for (const NetKnob& knob : knobs)
        proc_register(knob.path, show_knob, store_knob, reinterpret_cast<u64>(&knob));
}

// Frames on lo wait for the idle loop too, so it looks even where there is no network card.
bool idle_poll(IdlePoller&) { return net_poll(); }
Work receive_work([](Work&) { net_poll(); });
// With frames there already the loop finds the work raised, and doesn't sleep.
void idle_before_sleep(IdlePoller&) {
    if (net_arm_interrupts()) work_raise(receive_work);
}
IdlePoller idle_poller(idle_poll, idle_before_sleep);

} // namespace

u8* net_page_alloc() {
    Frame* frame = frame_alloc_zeroed();
    return frame ? static_cast<u8*>(frame->data()) : nullptr;
}
void net_page_free(u8* page) { frame_unref(frame_of_pointer(page)); }

void network_init() {
    unix_services_init();
    if (kernel_command_line().option("ipv6.disable") == "1") ipv6_enabled = false;
    auto start = []() -> Result<void> {
        TRY(net_init());
        return tcp_init(memory_statistics().total_frames * page_size);
    };
    if (auto started = start(); !started.ok()) panic("network: error %d", started.error().code);
    register_idle_poller(idle_poller);
}

void network_configure() {
    for (const ProcNetFile& entry : proc_net_files()) proc_register(entry.path, entry.show);
    for (const ProcNetFile& entry : proc_net6_files()) proc_register(entry.path, entry.show);
    proc_net_add(tcp_snmp_show, tcp_sockstat_show);
    proc_register("net/tcp", [](TextBuffer& out, u64) { tcp4_seq_show(out); });
    proc_register("net/packet", [](TextBuffer& out, u64) { packet_seq_show(out); });
    if (ipv6_enabled) proc_register("net/tcp6", [](TextBuffer& out, u64) { tcp6_seq_show(out); });
    proc_register("net/unix", [](TextBuffer& out, u64) { unix_seq_show(out); });
    proc_register("net/netstat", [](TextBuffer& out, u64) { tcp_netstat_show(out); });
    proc_register(
        "net/rules", [](TextBuffer& out, u64) { rules_show(out); },
        [](std::string_view text, u64) { return rules_store(text); });
    proc_register(
        "net/policy", [](TextBuffer& out, u64) { policy_show(out); },
        [](std::string_view text, u64) { return policy_store(text); });
    register_knobs(net_knobs());
    register_knobs(net_knobs6());

    auto config = find_netconfig(kernel_command_line().text());
    if (!config.ok()) {
        kprintf("network: can't read ip= of the command line\n");
    } else if (config->present || config->dhcp) {
        if (auto applied = apply_netconfig(*config); !applied.ok())
            kprintf("network: ip=: error %d\n", applied.error().code);
    }
}

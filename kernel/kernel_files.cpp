// What stands above fs and knows the command line, the log and the processes tells it here.
#include "kernel/kernel_files.h"
#include "kernel/base/math.h"
#include "kernel/cmdline.h"
#include "kernel/drivers/klog.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/proc_system.h"
#include "kernel/proc/process.h"
#include "kernel/proc/system_name.h"

namespace {
void show_command_line(TextBuffer& out, u64) { out.print("%s\n", kernel_command_line().text()); }

void show_version(TextBuffer& out, u64) {
    out.print("Linux version %s (plumb) %s\n", system_release, system_version);
}

// PIDs are given out upwards, so the highest that lives stands for the last.
ProcessCounts count_processes() {
    ProcessCounts counts;
    for (Process& process : all_processes()) {
        counts.threads += process.thread_count;
        counts.last_pid = max(counts.last_pid, process.pid);
    }
    return counts;
}

// The log as text: read from where the ring begins, written as printk would. A reader at the end
// gets EAGAIN or the end of file; it doesn't wait.
struct LogFile : file {
    explicit LogFile(u32 flags) : file(flags), position(klog_start()) {}
    Result<usize> read(IovIter& to, i64&) override {
        char block[256];
        u64 next = position;
        const usize n = klog_read(next, {block, min(sizeof block, to.remaining())});
        if (n == 0) return nonblocking() ? Result<usize>(Errno{EAGAIN}) : Result<usize>(usize{0});
        if (to.copy_to(block, n) < n) return Errno{EFAULT};
        position = next;
        return n;
    }
    Result<usize> write(IovIter& from, i64&) override {
        char block[512];
        const usize n = from.remaining();
        if (n > sizeof block) return Errno{EINVAL};
        if (from.copy_from(block, n) < n) return Errno{EFAULT};
        klog_write({block, n});
        return n;
    }
    u64 position;
};

Result<Ref<file>> open_log(Device, u32 flags) { return Ref<file>(TRY(make_ref<LogFile>(flags))); }
} // namespace

void kernel_files_init() {
    proc_register("cmdline", show_command_line);
    proc_register("version", show_version);
    set_process_counter(count_processes);
    register_device(1, 11, "kmsg", 0644, open_log);
}

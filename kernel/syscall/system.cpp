// The calls about the system as a whole.
#include "kernel/syscall/system.h"
#include "kernel/syscall/import_iovec.h"

#include "kernel/arch/power.h"
#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/drivers/klog.h"
#include "kernel/fs/fs.h"
#include "kernel/mem/frames.h"
#include "kernel/proc/process.h"
#include "kernel/proc/system_name.h"

SystemName system_name;

namespace {

// personality(2): a 64-bit kernel that calls itself i686.
constexpr u32 per_mask = 0xff, per_linux32 = 8;

Result<void> set_name(char* to, UserPtr<const char> from, int length) {
    if (current_process().credentials.euid != 0) return Errno{EPERM};
    if (length < 0 || length > static_cast<int>(name_length)) return Errno{EINVAL};
    char name[name_length + 1] = {};
    TRY(copy_from_user(name, from, static_cast<usize>(length)));
    memcpy(to, name, sizeof(name));
    return {};
}

u64 clear_position = 0; // SYSLOG_ACTION_CLEAR: the log begins here for READ_ALL
u64 read_position = 0;  // SYSLOG_ACTION_READ

// Copies log text from `position` on, at most `length` bytes.
Result<usize> copy_log(u64& position, UserPtr<char> buffer, usize length) {
    usize total = 0;
    char chunk[256];
    while (total < length) {
        const usize n = klog_read(position, {chunk, min(sizeof(chunk), length - total)});
        if (n == 0) break;
        TRY(copy_to_user(buffer + total, chunk, n));
        total += n;
    }
    return total;
}

// The last `length` bytes of the log.
SysResult read_all(UserPtr<char> buffer, usize length) {
    u64 position = max(clear_position, klog_start());
    if (klog_end() - position > length) position = klog_end() - length;
    return static_cast<long>(TRY(copy_log(position, buffer, length)));
}

} // namespace

SysResult sys_uname(UserPtr<utsname_native> name) {
    utsname_native out{};
    copy_string(out.sysname, sizeof(out.sysname), "Linux");
    copy_string(out.nodename, sizeof(out.nodename), system_name.node);
    copy_string(out.release, sizeof(out.release), system_release);
    copy_string(out.version, sizeof(out.version), system_version);
    const bool as_32bit = (current_process().personality & per_mask) == per_linux32;
    copy_string(out.machine, sizeof(out.machine), as_32bit ? "i686" : "x86_64");
    copy_string(out.domainname, sizeof(out.domainname), system_name.domain);
    TRY(put_user(name, out));
    return 0;
}

SysResult sys_sethostname(UserPtr<const char> name, int length) {
    TRY(set_name(system_name.node, name, length));
    return 0;
}
SysResult sys_setdomainname(UserPtr<const char> name, int length) {
    TRY(set_name(system_name.domain, name, length));
    return 0;
}

SysResult sys_sysinfo(UserPtr<sysinfo_native> info) {
    const MemoryStatistics memory = memory_statistics();
    sysinfo_native out{};
    out.uptime = static_cast<i64>(clock_monotonic() / s_to_ns(1));
    out.totalram = memory.total_frames * page_size;
    out.freeram = memory.free_frames * page_size;
    out.sharedram = file_frames() * page_size; // the RAM file systems
    out.procs = static_cast<u16>(process_count());
    out.mem_unit = 1;
    // The structure's last four bytes are padding that Linux doesn't write.
    TRY(put_user(info, out));
    return 0;
}
SysResult compat_sys_sysinfo(UserPtr<sysinfo32> info) {
    const MemoryStatistics memory = memory_statistics();
    sysinfo32 out{};
    out.uptime = static_cast<i32>(clock_monotonic() / s_to_ns(1));
    // In pages when bytes don't fit.
    const bool in_pages = memory.total_frames * page_size > 0xffff'ffff;
    const u64 unit = in_pages ? 1 : page_size;
    out.totalram = static_cast<u32>(memory.total_frames * unit);
    out.freeram = static_cast<u32>(memory.free_frames * unit);
    out.sharedram = static_cast<u32>(file_frames() * unit);
    out.procs = static_cast<u16>(process_count());
    out.mem_unit = in_pages ? page_size : 1;
    TRY(put_user(info, out));
    return 0;
}

SysResult sys_reboot(u32 magic1, u32 magic2, u32 command, UserPtr<void>) {
    if (current_process().credentials.euid != 0) return Errno{EPERM};
    if (magic1 != LINUX_REBOOT_MAGIC1 ||
        (magic2 != LINUX_REBOOT_MAGIC2 && magic2 != LINUX_REBOOT_MAGIC2A &&
         magic2 != LINUX_REBOOT_MAGIC2B && magic2 != LINUX_REBOOT_MAGIC2C))
        return Errno{EINVAL};
    switch (command) {
    case LINUX_REBOOT_CMD_RESTART:
        machine_reboot();
    case LINUX_REBOOT_CMD_POWER_OFF:
        machine_power_off();
    case LINUX_REBOOT_CMD_HALT:
        machine_halt();
    case LINUX_REBOOT_CMD_CAD_OFF:
        return 0; // Ctrl-Alt-Del never restarts this machine
    default:
        return Errno{EINVAL};
    }
}

// syslog(2), by the numbers of its actions.
SysResult sys_syslog(int type, UserPtr<char> buffer, int length) {
    enum {
        close,
        open,
        read,
        all,
        all_and_clear,
        clear,
        console_off,
        console_on,
        level,
        unread,
        size
    };
    const bool reads = type == read || type == all || type == all_and_clear;
    if (reads && (!buffer || length < 0)) return Errno{EINVAL};
    const bool anyone = type == all || type == size;
    if (!anyone && current_process().credentials.euid != 0) return Errno{EPERM};
    switch (type) {
    case close:
    case open:
        return 0;
    case read:
        return static_cast<long>(TRY(copy_log(read_position, buffer, static_cast<usize>(length))));
    case all:
        return read_all(buffer, static_cast<usize>(length));
    case all_and_clear: {
        SysResult done = read_all(buffer, static_cast<usize>(length));
        if (done.ok()) clear_position = klog_end();
        return done;
    }
    case clear:
        clear_position = klog_end();
        return 0;
    case console_off:
        klog_set_console(false);
        return 0;
    case console_on:
        klog_set_console(true);
        return 0;
    case level:
        if (length < 1 || length > 8) return Errno{EINVAL};
        klog_set_console(length > 1);
        return 0;
    case unread:
        return static_cast<long>(klog_end() - max(read_position, klog_start()));
    case size:
        return static_cast<long>(klog_end() - klog_start());
    default:
        return Errno{EINVAL};
    }
}

SysResult sys_getrandom(UserPtr<void> buffer, usize bytes, u32 flags) {
    if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) return Errno{EINVAL};
    if ((flags & GRND_RANDOM) && (flags & GRND_INSECURE)) return Errno{EINVAL};
    bytes = min(bytes, max_transfer);
    u8 chunk[256];
    for (usize done = 0; done < bytes;) {
        const usize n = min(sizeof(chunk), bytes - done);
        random_bytes({chunk, n});
        const usize missing = copy_to_user_partial(UserPtr<void>(buffer.address + done), chunk, n);
        done += n - missing;
        if (missing) return done ? SysResult(static_cast<long>(done)) : Errno{EFAULT};
    }
    return static_cast<long>(bytes);
}

SysResult sys_getcpu(UserPtr<u32> cpu, UserPtr<u32> node) {
    if (cpu) TRY(put_user(cpu, 0));
    if (node) TRY(put_user(node, 0));
    return 0;
}

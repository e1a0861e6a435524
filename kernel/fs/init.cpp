// The start of the file systems: a root in memory, filled from the archive, with /dev on it.
#include "kernel/base/assert.h"
#include "kernel/base/format.h"
#include "kernel/fs/cpio.h"
#include "kernel/fs/devfs.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/proc_system.h"
#include "kernel/fs/ramfs.h"

namespace {
Result<void> mount_devices() {
    Ref<FsContext> context = TRY(FsContext::create());
    context->umask = 0;
    const Credentials root_user{};
    const Walker who{*context, root_user};
    auto made = make_directory(who, "/dev", 0755);
    if (!made && made.error().code != EEXIST) return made.error();
    Ref<Dentry> dev = TRY(walk(who, "/dev", walk_follow | walk_directory));
    return attach("devtmpfs", *dev, Ref<FileSystem>(TRY(devfs_create())));
}
} // namespace

void fs_init(std::span<const u8> initrd) {
    auto root = RamFs::create("rootfs");
    if (!root || !mount_root(Ref<FileSystem>(*root))) panic("no memory for the root file system");
    if (!initrd.empty()) {
        const CpioSummary summary = cpio_unpack(root_dentry(), initrd);
        kprintf("initrd: %u entries, %lu bytes%s\n", summary.entries, summary.bytes,
                summary.malformed ? ", then something malformed" : "");
    }
    register_memory_devices();
    auto devices = mount_devices();
    if (!devices) kprintf("devfs: error %d\n", devices.error().code);
    proc_register_system_files();
}

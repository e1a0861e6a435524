// /dev/net/tun as a file: each one opened is an end of its own.
#include "net/tun.h"
#include "kernel/drivers/tun.h"
#include "kernel/fs/file.h"
#include "kernel/fs/fs.h"

namespace {

struct TunFile final : file {
    explicit TunFile(u32 flags) : file(flags) {}

    Result<usize> read(IovIter& to, i64&) override { return end.read(to, nonblocking()); }
    Result<usize> write(IovIter& from, i64&) override { return end.write(from); }
    u32 poll(PollTable* table) override { return end.poll(table); }
    SysResult ioctl(u32 command, uptr argument, bool compat) override {
        return end.ioctl(command, argument, compat);
    }

    TunEnd end;
};

Result<Ref<file>> open_tun(Device, u32 flags) { return Ref<file>(TRY(make_ref<TunFile>(flags))); }

} // namespace

// Numbers: Documentation/admin-guide/devices.txt. Everybody may open it; making an interface is for
// user 0.
void tun_device_init() { register_device(10, 200, "net/tun", 0666, open_tun); }

// ioctl(2) on network devices, whatever the socket's family: netdevice(7).
#pragma once

#include "net/netdevice.h"

// Linux's struct ifreq, the part that is laid out alike for both ABIs; the union's 16 bytes
// (24 on x86-64) are read as the command needs them.
struct IfRequest {
    char name[IFNAMSIZ];
    union {
        u8 bytes[24];
        struct {
            u16 family;
            u8 data[14];
        } address;
        i16 flags;
        i32 value;
        u64 pointer;
        u32 pointer32;
    };
};
static_assert(sizeof(IfRequest) == 40);
constexpr usize ifreq_size(bool compat) { return compat ? 32 : 40; }

// Reads a request and ends its name; writes it back. Errors: EFAULT.
Result<IfRequest> get_ifreq(uptr from, bool compat);
SysResult put_ifreq(uptr to, const IfRequest& request, bool compat);

// Errors: ENODEV, EPERM, EFAULT, EINVAL, EOPNOTSUPP; ENOTTY for commands that nobody knows.
SysResult dev_ioctl(u32 command, uptr argument, bool compat);

// SIOCGIFCONF: a family writes one request for each address of `dev` (null `to`: only counts).
// Returns how many.
using IfconfLister = u32 (*)(net_device& dev, IfRequest* to, u32 room);
void register_gifconf(IfconfLister lister);

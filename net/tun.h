// /dev/net/tun: a network interface whose other end is a program. What the kernel sends through it
// the program reads, one packet a call; what the program writes comes in as if from a wire. A tap
// carries Ethernet frames, a tun bare IP packets (Documentation/networking/tuntap.rst).
#pragma once

#include "net/dev_ioctl.h"

struct TunDevice;

// What an open /dev/net/tun holds: nothing at first (EBADFD), then one interface.
class TunEnd {
  public:
    TunEnd() = default;
    ~TunEnd(); // the interface goes too, unless it was made to stay
    TunEnd(const TunEnd&) = delete;
    TunEnd& operator=(const TunEnd&) = delete;

    // One packet, cut to the room there is; with its struct tun_pi unless IFF_NO_PI. Errors:
    // EBADFD, EAGAIN, EINTR, EINVAL (no room for the tun_pi), EFAULT (also, as on Linux, when the
    // interface is deleted meanwhile).
    Result<usize> read(IovIter& to, bool nonblock);
    // Errors: EBADFD, EINVAL (not a packet), EIO (the interface is down), EMSGSIZE, ENOMEM, EFAULT.
    Result<usize> write(IovIter& from);
    u32 poll(PollTable* table);
    // TUN*. Errors: EBADFD, EEXIST, EINVAL, EPERM, EBUSY, EFAULT, ENOMEM.
    SysResult ioctl(u32 command, uptr argument, bool compat);

    // The interface is being deleted.
    void cut_off();

    WaitQueue wait; // a packet has come, the interface up, or gone

  private:
    Result<void> attach(IfRequest& request);
    SysResult set_interface(uptr argument, bool compat);
    SysResult get_interface(uptr argument, bool compat);
    SysResult hardware_address(bool set, uptr argument, bool compat);
    SysResult change(u32 command, uptr argument);

    TunDevice* tun_ = nullptr;
};

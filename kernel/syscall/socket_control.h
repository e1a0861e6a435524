// Ancillary data (cmsg(3)) on its way between a program and the kernel. Inside it has the native
// layout; what an i386 program brings or gets is re-laid here, and nowhere else.
#pragma once

#include "kernel/base/ref.h"
#include "kernel/mem/user_copy.h"
#include "net/socket.h"

class ControlBuffer {
  public:
    ControlBuffer() = default;
    ControlBuffer(const ControlBuffer&) = delete;
    ControlBuffer& operator=(const ControlBuffer&) = delete;
    ~ControlBuffer() { kfree(bytes_); }

    // For sending: copies in and checks. Errors: EFAULT, ENOBUFS (longer than 20,480 bytes; ENOMEM
    // on i386), EINVAL (malformed, i386 only: the native form is checked by who reads it), ENOMEM.
    Result<void> import(UserPtr<const void> from, usize length, bool compat);
    // For receiving: room for what a program with `length` bytes can take. ENOMEM.
    Result<void> make_room(usize length, bool compat);
    void attach(msghdr& message) {
        message.control = bytes_;
        message.controllen = length_;
        message.control_room = given_;
    }
    // After receiving: copies out, sets MSG_CTRUNC when the program's room is too small; returns
    // the bytes used in its layout.
    Result<usize> export_to(UserPtr<void> to, usize room, msghdr& message, bool compat);
    // The program couldn't be told what it received: takes the descriptors (SCM_RIGHTS) back.
    void close_descriptors(const msghdr& message);

  private:
    Result<void> import_native(UserPtr<const void> from, usize length);
    Result<void> import_compat(UserPtr<const void> from, usize length);

    u8* bytes_ = nullptr;
    u32 length_ = 0;
    u32 given_ = 0; // by the program, in its layout
};

// setsockopt and getsockopt: the value is copied in or out here, so that net/ sees only bytes of
// the kernel's.
#include "kernel/base/math.h"
#include "kernel/syscall/socket.h"
#include "kernel/syscall/socket_file.h"

namespace {

// The longest value that any option has.
constexpr usize max_value = 512;

SysResult set_option(int fd, int level, int name, UserPtr<const void> value, int length,
                     bool compat) {
    if (length < 0) return Errno{EINVAL};
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    // A program may say a length that runs beyond its memory: what counts is what the option reads,
    // so take what is there.
    u8 bytes[max_value];
    const usize wanted = min(static_cast<usize>(length), max_value);
    const usize there = wanted - copy_from_user_partial(bytes, value, wanted);
    if (there < min(wanted, sizeof(int))) return Errno{EFAULT};
    TRY(sock_setsockopt(handle.sock(), level, name, {bytes, there}, compat));
    return 0;
}

SysResult get_option(int fd, int level, int name, UserPtr<void> value, UserPtr<int> length,
                     bool compat) {
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    const int room = TRY(get_user(length));
    if (room < 0) return Errno{EINVAL};
    u8 bytes[max_value] = {};
    const u32 size = TRY(sock_getsockopt(
        handle.sock(), level, name, {bytes, min(static_cast<usize>(room), max_value)}, compat));
    TRY(copy_to_user(value, bytes, size));
    TRY(put_user(length, static_cast<int>(size)));
    return 0;
}

} // namespace

SysResult sys_setsockopt(int fd, int level, int name, UserPtr<const void> value, int length) {
    return set_option(fd, level, name, value, length, false);
}
SysResult compat_sys_setsockopt(int fd, int level, int name, UserPtr<const void> value,
                                int length) {
    return set_option(fd, level, name, value, length, true);
}
SysResult sys_getsockopt(int fd, int level, int name, UserPtr<void> value, UserPtr<int> length) {
    return get_option(fd, level, name, value, length, false);
}
SysResult compat_sys_getsockopt(int fd, int level, int name, UserPtr<void> value,
                                UserPtr<int> length) {
    return get_option(fd, level, name, value, length, true);
}

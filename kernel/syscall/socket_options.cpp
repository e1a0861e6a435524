// setsockopt and getsockopt: the value is copied in or out here, so that net/ sees only bytes of
// the kernel's.
#include "kernel/base/math.h"
#include "kernel/syscall/compat_group.h"
#include "kernel/syscall/socket.h"
#include "kernel/syscall/socket_file.h"
#include "kernel/uapi/in.h"
#include "kernel/uapi/socket.h"

namespace {

// The longest value that any option has: MCAST_MSFILTER's, of ten sources.
constexpr usize max_value = 144 + 10 * 128;

// Some options are a question that the value holds: how much of it.
usize question_size(int level, int name) {
    if (level == SOL_PACKET) return sizeof(int); // PACKET_HDRLEN
    if (level == SOL_IP && name == IP_MSFILTER) return 16;
    return is_group_option(level, name) ? 144 : 0;
}

// The value can't be read, and a program is told so only of options that there are: one that can be
// asked for, or that says of no value that it is too short.
Errno unreadable_option(socket& sock, int level, int name) {
    if (level == SOL_SOCKET) return Errno{EFAULT};
    u8 bytes[sizeof(int)] = {};
    if (sock_getsockopt(sock, level, name, {bytes, sizeof(int)}, false).ok()) return Errno{EFAULT};
    auto set = sock_setsockopt(sock, level, name, {}, false);
    if (set.ok()) return Errno{EFAULT};
    // IP alone asks for its longer values' length before it reads.
    const bool read_first = level != SOL_IP && level != SOL_IPV6;
    return read_first && set.error() == Errno{EINVAL} ? Errno{EFAULT} : set.error();
}

// Likewise of the room for an answer: a level that nobody knows is refused first.
Errno refused_room(socket& sock, int level, int name, Errno error) {
    if (level == SOL_SOCKET) return error;
    u8 bytes[sizeof(int)] = {};
    auto there = sock_getsockopt(sock, level, name, {bytes, sizeof(int)}, false);
    return !there.ok() && there.error() == Errno{EOPNOTSUPP} ? there.error() : error;
}

// TCP's and UDP's own options are numbers, but for a few names: their length counts before the
// value.
bool needs_number(const socket& sock, int level, int name) {
    if (level == SOL_SOCKET) return name != SO_BINDTODEVICE;
    const bool text = name == TCP_CONGESTION || name == TCP_ULP || name == TCP_FASTOPEN_KEY;
    return level == sock.protocol && (level == IPPROTO_UDP || (level == IPPROTO_TCP && !text)) &&
           sock.family != AF_UNIX;
}

SysResult set_option(int fd, int level, int name, UserPtr<const void> value, int length,
                     bool compat) {
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    if (length < 0) return Errno{EINVAL};
    // A program may say a length that runs beyond its memory: what counts is what the option reads,
    // so take what is there.
    u8 bytes[max_value + compat_group_gap];
    const usize wanted = min(static_cast<usize>(length), max_value);
    usize there = wanted - copy_from_user_partial(bytes, value, wanted);
    if (wanted < sizeof(int) && needs_number(handle.sock(), level, name)) return Errno{EINVAL};
    if (there < min(wanted, sizeof(int))) return unreadable_option(handle.sock(), level, name);
    if (compat && is_group_option(level, name)) there = widen_group_request(bytes, there);
    TRY(sock_setsockopt(handle.sock(), level, name, {bytes, there}, compat));
    return 0;
}

// SO_GET_FILTER counts instructions, not bytes: `room` of them fit.
SysResult get_filter(socket& sock, UserPtr<void> value, UserPtr<int> length, int room) {
    const std::span<const u8> program = TRY(sock_get_filter(sock));
    const int count = static_cast<int>(program.size() / 8);
    if (room > 0 && count > 0) {
        if (room < count) return Errno{EINVAL};
        TRY(copy_to_user(value, program.data(), program.size()));
    }
    TRY(put_user(length, count));
    return 0;
}

SysResult get_option(int fd, int level, int name, UserPtr<void> value, UserPtr<int> length,
                     bool compat) {
    const SocketHandle handle = TRY(sockfd_lookup_light(fd));
    auto given = get_user(length);
    if (!given.ok()) return refused_room(handle.sock(), level, name, given.error());
    const int room = *given;
    if (room < 0) return refused_room(handle.sock(), level, name, Errno{EINVAL});
    if (level == SOL_SOCKET && name == SO_ATTACH_FILTER)
        return get_filter(handle.sock(), value, length, room);
    u8 bytes[max_value + compat_group_gap];
    usize shown = min(static_cast<usize>(room), max_value);
    memset(bytes, 0, shown);
    if (const usize question = question_size(level, name))
        copy_from_user_partial(bytes, value, min(shown, question));
    const bool widened = compat && is_group_option(level, name);
    if (widened) shown = widen_group_request(bytes, shown);
    u32 size = TRY(sock_getsockopt(handle.sock(), level, name, {bytes, shown}, compat));
    if (widened) size = static_cast<u32>(narrow_group_answer(bytes, size));
    if (size > static_cast<u32>(room)) {
        TRY(put_user(length, static_cast<int>(size)));
        return Errno{ERANGE};
    }
    TRY(copy_to_user(value, bytes, size));
    TRY(put_user(length, static_cast<int>(size)));
    return 0;
}

} // namespace

SysResult sys_setsockopt(int fd, int level, int name, UserPtr<const void> value, int length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "level", level, "name", name, "length", length);
    return set_option(fd, level, name, value, length, false);
}
SysResult compat_sys_setsockopt(int fd, int level, int name, UserPtr<const void> value,
                                int length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "level", level, "name", name, "length", length);
    return set_option(fd, level, name, value, length, true);
}
SysResult sys_getsockopt(int fd, int level, int name, UserPtr<void> value, UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "level", level, "name", name);
    return get_option(fd, level, name, value, length, false);
}
SysResult compat_sys_getsockopt(int fd, int level, int name, UserPtr<void> value,
                                UserPtr<int> length) {
    TRACE_STATION(syscall, "fd", TraceFd{fd}, "level", level, "name", name);
    return get_option(fd, level, name, value, length, true);
}

// sys_socketcall: the i386 door's one number for all socket calls. It checks the sub-call, copies
// in just the arguments that the sub-call has, and goes on to the handler that the direct number
// would have reached.
#include "kernel/base/trace.h"
#include "kernel/syscall/audit.h"
#include "kernel/syscall/nospec.h"
#include "kernel/syscall/socket.h"
#include "kernel/uapi/socket.h"

namespace {

// Arguments of each sub-call; 0: there is no such sub-call.
#define SUB_CALL(symbol, name, words, direct) words,
constexpr u8 argument_counts[SYS_SENDMMSG + 1] = {
    0,
#include "kernel/syscall/socketcall.def"
};
#undef SUB_CALL

template <class T>
UserPtr<T> pointer(u32 address) {
    return UserPtr<T>(address);
}

SysResult call_names(int call, const u32 (&a)[6]) {
    const int fd = static_cast<int>(a[0]);
    switch (call) {
    case SYS_SOCKET:
        return sys_socket(fd, static_cast<int>(a[1]), static_cast<int>(a[2]));
    case SYS_BIND:
        return sys_bind(fd, pointer<const void>(a[1]), static_cast<int>(a[2]));
    case SYS_CONNECT:
        return sys_connect(fd, pointer<const void>(a[1]), static_cast<int>(a[2]));
    case SYS_LISTEN:
        return sys_listen(fd, static_cast<int>(a[1]));
    case SYS_ACCEPT:
        return sys_accept4(fd, pointer<void>(a[1]), pointer<int>(a[2]), 0);
    case SYS_ACCEPT4:
        return sys_accept4(fd, pointer<void>(a[1]), pointer<int>(a[2]), static_cast<int>(a[3]));
    case SYS_GETSOCKNAME:
        return sys_getsockname(fd, pointer<void>(a[1]), pointer<int>(a[2]));
    case SYS_GETPEERNAME:
        return sys_getpeername(fd, pointer<void>(a[1]), pointer<int>(a[2]));
    case SYS_SOCKETPAIR:
        return sys_socketpair(fd, static_cast<int>(a[1]), static_cast<int>(a[2]),
                              pointer<int>(a[3]));
    case SYS_SHUTDOWN:
        return sys_shutdown(fd, static_cast<int>(a[1]));
    case SYS_SETSOCKOPT:
        return compat_sys_setsockopt(fd, static_cast<int>(a[1]), static_cast<int>(a[2]),
                                     pointer<const void>(a[3]), static_cast<int>(a[4]));
    case SYS_GETSOCKOPT:
        return compat_sys_getsockopt(fd, static_cast<int>(a[1]), static_cast<int>(a[2]),
                                     pointer<void>(a[3]), pointer<int>(a[4]));
    default:
        return Errno{EINVAL};
    }
}

SysResult call_data(int call, const u32 (&a)[6]) {
    const int fd = static_cast<int>(a[0]);
    switch (call) {
    case SYS_SEND:
        return sys_send(fd, pointer<const void>(a[1]), a[2], a[3]);
    case SYS_SENDTO:
        return sys_sendto(fd, pointer<const void>(a[1]), a[2], a[3], pointer<const void>(a[4]),
                          static_cast<int>(a[5]));
    case SYS_RECV:
        return sys_recv(fd, pointer<void>(a[1]), a[2], a[3]);
    case SYS_RECVFROM:
        return sys_recvfrom(fd, pointer<void>(a[1]), a[2], a[3], pointer<void>(a[4]),
                            pointer<int>(a[5]));
    case SYS_SENDMSG:
        return compat_sys_sendmsg(fd, pointer<abi::msghdr32>(a[1]), a[2]);
    case SYS_RECVMSG:
        return compat_sys_recvmsg(fd, pointer<abi::msghdr32>(a[1]), a[2]);
    case SYS_SENDMMSG:
        return compat_sys_sendmmsg(fd, pointer<abi::mmsghdr32>(a[1]), a[2], a[3]);
    case SYS_RECVMMSG:
        return compat_sys_recvmmsg_time32(fd, pointer<abi::mmsghdr32>(a[1]), a[2], a[3],
                                          pointer<timespec32>(a[4]));
    default:
        return call_names(call, a);
    }
}

} // namespace

SysResult sys_socketcall(int call, UserPtr<const u32> args) {
    TRACE_STATION(syscall, "call", call);
    if (call < 1 || call > SYS_SENDMMSG) return Errno{EINVAL};
    call = static_cast<int>(array_index_nospec(static_cast<u64>(call), SYS_SENDMMSG + 1));

    u32 a[6] = {};
    TRY(copy_from_user(a, args, argument_counts[call] * sizeof(u32)));
    AuditRecord record;
    const bool audited = audit_socketcall(record, call, a, argument_counts[call]);
    SysResult result = call_data(call, a);
    if (audited) audit_exit(record, result);
    return result;
}

// struct socket: what a descriptor of a socket leads to, and the verbs of the system calls on it.
// The descriptor's side (struct file) is the kernel's; the protocol's side (struct sock) is behind
// proto_ops.
#pragma once

#include "kernel/base/restart.h"
#include "kernel/uapi/poll.h"
#include "kernel/uapi/socket.h"
#include "net/services.h"
#include <string_view>

struct sock;
struct socket;

// Linux's struct sockaddr_storage: room for any family's address.
struct SockaddrStorage {
    alignas(8) u8 bytes[128];
    u16 family() const { return static_cast<u16>(bytes[0] | (bytes[1] << 8)); }
};

// One message of sendmsg or recvmsg, in kernel form.
struct msghdr {
    SockaddrStorage* name = nullptr; // in or out; null: none
    u32 namelen = 0;                 // in: bytes given; out: bytes of the address
    IovIter iter;
    u32 flags = 0; // in: MSG_* of the call, out: MSG_TRUNC, MSG_CTRUNC, MSG_ERRQUEUE…
    // Ancillary data, in the native layout: in (send) or room for out (receive).
    u8* control = nullptr;
    u32 controllen = 0;   // in: bytes given or room; out (receive): bytes used
    u32 control_used = 0; // receive: bytes written so far; sock_recvmsg ends with it in controllen
    u32 control_room = 0; // receive: bytes that the program has, in its own layout
    bool compat = false;  // an i386 caller
};

enum class SocketState : u8 { unconnected = 1, connecting, connected, disconnecting };

// The caller's identity, for permission checks.
struct SocketCredentials {
    int pid;
    u32 uid, gid;
    bool net_admin; // may configure interfaces and open raw sockets (uid 0)
};
// Answered by the kernel (proc); by the test on the host.
SocketCredentials socket_credentials();

// The calling program: the name that ps shows, and the path that it was started from (empty outside
// of a process). Good until the caller goes on. Answered by the kernel; by the test on the host.
struct CallingProgram {
    std::string_view name, path;
};
CallingProgram calling_program();

// Memory of the kernel's that a program may map by the socket's descriptor (a packet ring).
class MappablePages : public RefCounted {
  public:
    static constexpr usize page_bytes = 4096;

    MappablePages() = default;
    virtual ~MappablePages();
    usize count() const { return count_; }
    u8* page(usize index) const { return pages_[index]; }

  protected:
    // Once. Errors: ENOMEM.
    Result<void> allocate(usize count);

  private:
    static constexpr usize most_pages = 1 << 18;
    u8** pages_ = nullptr;
    usize count_ = 0;
};

// What a family does for each verb. Options: `value` is already a copy in the kernel.
struct proto_ops {
    int family;
    Result<void> (*release)(socket& sock);
    Result<void> (*bind)(socket& sock, const SockaddrStorage& address, u32 length);
    Result<void> (*connect)(socket& sock, const SockaddrStorage& address, u32 length,
                            bool nonblock);
    Result<void> (*socketpair)(socket& a, socket& b);
    Result<void> (*accept)(socket& sock, socket& fresh, bool nonblock);
    Result<u32> (*getname)(socket& sock, SockaddrStorage& address, bool peer); // length
    u32 (*poll)(socket& sock, PollTable* table);                               // POLL*
    // `argument` is a user address; reads and writes it by IovIter. ENOIOCTLCMD: not mine, the
    // device layer is next.
    SysResult (*ioctl)(socket& sock, u32 command, uptr argument, bool compat);
    Result<void> (*listen)(socket& sock, int backlog);
    Result<void> (*shutdown)(socket& sock, int how); // SHUT_*
    Result<void> (*setsockopt)(socket& sock, int level, int name, std::span<const u8> value);
    // Writes into `value`, returns how many bytes it has.
    Result<u32> (*getsockopt)(socket& sock, int level, int name, std::span<u8> value);
    Result<usize> (*sendmsg)(socket& sock, msghdr& message, usize size);
    Result<usize> (*recvmsg)(socket& sock, msghdr& message, usize size, u32 flags);
    // What mmap(2) shows. May be null: ENODEV.
    Result<Ref<MappablePages>> (*mmap)(socket& sock) = nullptr;
};

struct socket : RefCounted {
    SocketState state = SocketState::unconnected;
    int type = 0; // SOCK_*
    int family = 0;
    int protocol = 0;
    const proto_ops* ops = nullptr;
    sock* sk = nullptr;
    WaitQueue wait; // everybody who waits for this socket
    u64 inode = 0;  // number shown as socket:[n]

    ~socket(); // releases the protocol's side
};

template <>
struct TraceField<socket> {
    static constexpr u8 type = TRACE_TYPE_SOCKET;
    static u64 value(const socket& sock) { return sock.inode; }
};

struct net_proto_family {
    ListNode node;
    int family;
    Result<void> (*create)(socket& sock, int protocol);
};
void sock_register(net_proto_family& family);

// The verbs, called by the system-call handlers with everything copied in. Names and order are
// Linux's. Errors: EAFNOSUPPORT, EINVAL (type out of range), ESOCKTNOSUPPORT, EPROTONOSUPPORT,
// EPERM, ENOBUFS, ENOMEM.
Result<Ref<socket>> sock_create(int family, int type, int protocol);
// `flags`: MSG_*; sets message.flags. Both call the family's own through security hooks.
Result<usize> sock_sendmsg(socket& sock, msghdr& message);
Result<usize> sock_recvmsg(socket& sock, msghdr& message, u32 flags);
Result<void> sock_bind(socket& sock, const SockaddrStorage& address, u32 length);
Result<void> sock_listen(socket& sock, int backlog);
// Errors: EOPNOTSUPP.
Result<void> sock_socketpair(socket& a, socket& b);
Result<Ref<socket>> sock_accept(socket& sock, bool nonblock);
Result<void> sock_connect(socket& sock, const SockaddrStorage& address, u32 length, bool nonblock);
Result<u32> sock_getname(socket& sock, SockaddrStorage& address, bool peer);
Result<void> sock_shutdown(socket& sock, int how);
// SOL_SOCKET is answered here for every family; other levels go to the family. Timeouts
// (SO_RCVTIMEO…) are in the caller's ABI: `compat` says that its long has 32 bits.
Result<void> sock_setsockopt(socket& sock, int level, int name, std::span<const u8> value,
                             bool compat);
// Returns the answer's length; one that is more than `value` holds is ERANGE for the program, which
// is told the length (SO_PEERGROUPS).
Result<u32> sock_getsockopt(socket& sock, int level, int name, std::span<u8> value, bool compat);
// SO_GET_FILTER: the instructions of the socket's filter; none when it has none.
Result<std::span<const u8>> sock_get_filter(socket& sock);
u32 sock_poll(socket& sock, PollTable* table);
// recvmmsg(2): the pending error comes before everything else; what fails behind the first message
// waits for the next call. That there was nothing more is no error, nor is a signal.
Result<void> sock_take_error(socket& sock);
void sock_keep_error(socket& sock, Errno error);
// FIONREAD, SIOC*: the socket's, the family's, then the devices'.
SysResult sock_ioctl(socket& sock, u32 command, uptr argument, bool compat);

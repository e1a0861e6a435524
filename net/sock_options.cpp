// SOL_SOCKET: socket(7), for every family. What Linux knows and we don't answers ENOPROTOOPT.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/filter.h"
#include "net/netdevice.h"
#include "net/security.h"
#include "net/sock.h"
#include "net/timestamping.h"

namespace {

constexpr u32 buffer_limit = 212992; // net.core.[rw]mem_max
constexpr u32 min_send_buffer = 4608, min_receive_buffer = 2304;

template <class T>
T read_as(std::span<const u8> value) {
    T result;
    memcpy(&result, value.data(), sizeof result);
    return result;
}

bool net_admin() { return socket_credentials().net_admin; }

// Linux keeps twice what is asked, for its own overhead.
u32 doubled(u32 value, u32 least) { return max(min(value, u32{0x3fffffff}) * 2, least); }

void set_send_buffer(sock& sk, u32 value) {
    sk.send_buffer_locked = true;
    sk.send_buffer = doubled(value, min_send_buffer);
    sk.wake(POLLOUT | POLLWRNORM);
}

void set_receive_buffer(sock& sk, u32 value) {
    sk.receive_buffer_locked = true;
    sk.receive_buffer = doubled(value, min_receive_buffer);
}

struct Timeval32 {
    i32 seconds, microseconds;
};
struct Timeval64 {
    i64 seconds, microseconds;
};

Result<void> set_timeout(Nanoseconds& timeout, std::span<const u8> value, bool narrow) {
    Timeval64 time;
    if (narrow) {
        if (value.size() < sizeof(Timeval32)) return Errno{EINVAL};
        const auto old = read_as<Timeval32>(value);
        time = {old.seconds, old.microseconds};
    } else {
        if (value.size() < sizeof(Timeval64)) return Errno{EINVAL};
        time = read_as<Timeval64>(value);
    }
    if (time.microseconds < 0 || time.microseconds >= 1'000'000) return Errno{EDOM};
    if (time.seconds < 0) {
        timeout = 0;
    } else if ((time.seconds == 0 && time.microseconds == 0) || time.seconds > i64{1} << 32) {
        timeout = no_deadline;
    } else {
        timeout =
            s_to_ns(static_cast<u64>(time.seconds)) + us_to_ns(static_cast<u64>(time.microseconds));
    }
    return {};
}

Result<void> bind_to_device(sock& sk, std::span<const u8> value) {
    char name[IFNAMSIZ] = {};
    if (!value.empty()) memcpy(name, value.data(), min(value.size(), sizeof name - 1));
    int index = 0;
    if (name[0]) {
        net_device* dev = dev_get_by_name(name);
        if (!dev) return Errno{ENODEV};
        index = dev->ifindex;
    }
    if (sk.bound_device && !net_admin()) return Errno{EPERM};
    sk.bound_device = index;
    return {};
}

Result<void> bind_to_index(sock& sk, int index) {
    if (sk.bound_device && !net_admin()) return Errno{EPERM};
    if (index < 0) return Errno{EINVAL};
    sk.bound_device = index;
    return {};
}

Result<void> set_linger(sock& sk, std::span<const u8> value) {
    struct Linger {
        i32 on, seconds;
    };
    if (value.size() < sizeof(Linger)) return Errno{EINVAL};
    const auto linger = read_as<Linger>(value);
    sk.linger = linger.on != 0;
    if (sk.linger) sk.linger_seconds = static_cast<u32>(linger.seconds);
    return {};
}

Result<void> set_priority(sock& sk, int value) {
    if ((value < 0 || value > 6) && !net_admin()) return Errno{EPERM};
    sk.priority = static_cast<u32>(value);
    return {};
}

// The options that are a plain switch; null when `name` isn't one.
bool* switch_of(sock& sk, int name) {
    switch (name) {
    case SO_REUSEADDR:
        return &sk.reuse_address;
    case SO_REUSEPORT:
        return &sk.reuse_port;
    case SO_DONTROUTE:
        return &sk.dont_route;
    case SO_BROADCAST:
        return &sk.broadcast;
    case SO_KEEPALIVE:
        return &sk.keepalive;
    case SO_OOBINLINE:
        return &sk.oob_inline;
    case SO_NO_CHECK:
        return &sk.no_check;
    case SO_PASSCRED:
        return &sk.pass_credentials;
    case SO_RXQ_OVFL:
        return &sk.report_drops;
    case SO_DEBUG:
        return &sk.debug;
    case SO_RCVMARK:
        return &sk.report_mark;
    case SO_SELECT_ERR_QUEUE:
        return &sk.select_error_queue;
    default:
        return nullptr;
    }
}

bool passes_credentials(const sock& sk) { return sk.family == AF_UNIX || sk.family == AF_NETLINK; }

Result<void> set_switch(sock& sk, int name, bool& option, bool on) {
    if (name == SO_PASSCRED && !passes_credentials(sk)) return Errno{EOPNOTSUPP};
    if (name == SO_DEBUG && on && !net_admin()) return Errno{EACCES};
    option = on;
    if (name == SO_KEEPALIVE && sk.prot && sk.prot->set_keepalive) sk.prot->set_keepalive(sk, on);
    return {};
}

// Raw sockets have none.
bool has_peek_offset(const sock& sk) { return sk.type != SOCK_RAW; }

// Options whose value is an int.
Result<void> set_number(sock& sk, int name, int value) {
    switch (name) {
    case SO_SNDBUF:
        set_send_buffer(sk, min(static_cast<u32>(value), buffer_limit));
        return {};
    case SO_RCVBUF:
        set_receive_buffer(sk, min(static_cast<u32>(value), buffer_limit));
        return {};
    case SO_SNDBUFFORCE:
    case SO_RCVBUFFORCE: {
        if (!net_admin()) return Errno{EPERM};
        const auto size = static_cast<u32>(max(value, 0));
        name == SO_SNDBUFFORCE ? set_send_buffer(sk, size) : set_receive_buffer(sk, size);
        return {};
    }
    case SO_PRIORITY:
        return set_priority(sk, value);
    case SO_RCVLOWAT:
        sk.receive_low_water = value < 0 ? 0x7fffffff : max<u32>(static_cast<u32>(value), 1);
        return {};
    case SO_MARK:
        if (!net_admin()) return Errno{EPERM};
        sk.mark = static_cast<u32>(value);
        return {};
    case SO_PEEK_OFF:
        if (!has_peek_offset(sk)) return Errno{EOPNOTSUPP};
        sk.peek_offset = value;
        return {};
    case SO_BUF_LOCK:
        if (value & ~3) return Errno{EINVAL};
        sk.send_buffer_locked = value & 1;
        sk.receive_buffer_locked = value & 2;
        return {};
    case SO_BINDTOIFINDEX:
        return bind_to_index(sk, value);
    case SO_DETACH_FILTER:
        return sk_detach_filter(sk);
    case SO_LOCK_FILTER:
        if (sk.filter_locked && !value) return Errno{EPERM};
        sk.filter_locked = value != 0;
        return {};
    case SO_BSDCOMPAT:
        return {}; // without effect since Linux 2.4
    default:
        return Errno{ENOPROTOOPT};
    }
}

Result<void> set_option(sock& sk, int name, std::span<const u8> value, bool compat) {
    if (name == SO_BINDTODEVICE) return bind_to_device(sk, value);
    if (value.size() < sizeof(int)) return Errno{EINVAL};
    switch (name) {
    case SO_ATTACH_FILTER:
        return sk_attach_filter(sk, value, compat);
    case SO_LINGER:
        return set_linger(sk, value);
    case SO_RCVTIMEO:
    case SO_RCVTIMEO_NEW:
        return set_timeout(sk.receive_timeout, value, compat && name == SO_RCVTIMEO);
    case SO_SNDTIMEO:
    case SO_SNDTIMEO_NEW:
        return set_timeout(sk.send_timeout, value, compat && name == SO_SNDTIMEO);
    default:
        break;
    }
    if (is_timestamp_option(name)) return sock_set_timestamps(sk, name, value);
    const int number = read_as<int>(value);
    if (name == SO_REUSEPORT && number && sk.family != AF_INET && sk.family != AF_INET6)
        return Errno{EOPNOTSUPP};
    if (bool* option = switch_of(sk, name)) return set_switch(sk, name, *option, number != 0);
    return set_number(sk, name, number);
}

Result<u32> answer(std::span<u8> value, const void* from, usize bytes) {
    return sockopt_answer(value, from, bytes);
}
Result<u32> answer_int(std::span<u8> value, int number) {
    return answer(value, &number, sizeof number);
}

Result<u32> get_timeout(Nanoseconds timeout, std::span<u8> value, bool narrow) {
    if (timeout == no_deadline) timeout = 0;
    const u64 seconds = timeout / s_to_ns(1), micro = timeout % s_to_ns(1) / 1000;
    if (narrow) {
        const Timeval32 time{static_cast<i32>(seconds), static_cast<i32>(micro)};
        return answer(value, &time, sizeof time);
    }
    const Timeval64 time{static_cast<i64>(seconds), static_cast<i64>(micro)};
    return answer(value, &time, sizeof time);
}

Result<u32> get_bound_device(const sock& sk, std::span<u8> value) {
    if (sk.bound_device == 0) return u32{0};
    if (value.size() < IFNAMSIZ) return Errno{EINVAL};
    net_device* dev = dev_get_by_index(sk.bound_device);
    if (!dev) return Errno{ENODEV};
    return answer(value, dev->name, strlen(dev->name) + 1);
}

Result<u32> get_peer_credentials(const sock& sk, std::span<u8> value) {
    const u32 peer[3] = {static_cast<u32>(sk.peer_pid), sk.peer_uid, sk.peer_gid};
    return answer(value, peer, sizeof peer);
}

Result<u32> get_peer_groups(const sock& sk, std::span<u8> value) {
    if (sk.peer_uid == ~0u) return Errno{ENODATA};
    const u32 bytes = sk.peer_groups ? sk.peer_groups->count * sizeof(u32) : 0;
    if (bytes && bytes <= value.size()) memcpy(value.data(), sk.peer_groups->groups, bytes);
    return bytes;
}

Result<u32> get_peer_name(socket& sock, std::span<u8> value) {
    SockaddrStorage address{};
    auto length = sock.ops->getname(sock, address, true);
    if (!length.ok()) return Errno{ENOTCONN};
    if (*length < value.size()) return Errno{EINVAL}; // Linux: no more room than the name needs
    return answer(value, address.bytes, value.size());
}

Result<u32> get_cookie(sock& sk, std::span<u8> value) {
    static u64 last_cookie = 0;
    if (value.size() < sizeof(u64)) return Errno{EINVAL};
    if (sk.cookie == 0) sk.cookie = ++last_cookie;
    return answer(value, &sk.cookie, sizeof sk.cookie);
}

// There is one network namespace.
Result<u32> get_namespace_cookie(std::span<u8> value) {
    constexpr u64 first = 1;
    if (value.size() != sizeof first) return Errno{EINVAL};
    return answer(value, &first, sizeof first);
}

Result<u32> get_memory(const sock& sk, std::span<u8> value) {
    u32 memory[9] = {}; // SK_MEMINFO_*: linux/sock_diag.h
    memory[0] = sk.receive_allocated;
    memory[1] = sk.receive_buffer;
    memory[2] = memory[5] = sk.send_allocated;
    memory[3] = sk.send_buffer;
    memory[8] = sk.drops;
    return answer(value, memory, sizeof memory);
}

int take_socket_error(sock& sk) {
    const int error = sk.take_error();
    return error ? error : std::exchange(sk.soft_error, 0);
}

Result<u32> get_number(sock& sk, int name, std::span<u8> value) {
    switch (name) {
    case SO_SNDBUF:
        return answer_int(value, static_cast<int>(sk.send_buffer));
    case SO_RCVBUF:
        return answer_int(value, static_cast<int>(sk.receive_buffer));
    case SO_ERROR:
        return answer_int(value, take_socket_error(sk));
    case SO_TYPE:
        return answer_int(value, sk.type);
    case SO_PROTOCOL:
        return answer_int(value, sk.protocol);
    case SO_DOMAIN:
        return answer_int(value, sk.family);
    case SO_PRIORITY:
        return answer_int(value, static_cast<int>(sk.priority));
    case SO_RCVLOWAT:
        return answer_int(value, static_cast<int>(sk.receive_low_water));
    case SO_SNDLOWAT:
        return answer_int(value, 1);
    case SO_ACCEPTCONN:
        return answer_int(value, sk.state == TCP_LISTEN);
    case SO_MARK:
        return answer_int(value, static_cast<int>(sk.mark));
    case SO_PEEK_OFF:
        if (!has_peek_offset(sk)) return Errno{EOPNOTSUPP};
        return answer_int(value, sk.peek_offset);
    case SO_BUF_LOCK:
        return answer_int(value, sk.send_buffer_locked | sk.receive_buffer_locked << 1);
    case SO_BINDTOIFINDEX:
        return answer_int(value, sk.bound_device);
    case SO_LOCK_FILTER:
        return answer_int(value, sk.filter_locked);
    case SO_BSDCOMPAT:
        return answer_int(value, 0);
    default:
        return Errno{ENOPROTOOPT};
    }
}

Result<u32> get_option(socket& sock, int name, std::span<u8> value, bool compat) {
    struct sock& sk = *sock.sk;
    switch (name) {
    case SO_LINGER: {
        const int linger[2] = {sk.linger, static_cast<int>(sk.linger_seconds)};
        return answer(value, linger, sizeof linger);
    }
    case SO_RCVTIMEO:
    case SO_RCVTIMEO_NEW:
        return get_timeout(sk.receive_timeout, value, compat && name == SO_RCVTIMEO);
    case SO_SNDTIMEO:
    case SO_SNDTIMEO_NEW:
        return get_timeout(sk.send_timeout, value, compat && name == SO_SNDTIMEO);
    case SO_BINDTODEVICE:
        return get_bound_device(sk, value);
    case SO_PEERCRED:
        return get_peer_credentials(sk, value);
    case SO_PEERGROUPS:
        return get_peer_groups(sk, value);
    case SO_PEERNAME:
        return get_peer_name(sock, value);
    case SO_COOKIE:
        return get_cookie(sk, value);
    case SO_MEMINFO:
        return get_memory(sk, value);
    case SO_NETNS_COOKIE:
        return get_namespace_cookie(value);
    default:
        break;
    }
    if (is_timestamp_option(name)) return sock_get_timestamps(sk, name, value);
    if (name == SO_PASSCRED && !passes_credentials(sk)) return Errno{EOPNOTSUPP};
    if (bool* option = switch_of(sk, name)) return answer_int(value, *option);
    return get_number(sk, name, value);
}

} // namespace

Result<void> sock_setsockopt(socket& sock, int level, int name, std::span<const u8> value,
                             bool compat) {
    TRACE_STATION(socket, "socket", sock, "level", level, "name", name);
    TRY(security_socket_setsockopt(sock, level, name));
    if (level == SOL_SOCKET) return set_option(*sock.sk, name, value, compat);
    auto done = sock.ops->setsockopt(sock, level, name, value);
    net_drain();
    return done;
}

Result<u32> sock_getsockopt(socket& sock, int level, int name, std::span<u8> value, bool compat) {
    TRACE_STATION(socket, "socket", sock, "level", level, "name", name);
    TRY(security_socket_getsockopt(sock, level, name));
    if (level == SOL_SOCKET) return get_option(sock, name, value, compat);
    return sock.ops->getsockopt(sock, level, name, value);
}

Result<std::span<const u8>> sock_get_filter(socket& sock) {
    TRY(security_socket_getsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER)); // the number of both
    if (!sock.sk->filter) return std::span<const u8>();
    const auto program = sock.sk->filter->instructions();
    return std::span<const u8>(reinterpret_cast<const u8*>(program.data()), program.size_bytes());
}

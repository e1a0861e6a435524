// The port table: chains of ports, each with the list of its users.
#include "net/tcp/tcp_ports.h"
#include "net/tcp/tcp_isn.h"
#include "net/tcp/tcp_sock.h"
#include "net/tcp/tcp_timewait.h"

struct TcpPort {
    explicit TcpPort(u16 number) : number(number) {}
    ListNode node;
    u16 number;
    u32 bound = 0; // users that weren't picked by connect()
    List<TcpPortUser, &TcpPortUser::node> users;
};

namespace {

constexpr u32 chains = 1024;
constexpr u32 first_ephemeral = 32768, ephemeral_count = 60999 - first_ephemeral + 1;
List<TcpPort, &TcpPort::node> ports[chains];
u32 next_offset; // RFC 6056's counter

TcpPort* find_port(u16 number) {
    for (TcpPort& port : ports[number % chains])
        if (port.number == number) return &port;
    return nullptr;
}

Result<TcpPort*> make_port(u16 number) {
    if (TcpPort* port = find_port(number)) return port;
    Box<TcpPort> port = TRY(make_box<TcpPort>(number));
    ports[number % chains].push_front(*port);
    return port.release();
}

void use_port(TcpPort& port, TcpPortUser& user) {
    user.port = &port;
    port.users.push_back(user);
    if (!user.by_connect) port.bound++;
}

bool conflicts(const tcp_sock& sk, const TcpPortUser& other) {
    const tcp_sock* holder = other.sk;
    if (holder == &sk) return false;
    if (holder && sk.bound_device && holder->bound_device &&
        sk.bound_device != holder->bound_device)
        return false;
    if (!InetBinding(sk).overlaps(holder ? InetBinding(*holder) : other.binding)) return false;
    const bool reuse = holder ? holder->reuse_address : other.reuse_address;
    if (sk.reuse_address && reuse && !(holder && holder->state == TCP_LISTEN)) return false;
    const bool share = holder ? holder->reuse_port && holder->uid == sk.uid : other.reuse_port;
    return !(sk.reuse_port && share);
}

bool port_conflicts(const tcp_sock& sk, TcpPort* port) {
    if (!port) return false;
    for (TcpPortUser& user : port->users)
        if (conflicts(sk, user)) return true;
    return false;
}

// A port that nobody uses; failing that, one that may be shared.
u16 pick_bind_port(const tcp_sock& sk) {
    const u32 start = random_u32() % ephemeral_count;
    u16 shared = 0;
    for (u32 i = 0; i < ephemeral_count; i++) {
        const u16 number = static_cast<u16>(first_ephemeral + (start + i) % ephemeral_count);
        TcpPort* port = find_port(number);
        if (!port) return number;
        if (!shared && !port_conflicts(sk, port)) shared = number;
    }
    return shared;
}

// Are the four names free, or held by a TIME_WAIT record that may go?
bool claim_tuple(tcp_sock& sk, const TcpTuple& tuple) {
    TcpHashed* holder = tcp_ehash_lookup(tuple);
    if (holder) {
        if (holder->kind != TcpKind::time_wait) return false;
        if (!tcp_timewait_unique(static_cast<TcpTimeWait&>(*holder), sk)) return false;
    }
    sk.tuple = tuple;
    tcp_ehash_insert(sk);
    return true;
}

} // namespace

void TcpPortUser::release() {
    if (!port) return;
    node.unlink();
    if (!by_connect) port->bound--;
    if (port->users.empty()) Box<TcpPort> last(port);
    port = nullptr;
}

void TcpPortUser::take_over(TcpPortUser& from) {
    if (!from.port) return;
    by_connect = from.by_connect;
    use_port(*from.port, *this);
    from.release();
}

Result<void> tcp_bind_port(tcp_sock& sk, u16 number) {
    if (number == 0) number = pick_bind_port(sk);
    if (number == 0 || port_conflicts(sk, find_port(number))) return Errno{EADDRINUSE};
    TcpPort* port = TRY(make_port(number));
    sk.port_user.release();
    sk.port_user.sk = &sk;
    sk.port_user.by_connect = false;
    use_port(*port, sk.port_user);
    sk.bound_port = number;
    sk.local_port = be16(number);
    return {};
}

Result<void> tcp_check_port(tcp_sock& sk) {
    if (!sk.port_user.port) return tcp_bind_port(sk, 0);
    if (port_conflicts(sk, sk.port_user.port)) return Errno{EADDRINUSE};
    return {};
}

void tcp_inherit_port(tcp_sock& child, tcp_sock& parent) {
    ASSERT(parent.port_user.port);
    child.port_user.sk = &child;
    use_port(*parent.port_user.port, child.port_user);
    child.bound_port = parent.bound_port;
}

Result<void> tcp_hash_connect(tcp_sock& sk) {
    TcpTuple tuple{sk.local_address, sk.remote_address, sk.local_port, sk.remote_port};
    if (sk.bound_port)
        return claim_tuple(sk, tuple) ? Result<void>() : Result<void>(Errno{EADDRNOTAVAIL});
    tuple.local_port = be16(0);
    const u32 offset = tcp_keyed_hash(tuple, 0);
    for (u32 i = 0; i < ephemeral_count; i++) {
        const u32 place = (offset + next_offset++) % ephemeral_count;
        const u16 number = static_cast<u16>(first_ephemeral + place);
        TcpPort* port = find_port(number);
        if (port && port->bound) continue;
        tuple.local_port = be16(number);
        if (!port) port = TRY(make_port(number));
        // Held before the tuple is claimed: a TIME_WAIT record that goes could take the port along.
        sk.port_user.sk = &sk;
        sk.port_user.by_connect = true;
        use_port(*port, sk.port_user);
        if (claim_tuple(sk, tuple)) {
            sk.bound_port = number;
            sk.local_port = be16(number);
            return {};
        }
        sk.port_user.release();
    }
    return Errno{EADDRNOTAVAIL};
}

// The other end of a TCP connection, played by hand: it crafts segments and looks at what the stack
// answers. It lives at 127.0.0.2 behind a simulated wire in the place of lo; over IPv6 at ::2.
#pragma once

#include <cstring>
#include <deque>
#include <memory>
#include <string>

#include "net/ipv6/ip6.h"
#include "net/tcp/tcp.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_sock.h"
#include "net/tcp/tcp_wire.h"
#include "tests/host/host_net.h"

constexpr u32 peer_address = 0x7f000002, our_address = 0x7f000001;
constexpr in6_addr peer_address6(0, 0, 0, 2);

// One segment in the peer's hands.
struct Segment {
    u16 source = 0, destination = 0;
    u32 sequence = 0, acknowledgment = 0;
    u8 flags = 0;
    u16 window = 65535, urgent = 0;
    TcpOptions options;
    std::string payload;
};

// The stack, brought up once for the process.
void start_stack();

// A socket of the stack, as a program sees it. Errors come back as negative errno.
class Program {
  public:
    Program() : Program(AF_INET) {}
    explicit Program(int family);
    explicit Program(Ref<socket> sock) : sock_(std::move(sock)) {}
    int bind(u16 port, u32 address = 0);
    int bind6(u16 port);
    int listen(int backlog = 16);
    int connect(u32 address, u16 port, bool nonblock = false);
    int connect6(const in6_addr& address, u16 port); // doesn't wait
    // Null Program when it fails, with the error in last_error.
    Program accept(bool nonblock = true);
    long send(const std::string& data, u32 flags = MSG_DONTWAIT);
    // The data; last_error is set when there is an error, and 0 at the end of the stream.
    std::string receive(usize size = 65536, u32 flags = MSG_DONTWAIT);
    int shutdown(int how);
    void close() { sock_.reset(); }
    int set(int level, int name, int value);
    int get(int level, int name);
    u32 poll() { return sock_poll(*sock_, nullptr); }
    tcp_sock& tcp() { return tcp_sk(*sock_->sk); }
    socket& raw() { return *sock_; }
    bool valid() const { return static_cast<bool>(sock_); }
    u16 port();
    int last_error = 0;

  private:
    Ref<socket> sock_;
};

class Peer {
  public:
    Peer();
    ~Peer(); // lets everything that is left behind come to its end
    host::SimDevice wire;

    u16 port = 7000, stack_port = 80;
    bool v6 = false;  // what it speaks; it hears both
    u32 next = 1000;  // our next sequence number
    u32 expected = 0; // acknowledgment we send
    bool timestamps = false;
    u32 clock = 5000, last_stamp = 0; // TSval, and the stack's last TSval
    std::deque<Segment> received;

    // Sends with next/expected filled in unless given; advances `next` over what it carries.
    void send(u8 flags, const std::string& payload = "", const TcpOptions& options = {});
    void send_raw(Segment segment);
    // What arrived next (runs the simulation for up to `patience`); flags 0 when nothing did.
    Segment expect(Nanoseconds patience = ms_to_ns(1));
    bool silent(Nanoseconds patience = ms_to_ns(1));
    // Passive open against the stack's connect(); active open against its listener.
    void accept_handshake(const TcpOptions& options = {}, u16 window = 65535);
    void connect_handshake(u16 to, const TcpOptions& options = {});
    void drop_all() { received.clear(); }

  private:
    void take(const host::Frame& frame);
    void take6(const host::Frame& frame);
    void read(std::span<const u8> bytes, u32 pseudo);
};

std::string pattern(usize bytes, u32 seed = 1);

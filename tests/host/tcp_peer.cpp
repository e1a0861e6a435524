// Crafting and reading segments.
#include <gtest/gtest.h>
#include <sanitizer/lsan_interface.h>

#include "tests/host/tcp_peer.h"

#include "kernel/base/checksum.h"
#include "tests/host/packets.h"

namespace {

SockaddrStorage address_of(u32 address, u16 port) {
    SockaddrStorage storage{};
    sockaddr_in in{AF_INET, be16(port), be32(address), {}};
    memcpy(storage.bytes, &in, sizeof in);
    return storage;
}

SockaddrStorage address_of6(const in6_addr& address, u16 port) {
    sockaddr_in6 in;
    in.sin6_family = AF_INET6;
    in.sin6_port = be16(port);
    in.sin6_addr = address;
    SockaddrStorage storage{};
    memcpy(storage.bytes, &in, sizeof in);
    return storage;
}

template <class T>
int code(const Result<T>& result) {
    return result.ok() ? 0 : -result.error().code;
}

// The headers in front of `bytes` bytes of TCP; the sum of the pseudo-header.
u32 put_ipv4(host::Frame& frame, u32 bytes) {
    frame[12] = 8;
    iphdr ip{};
    ip.version_length = 0x45;
    ip.total_length = be16(static_cast<u16>(20 + bytes));
    ip.ttl = 64;
    ip.protocol = IPPROTO_TCP;
    ip.source = be32(peer_address);
    ip.destination = be32(our_address);
    ip.check = checksum_fold(checksum_partial(&ip, sizeof ip, 0));
    memcpy(&frame[14], &ip, sizeof ip);
    return ip_pseudo_checksum(ip.source, ip.destination, IPPROTO_TCP, bytes);
}

u32 put_ipv6(host::Frame& frame, u32 bytes) {
    frame[12] = 0x86;
    frame[13] = 0xdd;
    ipv6hdr ip{};
    ip.version_class_flow = be32(0x60000000);
    ip.payload_length = be16(static_cast<u16>(bytes));
    ip.next_header = IPPROTO_TCP;
    ip.hop_limit = 64;
    ip.source = peer_address6;
    ip.destination = in6_loopback;
    memcpy(&frame[14], &ip, sizeof ip);
    return ipv6_pseudo_checksum(ip.source, ip.destination, IPPROTO_TCP, bytes);
}

} // namespace

void start_stack() {
    static const bool started = [] {
        __lsan_disable(); // routes and tables live as long as the process
        const bool ready = host::network_ready() && tcp_init(u64{256} << 20).ok();
        __lsan_enable();
        return ready;
    }();
    ASSERT_TRUE(started);
}

Program::Program(int family) {
    auto made = sock_create(family, SOCK_STREAM, 0);
    EXPECT_TRUE(made.ok());
    if (made.ok()) sock_ = std::move(made).value();
}

int Program::bind(u16 port, u32 address) {
    return last_error = code(sock_bind(*sock_, address_of(address, port), sizeof(sockaddr_in)));
}
int Program::bind6(u16 port) {
    return last_error = code(sock_bind(*sock_, address_of6({}, port), sizeof(sockaddr_in6)));
}
int Program::listen(int backlog) { return last_error = code(sock_listen(*sock_, backlog)); }
int Program::connect(u32 address, u16 port, bool nonblock) {
    return last_error =
               code(sock_connect(*sock_, address_of(address, port), sizeof(sockaddr_in), nonblock));
}
int Program::connect6(const in6_addr& address, u16 port) {
    return last_error =
               code(sock_connect(*sock_, address_of6(address, port), sizeof(sockaddr_in6), true));
}
Program Program::accept(bool nonblock) {
    auto fresh = sock_accept(*sock_, nonblock);
    last_error = code(fresh);
    return fresh.ok() ? Program(std::move(fresh).value()) : Program(Ref<socket>());
}
long Program::send(const std::string& data, u32 flags) {
    msghdr message;
    message.flags = flags;
    message.iter = IovIter::of_kernel(data.data(), data.size());
    auto result = sock_sendmsg(*sock_, message);
    last_error = code(result);
    return result.ok() ? static_cast<long>(result.value()) : last_error;
}
std::string Program::receive(usize size, u32 flags) {
    std::string data(size, 0);
    msghdr message;
    message.iter = IovIter::of_kernel(data.data(), data.size());
    auto result = sock_recvmsg(*sock_, message, flags);
    last_error = code(result);
    data.resize(result.ok() ? result.value() : 0);
    return data;
}
int Program::shutdown(int how) { return last_error = code(sock_shutdown(*sock_, how)); }
int Program::set(int level, int name, int value) {
    return code(sock_setsockopt(*sock_, level, name,
                                {reinterpret_cast<const u8*>(&value), sizeof value}, false));
}
int Program::get(int level, int name) {
    int value = 0;
    auto result =
        sock_getsockopt(*sock_, level, name, {reinterpret_cast<u8*>(&value), sizeof value}, false);
    return result.ok() ? value : code(result);
}
u16 Program::port() { return tcp().local_port.host(); }

Peer::Peer() {
    start_stack();
    wire.take_over_loopback(1500);
    auto inside = wire.on_sent;
    wire.on_sent = [this, inside](const host::Frame& frame) {
        if (frame[12] == 0x86) {
            const bool mine = memcmp(&frame[14 + 24], &peer_address6, 16) == 0;
            return mine ? take6(frame) : inside(frame);
        }
        u32 destination;
        memcpy(&destination, &frame[14 + 16], 4);
        if (be32::from_raw(destination).host() == peer_address)
            take(frame);
        else
            inside(frame);
    };
}

Peer::~Peer() {
    host::run_for(s_to_ns(2000));
    EXPECT_EQ(tcp_memory.sockets, 0u);
    EXPECT_EQ(tcp_memory.used, 0u);
    EXPECT_EQ(tcp_memory.orphans, 0u);
    EXPECT_EQ(tcp_memory.time_wait, 0u);
    EXPECT_EQ(tcp_memory.requests, 0u);
}

void Peer::take(const host::Frame& frame) {
    const u8* ip = &frame[14];
    const u32 ip_length = (ip[0] & 15u) * 4, total = static_cast<u32>(ip[2] << 8 | ip[3]);
    const std::vector<u8> aligned(ip + ip_length, ip + total);
    const std::span<const u8> bytes(aligned);
    u32 source, destination;
    memcpy(&source, ip + 12, 4);
    memcpy(&destination, ip + 16, 4);
    read(bytes, ip_pseudo_checksum(be32::from_raw(source), be32::from_raw(destination), IPPROTO_TCP,
                                   static_cast<u32>(bytes.size())));
}

void Peer::take6(const host::Frame& frame) {
    if (frame[20] != IPPROTO_TCP) return;
    const std::vector<u8> bytes(frame.begin() + 54, frame.end());
    in6_addr source;
    memcpy(&source, &frame[14 + 8], sizeof source);
    read(bytes,
         ipv6_pseudo_checksum(source, peer_address6, IPPROTO_TCP, static_cast<u32>(bytes.size())));
}

void Peer::read(std::span<const u8> bytes, u32 pseudo) {
    EXPECT_EQ(checksum_fold(checksum_partial(bytes.data(), bytes.size(), pseudo)), 0);
    const tcphdr* header = tcp_checked_header(bytes);
    ASSERT_NE(header, nullptr);
    Segment segment;
    segment.source = header->source.host();
    segment.destination = header->destination.host();
    segment.sequence = header->sequence.host();
    segment.acknowledgment = header->acknowledgment.host();
    segment.flags = header->flags;
    segment.window = header->window.host();
    segment.urgent = header->urgent.host();
    segment.options = tcp_parse_options(
        bytes.subspan(sizeof(tcphdr), header->header_length() - sizeof(tcphdr)), true);
    segment.payload.assign(reinterpret_cast<const char*>(bytes.data()) + header->header_length(),
                           bytes.size() - header->header_length());
    if (segment.options.has_timestamp) last_stamp = segment.options.timestamp;
    received.push_back(std::move(segment));
}

void Peer::send_raw(Segment segment) {
    u8 options[tcp_max_options];
    const u32 option_bytes = tcp_build_options(options, segment.options);
    const u32 header_bytes = sizeof(tcphdr) + option_bytes;
    const u32 ip_bytes = v6 ? 40 : 20;
    const u32 total = ip_bytes + header_bytes + static_cast<u32>(segment.payload.size());
    host::Frame frame(14 + total);
    const u32 pseudo = v6 ? put_ipv6(frame, total - ip_bytes) : put_ipv4(frame, total - ip_bytes);
    tcphdr header{};
    header.source = be16(segment.source);
    header.destination = be16(segment.destination);
    header.sequence = be32(segment.sequence);
    header.acknowledgment = be32(segment.acknowledgment);
    header.data_offset = static_cast<u8>(header_bytes / 4 << 4);
    header.flags = segment.flags;
    header.window = be16(segment.window);
    header.urgent = be16(segment.urgent);
    u8* tcp = &frame[14 + ip_bytes];
    memcpy(tcp, &header, sizeof header);
    memcpy(tcp + sizeof header, options, option_bytes);
    memcpy(tcp + header_bytes, segment.payload.data(), segment.payload.size());
    const u16 check = checksum_fold(checksum_partial(tcp, total - ip_bytes, pseudo));
    memcpy(tcp + tcp_checksum_offset, &check, 2);
    wire.inject(std::move(frame));
}

void Peer::send(u8 flags, const std::string& payload, const TcpOptions& options) {
    Segment segment;
    segment.source = port;
    segment.destination = stack_port;
    segment.sequence = next;
    segment.acknowledgment = flags & th_ack ? expected : 0;
    segment.flags = flags;
    segment.options = options;
    if (timestamps) {
        segment.options.has_timestamp = true;
        segment.options.timestamp = clock;
        segment.options.timestamp_echo = flags & th_ack ? last_stamp : 0;
    }
    segment.payload = payload;
    next += static_cast<u32>(payload.size()) + (flags & th_syn ? 1 : 0) + (flags & th_fin ? 1 : 0);
    send_raw(std::move(segment));
}

Segment Peer::expect(Nanoseconds patience) {
    const Nanoseconds end = clock_monotonic() + patience;
    while (received.empty() && clock_monotonic() < end) host::run_for(us_to_ns(50));
    if (received.empty()) return {};
    Segment segment = received.front();
    received.pop_front();
    const u32 span = static_cast<u32>(segment.payload.size()) + (segment.flags & th_syn ? 1 : 0) +
                     (segment.flags & th_fin ? 1 : 0);
    const SeqNumber end_of_it(segment.sequence + span);
    if (segment.flags & th_syn || end_of_it > SeqNumber(expected)) expected = end_of_it.raw();
    return segment;
}

bool Peer::silent(Nanoseconds patience) {
    host::run_for(patience);
    return received.empty();
}

void Peer::accept_handshake(const TcpOptions& options, u16 window) {
    const Segment syn = expect();
    ASSERT_EQ(syn.flags, th_syn);
    stack_port = syn.source;
    Segment answer;
    answer.source = port;
    answer.destination = stack_port;
    answer.sequence = next++;
    answer.acknowledgment = expected;
    answer.flags = th_syn | th_ack;
    answer.window = window;
    answer.options = options;
    if (timestamps) {
        answer.options.has_timestamp = true;
        answer.options.timestamp = clock;
        answer.options.timestamp_echo = last_stamp;
    }
    send_raw(answer);
    EXPECT_EQ(expect().flags, th_ack);
}

void Peer::connect_handshake(u16 to, const TcpOptions& options) {
    stack_port = to;
    send(th_syn, "", options);
    const Segment answer = expect();
    ASSERT_EQ(answer.flags, th_syn | th_ack);
    ASSERT_EQ(answer.acknowledgment, next);
    send(th_ack);
    host::run_for(ms_to_ns(1));
}

std::string pattern(usize bytes, u32 seed) {
    std::string text(bytes, 0);
    for (char& c : text) {
        seed = seed * 1'664'525 + 1'013'904'223;
        c = static_cast<char>(seed >> 24);
    }
    return text;
}

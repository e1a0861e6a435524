// send, receive and the options, with the arguments of arguments.h, for the fuzz targets.
#include "tests/fuzz/arguments.h"

#include <gtest/gtest.h>

#include "kernel/uapi/in6.h"
#include "kernel/uapi/packet.h"
#include "net/netlink/netlink_sock.h"
#include "tests/fuzz/wire.h"
#include "tests/host/packets.h"

namespace fuzz {

using namespace host;

namespace {

constexpr u32 message_flags = MSG_OOB | MSG_PEEK | MSG_DONTROUTE | MSG_TRUNC | MSG_EOR |
                              MSG_WAITALL | MSG_ERRQUEUE | MSG_MORE | MSG_CONFIRM |
                              MSG_CMSG_CLOEXEC;

u32 some_flags(Input& input) {
    const u32 usual[] = {0, 0, MSG_OOB, MSG_PEEK, MSG_ERRQUEUE, MSG_MORE, MSG_TRUNC, MSG_EOR};
    return input.rarely(8) ? input.number() & message_flags : input.pick(usual);
}

Frame data_for(Input& input, const socket& sock) {
    if (sock.sk && sock.sk->family == AF_NETLINK) return netlink_messages(input);
    if (sock.sk && sock.sk->family == AF_PACKET && input.flag()) return any_frame(input);
    if (sock.sk && sock.sk->type == SOCK_RAW && input.flag()) {
        const std::vector<Frame> frames = input.flag() ? packet4(input) : packet6(input);
        return Frame(frames.front().begin() + 14, frames.front().end());
    }
    Frame data(input.flag() ? input.byte() : input.word());
    if (input.flag() && !data.empty()) data[0] = input.flag() ? 8 : 128; // an echo request
    return data;
}

struct Level {
    int level, names;
};

} // namespace

bool may_block(Input& input, socket& sock) {
    if (!input.rarely(4) || !sock.sk) return false;
    sock.sk->receive_timeout = sock.sk->send_timeout = ms_to_ns(1);
    return true;
}

void send(Input& input, socket& sock) {
    SockaddrStorage to;
    msghdr message;
    if (input.flag()) {
        message.name = &to;
        to = name(input, message.namelen);
    }
    Frame ancillary = input.flag() ? control(input) : Frame();
    message.control = ancillary.empty() ? nullptr : ancillary.data();
    message.controllen = static_cast<u32>(ancillary.size());
    const Frame data = data_for(input, sock);
    message.iter = IovIter::of_kernel(data.data(), data.size());
    message.flags = MSG_NOSIGNAL | some_flags(input);
    if (!may_block(input, sock)) message.flags |= MSG_DONTWAIT;
    static_cast<void>(sock_sendmsg(sock, message));
}

void receive(Input& input, socket& sock) {
    SockaddrStorage from;
    msghdr message;
    if (input.flag()) message.name = &from;
    Frame room(input.byte()), data(input.word());
    message.control = room.empty() ? nullptr : room.data();
    message.controllen = message.control_room = static_cast<u32>(room.size());
    message.compat = input.rarely(8);
    message.iter = IovIter::of_kernel(data.data(), data.size());
    const u32 wait = may_block(input, sock) ? 0 : MSG_DONTWAIT;
    static_cast<void>(sock_recvmsg(sock, message, wait | some_flags(input)));
}

void attach_filter(Input& input, socket& sock) {
    std::vector<sock_filter> program = filter(input);
    struct {
        u64 length;
        const sock_filter* instructions;
    } const fprog{program.size(), program.data()};
    static_cast<void>(sock_setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER,
                                      {reinterpret_cast<const u8*>(&fprog), sizeof fprog}, false));
}

void option(Input& input, socket& sock) {
    const Level levels[] = {{SOL_SOCKET, 84},   {SOL_IP, 52},      {IPPROTO_TCP, 33},
                            {IPPROTO_UDP, 105}, {SOL_IPV6, 80},    {SOL_RAW, 8},
                            {SOL_PACKET, 25},   {SOL_NETLINK, 12}, {IPPROTO_ICMPV6, 4}};
    const Level choice = input.pick(levels);
    const int level = input.rarely(32) ? input.byte() : choice.level;
    const int which = input.below(static_cast<u32>(choice.names));
    // What points into the program's memory must point at something.
    if (level == SOL_SOCKET && (which == SO_ATTACH_FILTER || which == SO_ATTACH_REUSEPORT_CBPF))
        return attach_filter(input, sock);
    Frame value = option_value(input, level, which);
    // Milliseconds that a connection without an owner may stay: not longer than the test waits.
    if (level == IPPROTO_TCP && which == TCP_USER_TIMEOUT) value.assign({1, 0, 1, 0});
    static_cast<void>(sock_setsockopt(sock, level, which, value, input.rarely(4)));
    Frame answer(input.rarely(8) ? 4 * input.byte() : input.byte());
    std::copy_n(value.begin(), std::min(value.size(), answer.size()),
                answer.begin()); // the question
    static_cast<void>(sock_getsockopt(sock, level, which, answer, input.rarely(4)));
}

} // namespace fuzz

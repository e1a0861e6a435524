// What a program may hand to the socket calls, for the fuzz targets: names of every family,
// ancillary data, options with values that make sense, filters, netlink's messages, requests of
// ioctl(2), texts. Wrong ones as well.
#pragma once

#include <string>

#include "net/filter.h"
#include "tests/fuzz/fuzz.h"

namespace fuzz {

// --- arguments.cpp ---
// A device's index: lo's, the other one's, none, any.
i32 some_index(Input& input);
in6_addr some_address6(Input& input);
u32 some_address4(Input& input);
// A name that may be right for a family, or any bytes; `length` is what the call is told.
SockaddrStorage name(Input& input, u32& length);
// One for AF_UNIX; few, so that two sockets meet.
SockaddrStorage path(Input& input, u32& length);
// Whole headers of ancillary data with the values that each level knows, or any bytes.
host::Frame control(Input& input);
// Instructions of classic BPF; about one in ten passes the check.
std::vector<sock_filter> filter(Input& input);

// --- netlink_messages.cpp ---
// One or two messages of rtnetlink.
host::Frame netlink_messages(Input& input);

// --- texts.cpp ---
// A text for /proc/net/rules: rules in every chain, with every target.
std::string rules(Input& input);
// One for /proc/net/policy, without the lock.
std::string policy(Input& input);
// A command line with ip= in it.
std::string command_line(Input& input);

// --- option_values.cpp ---
// A value of the form that an option has.
host::Frame option_value(Input& input, int level, int which);

// --- socket_calls.cpp: the calls themselves, with such arguments ---
void send(Input& input, socket& sock);
void receive(Input& input, socket& sock);
void option(Input& input, socket& sock);
void attach_filter(Input& input, socket& sock);
// Now and then a call may block; never for longer than a millisecond of the simulated clock.
bool may_block(Input& input, socket& sock);

// --- requests.cpp ---
// ioctl(2) on a socket.
void request(Input& input, socket& sock);
// struct ifreq for a command: a device's name, and what the command takes behind it.
struct DeviceRequest {
    alignas(8) u8 bytes[40];
};
DeviceRequest device_request(Input& input, u32 command);

} // namespace fuzz

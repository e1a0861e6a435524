// What a program may hand to the socket calls, for the fuzz targets: names of every family,
// ancillary data, options with values that make sense, filters, netlink's messages, requests of
// ioctl(2). Wrong ones as well.
#pragma once

#include "net/filter.h"
#include "tests/fuzz/fuzz.h"

namespace fuzz {

// A name that may be right for a family, or any bytes; `length` is what the call is told.
SockaddrStorage name(Input& input, u32& length);
// Whole headers of ancillary data with the values that each level knows, or any bytes.
host::Frame control(Input& input);
// Instructions of classic BPF; about one in ten passes the check.
std::vector<sock_filter> filter(Input& input);
// One or two messages of rtnetlink.
host::Frame netlink_messages(Input& input);
// A text for /proc/net/rules: rules in every chain, with every target.
std::string rules(Input& input);
// One for /proc/net/policy, without the lock.
std::string policy(Input& input);

// The calls themselves, with such arguments.
void send(Input& input, socket& sock);
void receive(Input& input, socket& sock);
void option(Input& input, socket& sock);
void request(Input& input, socket& sock); // ioctl(2)

} // namespace fuzz

// The network by command line: ip= in Linux's form (Documentation/admin-guide/nfs/nfsroot.rst).
#pragma once

#include "net/netdevice.h"
#include <string_view>

struct NetConfig {
    bool present = false; // there is an ip= that sets something by itself
    bool dhcp = false;    // user space is to ask: the device is only brought up
    be32 address{}, server{}, gateway{}, mask{}; // 0: not given
    be32 dns[2] = {};
    char hostname[65] = {};
    char device[IFNAMSIZ] = {}; // empty: the first that isn't lo
};

// `value`: what follows "ip=": client:server:gateway:netmask:hostname:device:autoconf:dns0:dns1, or
// only autoconf (dhcp, on, any, off, none …). EINVAL for what isn't that.
Result<NetConfig> parse_netconfig(std::string_view value);
// Finds the last ip= in a command line and parses it.
Result<NetConfig> find_netconfig(std::string_view command_line);
// Sets the device up. Errors: ENODEV, those of addresses and routes.
Result<void> apply_netconfig(const NetConfig& config);
// A dotted quad, all four parts. False when it isn't one.
bool parse_ipv4(std::string_view text, be32& address);

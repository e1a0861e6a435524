// Packets for the fuzz targets: of every protocol that the stack reads, right in what a random byte
// would hardly make right (lengths, checksums, addresses, hop limits, quotes of what we sent), so
// that they come far; wrong in the rest.
#pragma once

#include "net/in6.h"
#include "tests/fuzz/fuzz.h"

namespace fuzz {

// Where the sockets of a target are, that packets may find them.
constexpr u16 bound_port = 7200, client_port = 7201, echo_ident = 7300;
// 239.1.2.3, and one that takes some sources only.
constexpr u32 joined_group = 0xef010203, filtered_group = 0xef010204;
extern const in6_addr our_link_local, our_global, peer_global, router6, joined_group6;

// The frames of one packet: one, or its fragments (some of them amiss).
std::vector<host::Frame> packet4(Input& input);
std::vector<host::Frame> packet6(Input& input);
host::Frame arp_frame(Input& input);
// A frame of any bytes, lengths and checksums mended as far as it has them, or not.
host::Frame any_frame(Input& input);
// An advertisement of the router that gives 2001:db8::/64.
host::Frame router_advertisement();
// The peer says that it has this address (16 bytes).
host::Frame neighbour_advertisement(const u8* address);

} // namespace fuzz

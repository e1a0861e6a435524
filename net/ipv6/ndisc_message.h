// The messages of neighbour discovery on the wire (RFC 4861, section 4): built, and read by checked
// views.
#pragma once

#include "net/ipv6/addrconf.h"
#include "net/wire.h"

constexpr u8 nd_router_solicit = 133, nd_router_advert = 134, nd_neighbor_solicit = 135,
             nd_neighbor_advert = 136, nd_redirect = 137;
constexpr u8 nd_source_link = 1, nd_target_link = 2, nd_prefix = 3, nd_mtu = 5, nd_nonce = 14;

inline in6_addr nd_read_address(WireReader& reader) {
    in6_addr address;
    for (be32& word : address.words) word = reader.read32();
    return address;
}

// What a received message says; pointers into it.
struct NdView {
    u32 flags = 0;                   // the word behind the checksum
    in6_addr target;                 // NS, NA and redirects
    in6_addr destination;            // redirects
    u32 nonce = 0;                   // of ours; 0: none
    const u8* source_link = nullptr; // 6 bytes
    const u8* target_link = nullptr;
    std::span<const u8> fixed;   // the message up to its options
    std::span<const u8> options; // all of them, lengths checked

    // False when it is too short or an option has no length (section 4.6).
    bool read(std::span<const u8> bytes);
};

// A message that is being put together.
class NdMessage {
  public:
    // `target`: null where the type has none.
    NdMessage(u8 type, u32 flags, const in6_addr* target);
    void add_link(u8 option, const u8* address);
    void add_nonce(u32 nonce);
    // With hop limit 255; to a group, or to a neighbour whose link address is known or asked for.
    void send(net_device& dev, const in6_addr& source, const in6_addr& destination);

  private:
    u8* put(u32 bytes);
    u8 bytes_[64] = {};
    u32 length_ = 0;
};

// --- ndisc_router.cpp ---
// A router advertisement (section 6.3.4).
void ndisc_router_discovery(const sk_buff& skb, const NdView& message);

// What packets of both families are made of: for the files that make them, wire4.cpp and wire6.cpp.
#pragma once

#include "tests/fuzz/wire.h"

namespace fuzz {

// A transport header and what follows it; the checksum is put in once the addresses are known.
struct Message {
    u8 protocol = IPPROTO_UDP;
    host::Frame bytes;
    u8 hops = 64;
    bool sealed = true; // gets a checksum that is right
};

// Puts in the checksum where the protocol has one; `pseudo` is the sum of the pseudo-header.
void seal(host::Frame& message, u8 protocol, u32 pseudo);
host::Frame udp(Input& input);
host::Frame tcp(Input& input);
// The transport header of something that we might have sent.
host::Frame sent_header(Input& input, u8 protocol);
// A byte changed or the end missing, or not.
host::Frame damaged(Input& input, host::Frame bytes);

// One fragment's place in a message.
struct Piece {
    usize offset, end;
    bool more;
};
// The message in two to four pieces, in any order; one may be missing, there twice, or overlap.
std::vector<Piece> pieces(Input& input, usize length);
host::Frame piece_of(const Message& message, const Piece& piece);

} // namespace fuzz

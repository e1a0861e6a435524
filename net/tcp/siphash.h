// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012) over two or three
// words: what initial sequence numbers, SYN cookies and timestamp offsets are made with.
#pragma once

#include "kernel/base/types.h"
#include <bit>

struct SipKey {
    u64 k0, k1;
};

class SipHash {
  public:
    constexpr explicit SipHash(const SipKey& key)
        : v0_(key.k0 ^ 0x736f6d6570736575), v1_(key.k1 ^ 0x646f72616e646f6d),
          v2_(key.k0 ^ 0x6c7967656e657261), v3_(key.k1 ^ 0x7465646279746573) {}
    constexpr void add(u64 word) {
        v3_ ^= word;
        round();
        round();
        v0_ ^= word;
        words_++;
    }
    // Of a message of whole 8-byte words.
    constexpr u64 finish() {
        add(u64{words_ * 8} << 56);
        v2_ ^= 0xff;
        for (int i = 0; i < 4; i++) round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    constexpr void round() {
        v0_ += v1_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v3_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ += v3_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ += v1_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v2_ = std::rotl(v2_, 32);
    }

    u64 v0_, v1_, v2_, v3_;
    u64 words_ = 0;
};

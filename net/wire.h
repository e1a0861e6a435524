// A checked view of bytes that came from outside: reads fields in order; past the end it reads
// zeros and says so. Length first, then fields.
#pragma once

#include "kernel/base/endian.h"
#include <span>

class WireReader {
  public:
    explicit WireReader(std::span<const u8> bytes) : bytes_(bytes) {}

    // False once anything was read past the end.
    bool ok() const { return ok_; }
    usize remaining() const { return bytes_.size() - at_; }
    u8 read8() { return read<u8>(); }
    be16 read16() { return read<be16>(); }
    be32 read32() { return read<be32>(); }
    void read_bytes(u8* to, usize count) {
        if (!take(count)) {
            __builtin_memset(to, 0, count);
            return;
        }
        __builtin_memcpy(to, bytes_.data() + at_ - count, count);
    }
    void skip(usize count) { take(count); }

  private:
    bool take(usize count) {
        if (count > remaining()) {
            ok_ = false;
            at_ = bytes_.size();
            return false;
        }
        at_ += count;
        return true;
    }
    template <class T>
    T read() {
        T value{};
        if (take(sizeof(T))) __builtin_memcpy(&value, bytes_.data() + at_ - sizeof(T), sizeof(T));
        return value;
    }

    std::span<const u8> bytes_;
    usize at_ = 0;
    bool ok_ = true;
};

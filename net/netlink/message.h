// Messages of netlink (netlink(7)): a checked view of what a program sent, and a builder for what
// it gets. Numbers are in the host's byte order; everything begins at a multiple of 4 bytes.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include "kernel/uapi/netlink.h"
#include <optional>
#include <span>
#include <string_view>

// struct nlmsghdr.
struct NlHeader {
    u32 length; // with the header
    u16 type, flags;
    u32 sequence, port;
};
static_assert(sizeof(NlHeader) == 16);

// struct nlattr.
struct NlAttribute {
    u16 length; // with these four bytes
    u16 type;
};

constexpr usize nl_align(usize bytes) { return (bytes + 3) & ~usize{3}; }

// Takes the first message off `bytes`: its header and what follows it. Nothing: what is left isn't
// a message.
struct NlView {
    NlHeader header;
    std::span<const u8> payload;
};
std::optional<NlView> nl_next(std::span<const u8>& bytes);

// The fixed part of a message's payload. EINVAL when it isn't all there.
template <class T>
Result<T> nl_body(std::span<const u8> payload) {
    T body;
    if (payload.size() < sizeof body) return Errno{EINVAL};
    __builtin_memcpy(&body, payload.data(), sizeof body);
    return body;
}

// How many bytes an attribute of a type has at the least.
struct NlRule {
    u16 type, least;
};
using NlPolicy = std::span<const NlRule>;

// The attributes behind the fixed part, by type. Of several with one type the last counts; types
// beyond `most` are passed over, as are bytes at the end that make no attribute.
class NlAttributes {
  public:
    static constexpr u16 most = 63;

    // Errors: EINVAL (the fixed part isn't there), ERANGE (shorter than the policy has it).
    Result<void> parse(std::span<const u8> payload, usize fixed, NlPolicy policy);
    bool has(u16 type) const { return at_[type].data() != nullptr; }
    std::span<const u8> bytes(u16 type) const { return at_[type]; }
    // The value when it is there and long enough.
    template <class T>
    std::optional<T> get(u16 type) const {
        T value;
        if (at_[type].size() < sizeof value) return {};
        __builtin_memcpy(&value, at_[type].data(), sizeof value);
        return value;
    }
    // Up to its NUL or its end.
    std::optional<std::string_view> text(u16 type) const;

  private:
    std::span<const u8> at_[most + 1];
};

// Writes messages one after the other. What doesn't fit is left out as a whole.
class NlBuilder {
  public:
    explicit NlBuilder(std::span<u8> room) : room_(room) {}

    void begin(const NlHeader& header);
    // False when the message didn't fit: then nothing of it is there.
    bool end();
    // Bytes of whole messages.
    usize size() const { return begun_; }
    // A flag for the message that has been begun.
    void add_flags(u16 flags);

    // The fixed part, with padding.
    template <class T>
    void body(const T& value) {
        raw(&value, sizeof value);
    }
    void raw(const void* bytes, usize count);
    void put(u16 type, const void* bytes, usize count);
    template <class T>
    void put(u16 type, const T& value) {
        put(type, &value, sizeof value);
    }
    void put_text(u16 type, std::string_view text); // with a NUL
    // An attribute that holds the attributes put until end_nest() of its place.
    usize begin_nest(u16 type);
    void end_nest(usize place);

  private:
    std::span<u8> room_;
    usize begun_ = 0; // where the message that is being written begins
    usize used_ = 0;
    bool overflow_ = false;
};

// Reading and writing of netlink's messages and attributes.
#include "net/netlink/message.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

std::optional<NlView> nl_next(std::span<const u8>& bytes) {
    NlView view;
    if (bytes.size() < sizeof view.header) return {};
    memcpy(&view.header, bytes.data(), sizeof view.header);
    const usize length = view.header.length;
    if (length < sizeof view.header || length > bytes.size()) return {};
    view.payload = bytes.subspan(sizeof view.header, length - sizeof view.header);
    bytes = bytes.subspan(min(nl_align(length), bytes.size()));
    return view;
}

Result<void> NlAttributes::parse(std::span<const u8> payload, usize fixed, NlPolicy policy) {
    if (payload.size() < fixed) return Errno{EINVAL};
    constexpr u16 type_mask = static_cast<u16>(~(NLA_F_NESTED | NLA_F_NET_BYTEORDER));
    std::span<const u8> rest = payload.subspan(min(nl_align(fixed), payload.size()));
    NlAttribute attribute;
    while (rest.size() >= sizeof attribute) {
        memcpy(&attribute, rest.data(), sizeof attribute);
        if (attribute.length < sizeof attribute || attribute.length > rest.size()) break;
        const u16 type = attribute.type & type_mask;
        const auto value = rest.subspan(sizeof attribute, attribute.length - sizeof attribute);
        if (type <= most) {
            for (const NlRule& rule : policy)
                if (rule.type == type && value.size() < rule.least) return Errno{ERANGE};
            at_[type] = value;
        }
        rest = rest.subspan(min(nl_align(attribute.length), rest.size()));
    }
    return {};
}

std::optional<std::string_view> NlAttributes::text(u16 type) const {
    if (!has(type)) return {};
    const std::string_view all(reinterpret_cast<const char*>(at_[type].data()), at_[type].size());
    return all.substr(0, all.find('\0'));
}

void NlBuilder::begin(const NlHeader& header) {
    used_ = begun_;
    overflow_ = false;
    body(header);
}

bool NlBuilder::end() {
    if (overflow_) {
        used_ = begun_;
        return false;
    }
    const u32 length = static_cast<u32>(used_ - begun_);
    memcpy(room_.data() + begun_, &length, sizeof length);
    begun_ = used_;
    return true;
}

void NlBuilder::add_flags(u16 flags) {
    if (overflow_) return;
    u8* at = room_.data() + begun_ + offsetof(NlHeader, flags);
    u16 old;
    memcpy(&old, at, sizeof old);
    old |= flags;
    memcpy(at, &old, sizeof old);
}

void NlBuilder::raw(const void* bytes, usize count) {
    const usize padded = nl_align(count);
    if (overflow_ || padded > room_.size() - used_) {
        overflow_ = true;
        return;
    }
    if (count) memcpy(room_.data() + used_, bytes, count);
    memset(room_.data() + used_ + count, 0, padded - count);
    used_ += padded;
}

void NlBuilder::put(u16 type, const void* bytes, usize count) {
    const NlAttribute attribute{static_cast<u16>(sizeof attribute + count), type};
    raw(&attribute, sizeof attribute);
    raw(bytes, count);
}

void NlBuilder::put_text(u16 type, std::string_view text) {
    char copy[64]; // names are shorter
    const usize length = copy_string(copy, sizeof copy, text);
    put(type, copy, length + 1);
}

usize NlBuilder::begin_nest(u16 type) {
    const usize place = used_;
    const NlAttribute attribute{0, static_cast<u16>(type | NLA_F_NESTED)};
    raw(&attribute, sizeof attribute);
    return place;
}

void NlBuilder::end_nest(usize place) {
    if (overflow_) return;
    const u16 length = static_cast<u16>(used_ - place);
    memcpy(room_.data() + place, &length, sizeof length);
}

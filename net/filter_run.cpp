// The interpreter of socket filters.
#include "kernel/uapi/filter.h"
#include "net/filter.h"
#include "net/netdevice.h"

namespace {

struct Machine {
    const sk_buff& skb;
    u32 a = 0, x = 0;
    u32 memory[BPF_MEMWORDS];
};

// Where `bytes` at an offset are: from data on, or, for a negative one, relative to the network or
// link header. Null when they aren't all in the packet.
const u8* bytes_at(const sk_buff& skb, u32 offset, u32 bytes) {
    const auto place = static_cast<i32>(offset);
    const u8* at;
    if (place >= 0) {
        if (offset > skb.len() || skb.len() - offset < bytes) return nullptr;
        return skb.data + offset;
    }
    if (place >= SKF_NET_OFF) {
        if (skb.network_header == sk_buff::unset) return nullptr;
        at = skb.network() + (place - SKF_NET_OFF);
    } else if (place >= SKF_LL_OFF) {
        if (skb.mac_header == sk_buff::unset) return nullptr;
        at = skb.mac() + (place - SKF_LL_OFF);
    } else {
        return nullptr;
    }
    return at >= skb.head && at + bytes <= skb.tail ? at : nullptr;
}

bool load(const sk_buff& skb, u32 offset, u16 size, u32& value) {
    const u32 bytes = size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
    const u8* at = bytes_at(skb, offset, bytes);
    if (!at) return false;
    value = 0;
    for (u32 i = 0; i < bytes; i++) value = value << 8 | at[i];
    return true;
}

constexpr u32 attribute_header = 4; // struct nlattr: length and type, of 16 bits each

u16 host_word(const u8* at) {
    u16 value;
    __builtin_memcpy(&value, at, sizeof value);
    return value;
}

// The netlink attribute of type X in [from, end): its offset, or 0.
u32 find_attribute(const sk_buff& skb, u32 from, u32 end, u32 type) {
    while (end >= from + attribute_header) {
        const u32 length = host_word(skb.data + from);
        if (length < attribute_header || length > end - from) return 0;
        if ((host_word(skb.data + from + 2) & 0x3fff) == type) return from; // without the flags
        from += (length + 3) & ~3u;
    }
    return 0;
}

u32 netlink_attribute(const Machine& m, bool nested) {
    const u32 length = m.skb.len();
    if (length < attribute_header || m.a > length - attribute_header) return 0;
    if (!nested) return find_attribute(m.skb, m.a, length, m.x);
    const u32 whole = host_word(m.skb.data + m.a);
    if (whole > length - m.a) return 0;
    return find_attribute(m.skb, m.a + attribute_header, m.a + whole, m.x);
}

// What isn't in the packet's bytes. We have one receive queue, one processor, no hash, and leave
// VLAN tags where they are.
u32 ancillary(const Machine& m, u32 what) {
    switch (what) {
    case SKF_AD_PROTOCOL:
        return m.skb.protocol.host();
    case SKF_AD_PKTTYPE:
        return static_cast<u32>(m.skb.packet_type);
    case SKF_AD_IFINDEX:
        return m.skb.dev ? static_cast<u32>(m.skb.dev->ifindex) : m.a;
    case SKF_AD_HATYPE:
        return m.skb.dev ? m.skb.dev->type : m.a;
    case SKF_AD_NLATTR:
    case SKF_AD_NLATTR_NEST:
        return netlink_attribute(m, what == SKF_AD_NLATTR_NEST);
    case SKF_AD_MARK:
        return m.skb.mark;
    case SKF_AD_ALU_XOR_X:
        return m.a ^ m.x;
    case SKF_AD_RANDOM:
        return random_u32();
    default: // QUEUE, RXHASH, CPU, VLAN_TAG, VLAN_TAG_PRESENT, VLAN_TPID
        return 0;
    }
}

// Without a device the program ends with what A holds.
bool ends_without_device(const sk_buff& skb, u32 what) {
    return !skb.dev && (what == SKF_AD_IFINDEX || what == SKF_AD_HATYPE);
}

// False: division by zero, which ends the program with 0.
bool arithmetic(u16 code, u32& a, u32 operand) {
    switch (code & 0xf0) {
    case BPF_ADD:
        a += operand;
        return true;
    case BPF_SUB:
        a -= operand;
        return true;
    case BPF_MUL:
        a *= operand;
        return true;
    case BPF_DIV:
        if (operand == 0) return false;
        a /= operand;
        return true;
    case BPF_MOD:
        if (operand == 0) return false;
        a %= operand;
        return true;
    case BPF_OR:
        a |= operand;
        return true;
    case BPF_AND:
        a &= operand;
        return true;
    case BPF_XOR:
        a ^= operand;
        return true;
    case BPF_LSH:
        a <<= operand & 31;
        return true;
    case BPF_RSH:
        a >>= operand & 31;
        return true;
    default: // BPF_NEG
        a = 0 - a;
        return true;
    }
}

bool condition(u16 code, u32 a, u32 operand) {
    switch (code & 0xf0) {
    case BPF_JEQ:
        return a == operand;
    case BPF_JGT:
        return a > operand;
    case BPF_JGE:
        return a >= operand;
    default: // BPF_JSET
        return a & operand;
    }
}

// LD and LDX. False: outside the packet, which ends the program with 0.
bool run_load(Machine& m, const sock_filter& f) {
    const bool to_x = (f.code & 7) == BPF_LDX;
    u32& target = to_x ? m.x : m.a;
    switch (f.code & 0xe0) {
    case BPF_IMM:
        target = f.k;
        return true;
    case BPF_MEM:
        target = m.memory[f.k];
        return true;
    case BPF_LEN:
        target = m.skb.len();
        return true;
    case BPF_MSH: // four times the low half of a byte: the length of an IPv4 header
        if (!load(m.skb, f.k, BPF_B, m.x)) return false;
        m.x = (m.x & 15) << 2;
        return true;
    case BPF_IND:
        return load(m.skb, m.x + f.k, f.code & 0x18, m.a);
    default: // BPF_ABS
        if (f.k >= static_cast<u32>(SKF_AD_OFF)) {
            m.a = ancillary(m, f.k - static_cast<u32>(SKF_AD_OFF));
            return true;
        }
        return load(m.skb, f.k, f.code & 0x18, m.a);
    }
}

bool is_deviceless_end(const Machine& m, const sock_filter& f) {
    return (f.code & 0xe7) == (BPF_LD | BPF_ABS) && f.k >= static_cast<u32>(SKF_AD_OFF) &&
           ends_without_device(m.skb, f.k - static_cast<u32>(SKF_AD_OFF));
}

} // namespace

u32 bpf_run(std::span<const sock_filter> program, const sk_buff& skb) {
    Machine m{.skb = skb, .memory = {}};
    for (usize at = 0;; at++) {
        const sock_filter& f = program[at];
        const u32 operand = f.code & BPF_X ? m.x : f.k;
        switch (f.code & 7) {
        case BPF_LD:
        case BPF_LDX:
            if (is_deviceless_end(m, f)) return m.a;
            if (!run_load(m, f)) return 0;
            break;
        case BPF_ST:
            m.memory[f.k] = m.a;
            break;
        case BPF_STX:
            m.memory[f.k] = m.x;
            break;
        case BPF_ALU:
            if (!arithmetic(f.code, m.a, operand)) return 0;
            break;
        case BPF_JMP:
            if (f.code == (BPF_JMP | BPF_JA))
                at += f.k;
            else
                at += condition(f.code, m.a, operand) ? f.jt : f.jf;
            break;
        case BPF_RET:
            return f.code == (BPF_RET | BPF_A) ? m.a : f.k;
        default: // BPF_MISC
            if (f.code == (BPF_MISC | BPF_TAX))
                m.x = m.a;
            else
                m.a = m.x;
            break;
        }
    }
}

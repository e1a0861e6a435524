// Looks at a filter before it may run (Linux: bpf_check_classic in net/core/filter.c).
#include "net/filter.h"

#include "kernel/base/string.h"
#include "kernel/uapi/filter.h"

namespace {

constexpr u16 sizes[] = {BPF_W, BPF_H, BPF_B};

bool is_load(u16 code) {
    for (u16 size : sizes)
        if (code == (BPF_LD | BPF_ABS | size) || code == (BPF_LD | BPF_IND | size)) return true;
    switch (code) {
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM:
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_B | BPF_MSH:
    case BPF_LDX | BPF_IMM:
    case BPF_LDX | BPF_MEM:
        return true;
    default:
        return false;
    }
}

bool is_conditional_jump(u16 code) {
    const u16 operation = code & ~BPF_X;
    return operation == (BPF_JMP | BPF_JEQ) || operation == (BPF_JMP | BPF_JGT) ||
           operation == (BPF_JMP | BPF_JGE) || operation == (BPF_JMP | BPF_JSET);
}

bool is_arithmetic(u16 code) {
    if (code == (BPF_ALU | BPF_NEG)) return true;
    const u16 operation = code & ~(BPF_X | 7);
    return code < 0x100 && (code & 7) == BPF_ALU && operation != BPF_NEG && operation <= BPF_XOR;
}

bool is_return(u16 code) { return code == (BPF_RET | BPF_K) || code == (BPF_RET | BPF_A); }

bool is_known(u16 code) {
    return is_load(code) || is_conditional_jump(code) || is_arithmetic(code) || is_return(code) ||
           code == (BPF_JMP | BPF_JA) || code == BPF_ST || code == BPF_STX ||
           code == (BPF_MISC | BPF_TAX) || code == (BPF_MISC | BPF_TXA);
}

// An absolute load from SKF_AD_OFF on asks for what we must know. The payload's offset
// (SKF_AD_PAY_OFFSET) would need a dissector of every protocol.
bool is_answerable(u32 k) {
    if (k < static_cast<u32>(SKF_AD_OFF)) return true;
    const u32 what = k - static_cast<u32>(SKF_AD_OFF);
    return what % 4 == 0 && what < SKF_AD_MAX && what != SKF_AD_PAY_OFFSET;
}

// What an instruction at `rest` places before the end may say.
bool operands_good(const sock_filter& f, usize rest) {
    switch (f.code) {
    case BPF_ALU | BPF_DIV | BPF_K:
    case BPF_ALU | BPF_MOD | BPF_K:
        return f.k != 0;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K:
        return f.k < 32;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
        return f.k < BPF_MEMWORDS;
    case BPF_JMP | BPF_JA:
        return f.k < rest;
    case BPF_LD | BPF_ABS: // of a word
    case BPF_LD | BPF_ABS | BPF_H:
    case BPF_LD | BPF_ABS | BPF_B:
        return is_answerable(f.k);
    default:
        return !is_conditional_jump(f.code) || (f.jt < rest && f.jf < rest);
    }
}

// A cell of memory may be read only where every path that leads there has written it: `written`
// holds, for each instruction, the cells that all jumps to it agree on.
bool cells_written_first(std::span<const sock_filter> program, u16* written) {
    u16 valid = 0;
    for (usize at = 0; at < program.size(); at++) {
        const sock_filter& f = program[at];
        valid &= written[at];
        if (f.code == BPF_ST || f.code == BPF_STX) {
            valid |= static_cast<u16>(1 << f.k);
        } else if (f.code == (BPF_LD | BPF_MEM) || f.code == (BPF_LDX | BPF_MEM)) {
            if (!(valid >> f.k & 1)) return false;
        } else if (f.code == (BPF_JMP | BPF_JA)) {
            written[at + 1 + f.k] &= valid;
            valid = 0xffff;
        } else if (is_conditional_jump(f.code)) {
            written[at + 1 + f.jt] &= valid;
            written[at + 1 + f.jf] &= valid;
            valid = 0xffff;
        }
    }
    return true;
}

} // namespace

Result<void> bpf_check_classic(std::span<const sock_filter> program) {
    if (program.empty() || program.size() > BPF_MAXINSNS) return Errno{EINVAL};
    for (usize at = 0; at < program.size(); at++)
        if (!is_known(program[at].code) || !operands_good(program[at], program.size() - at - 1))
            return Errno{EINVAL};
    if (!is_return(program.back().code)) return Errno{EINVAL};
    auto* written = static_cast<u16*>(kmalloc(program.size() * sizeof(u16)));
    if (!written) return Errno{ENOMEM};
    memset(written, 0xff, program.size() * sizeof(u16));
    const bool good = cells_written_first(program, written);
    kfree(written);
    return good ? Result<void>() : Result<void>(Errno{EINVAL});
}

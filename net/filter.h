// Socket filters: programs of classic BPF that a program attaches to its socket (SO_ATTACH_FILTER).
// Each packet that comes for the socket is shown to the filter, which says how much of it is
// wanted.
//
// A program is looked at once, when it is attached: every jump leads forwards and ends inside,
// every path ends in a return, no cell of memory is read before it was written. So the interpreter
// needs no checks but those of the packet's length, and always ends.
#pragma once

#include "net/sock.h"

struct sock_filter {
    u16 code; // BPF_*
    u8 jt, jf;
    u32 k;
};
static_assert(sizeof(sock_filter) == 8);

struct SocketFilter : RefCounted {
    sock_filter* program = nullptr;
    u32 length = 0; // instructions

    ~SocketFilter() { kfree(program); }
    std::span<const sock_filter> instructions() const { return {program, length}; }
};

// Errors: EINVAL for what Linux's bpf_check_classic refuses.
Result<void> bpf_check_classic(std::span<const sock_filter> program);
// Runs a program that was checked over the packet (offset 0 is skb.data). Returns how many bytes of
// it are wanted; 0: none.
u32 bpf_run(std::span<const sock_filter> program, const sk_buff& skb);

// The socket options. Errors: EPERM (locked), EINVAL, EFAULT, ENOMEM; ENOENT (there is none).
Result<void> sk_attach_filter(sock& sk, std::span<const u8> sock_fprog, bool compat);
Result<void> sk_detach_filter(sock& sk);

bool sk_filter_slow(sock& sk, sk_buff& skb, u32 least);
// False when the socket doesn't want the packet; otherwise it is cut to what the filter wants, but
// not below `least` bytes (the header that the protocol still reads).
inline bool sk_filter(sock& sk, sk_buff& skb, u32 least = 1) {
    if (!sk.filter) [[likely]]
        return true;
    return sk_filter_slow(sk, skb, least);
}

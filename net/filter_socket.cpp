// A socket's filter: attached, asked, taken away.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/filter.h"
#include "net/filter.h"

namespace {

// struct sock_fprog: where the program is in the caller's memory.
struct UserProgram {
    u16 length;
    uptr instructions;
};

Result<UserProgram> read_sock_fprog(std::span<const u8> value, bool compat) {
    struct Narrow {
        u16 length, padding;
        u32 instructions;
    };
    struct Wide {
        u16 length, padding[3];
        u64 instructions;
    };
    if (compat) {
        Narrow fprog;
        if (value.size() != sizeof fprog) return Errno{EINVAL};
        memcpy(&fprog, value.data(), sizeof fprog);
        return UserProgram{fprog.length, fprog.instructions};
    }
    Wide fprog;
    if (value.size() != sizeof fprog) return Errno{EINVAL};
    memcpy(&fprog, value.data(), sizeof fprog);
    return UserProgram{fprog.length, fprog.instructions};
}

} // namespace

Result<void> sk_attach_filter(sock& sk, std::span<const u8> sock_fprog, bool compat) {
    const UserProgram user = TRY(read_sock_fprog(sock_fprog, compat));
    if (sk.filter_locked) return Errno{EPERM};
    if (!user.instructions || user.length == 0 || user.length > BPF_MAXINSNS) return Errno{EINVAL};
    Ref<SocketFilter> filter = TRY(make_ref<SocketFilter>());
    const usize bytes = user.length * sizeof(sock_filter);
    filter->program = static_cast<sock_filter*>(kmalloc(bytes));
    if (!filter->program) return Errno{ENOMEM};
    filter->length = user.length;
    if (IovIter::of_user(user.instructions, bytes).copy_from(filter->program, bytes) != bytes)
        return Errno{EFAULT};
    TRY(bpf_check_classic(filter->instructions()));
    sk.filter = std::move(filter);
    return {};
}

Result<void> sk_detach_filter(sock& sk) {
    if (sk.filter_locked) return Errno{EPERM};
    if (!sk.filter) return Errno{ENOENT};
    sk.filter.reset();
    return {};
}

bool sk_filter_slow(sock& sk, sk_buff& skb, u32 least) {
    const u32 wanted = bpf_run(sk.filter->instructions(), skb);
    if (wanted == 0) return false;
    skb.trim(max(wanted, least));
    return true;
}

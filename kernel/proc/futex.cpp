// Futexes. A word in shared memory is known by its page, any other by its address space.
#include "kernel/proc/futex.h"

#include "kernel/abi/compat.h"
#include "kernel/base/restart.h"
#include "kernel/proc/process.h"

namespace {

struct Key {
    const void* space = nullptr; // an AddressSpace, or a Frame
    uptr place = 0;
    bool operator==(const Key&) const = default;
};

struct Waiter : ThreadWait {
    Key key;
    u32 bitset = ~0u;
    bool woken = false;
    ListNode bucket_node;
};

using Bucket = List<Waiter, &Waiter::bucket_node>;
constexpr usize bucket_count = 64;
Bucket buckets[bucket_count];

Bucket& bucket_of(const Key& key) {
    const u64 mixed =
        (reinterpret_cast<uptr>(key.space) >> 4 ^ key.place >> 2) * 0x9e3779b97f4a7c15;
    return buckets[mixed >> 58];
}

Result<Key> key_of(uptr address, bool is_private, bool write) {
    if (address & 3) return Errno{EINVAL};
    AddressSpace& space = *current_process().memory;
    if (address >= space.end()) return Errno{EFAULT};
    if (!is_private) {
        const Vma* vma = space.find(address);
        if (!vma) return Errno{EFAULT};
        if (vma->is(Vma::shared))
            return Key{TRY(space.frame_at(address, write && (vma->protection & PROT_WRITE))),
                       address & (page_size - 1)};
    }
    return Key{&space, address};
}

void wake(Waiter& waiter) {
    waiter.bucket_node.unlink();
    waiter.woken = true;
    waiter.on_wake(waiter, 0);
}

u32 wake_key(const Key& key, u32 count, u32 bitset) {
    u32 woken = 0;
    for (Waiter& waiter : bucket_of(key)) {
        if (woken == count) break;
        if (waiter.key != key || !(waiter.bitset & bitset)) continue;
        wake(waiter);
        woken++;
    }
    return woken;
}

SysResult wait(const FutexCall& call, bool is_private, u32 bitset) {
    if (!bitset) return Errno{EINVAL};
    Waiter waiter;
    waiter.key = TRY(key_of(call.address, is_private, false));
    waiter.bitset = bitset;
    // Nothing can come between the look and the registration: the kernel isn't preempted.
    if (TRY(get_user(UserPtr<const u32>(call.address))) != call.value) return Errno{EAGAIN};
    bucket_of(waiter.key).push_back(waiter);
    while (!waiter.woken) {
        const Result<void> slept = block_current(call.deadline);
        if (waiter.woken) break;
        if (!slept.ok()) {
            if (slept.error().code != EINTR) return slept.error();
            return Errno{call.deadline == no_deadline ? ERESTARTSYS : ERESTARTNOHAND};
        }
    }
    return 0;
}

SysResult requeue(const FutexCall& call, bool is_private, bool compare) {
    const Key from = TRY(key_of(call.address, is_private, false));
    const Key to = TRY(key_of(call.address2, is_private, false));
    if (static_cast<i32>(call.value) < 0 || static_cast<i32>(call.value2) < 0) return Errno{EINVAL};
    if (compare && TRY(get_user(UserPtr<const u32>(call.address))) != call.value3)
        return Errno{EAGAIN};
    u32 woken = 0, moved = 0;
    for (Waiter& waiter : bucket_of(from)) {
        if (waiter.key != from) continue;
        if (woken < call.value) {
            wake(waiter);
            woken++;
        } else if (moved < call.value2) {
            moved++;
            if (from == to) continue;
            waiter.bucket_node.unlink();
            waiter.key = to;
            bucket_of(to).push_back(waiter);
        } else {
            break;
        }
    }
    return static_cast<long>(compare ? woken + moved : woken);
}

// FUTEX_WAKE_OP's little language: futex(2), FUTEX_OP.
Result<bool> apply(uptr address, u32 code) {
    const u32 operation = code >> 28 & 7, comparison = code >> 24 & 15;
    i32 operand = static_cast<i32>(code << 8) >> 20;
    const i32 against = static_cast<i32>(code << 20) >> 20;
    if (code >> 31) operand = static_cast<i32>(1u << (operand & 31));
    const i32 old = TRY(get_user(UserPtr<const i32>(address)));
    i32 value = 0;
    switch (operation) {
    case FUTEX_OP_SET:
        value = operand;
        break;
    case FUTEX_OP_ADD:
        value = static_cast<i32>(static_cast<u32>(old) + static_cast<u32>(operand));
        break;
    case FUTEX_OP_OR:
        value = old | operand;
        break;
    case FUTEX_OP_ANDN:
        value = old & ~operand;
        break;
    case FUTEX_OP_XOR:
        value = old ^ operand;
        break;
    default:
        return Errno{ENOSYS};
    }
    TRY(put_user(UserPtr<i32>(address), value));
    switch (comparison) {
    case FUTEX_OP_CMP_EQ:
        return old == against;
    case FUTEX_OP_CMP_NE:
        return old != against;
    case FUTEX_OP_CMP_LT:
        return old < against;
    case FUTEX_OP_CMP_GE:
        return old >= against;
    case FUTEX_OP_CMP_LE:
        return old <= against;
    case FUTEX_OP_CMP_GT:
        return old > against;
    default:
        return Errno{ENOSYS};
    }
}

SysResult wake_op(const FutexCall& call, bool is_private) {
    const Key first = TRY(key_of(call.address, is_private, false));
    const Key second = TRY(key_of(call.address2, is_private, true));
    const bool both = TRY(apply(call.address2, call.value3));
    u32 woken = wake_key(first, call.value, ~0u);
    if (both) woken += wake_key(second, call.value2, ~0u);
    return static_cast<long>(woken);
}

} // namespace

SysResult futex_call(const FutexCall& call) {
    const bool is_private = call.operation & FUTEX_PRIVATE_FLAG;
    const int operation = call.operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    if ((call.operation & FUTEX_CLOCK_REALTIME) && operation != FUTEX_WAIT &&
        operation != FUTEX_WAIT_BITSET)
        return Errno{ENOSYS};
    switch (operation) {
    case FUTEX_WAIT:
        return wait(call, is_private, ~0u);
    case FUTEX_WAIT_BITSET:
        return wait(call, is_private, call.value3);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET: {
        const u32 bitset = operation == FUTEX_WAKE ? ~0u : call.value3;
        if (!bitset) return Errno{EINVAL};
        return static_cast<long>(
            wake_key(TRY(key_of(call.address, is_private, false)), call.value, bitset));
    }
    case FUTEX_REQUEUE:
        return requeue(call, is_private, false);
    case FUTEX_CMP_REQUEUE:
        return requeue(call, is_private, true);
    case FUTEX_WAKE_OP:
        return wake_op(call, is_private);
    default:
        return Errno{ENOSYS};
    }
}

Result<u32> futex_wake(uptr address, u32 count) {
    return wake_key(TRY(key_of(address, false, false)), count, ~0u);
}

namespace {

struct RobustHead {
    u64 list;
    i64 futex_offset;
    u64 pending;
};

Result<RobustHead> read_head(const Task& task) {
    if (!task.robust_list_is_32bit) {
        const auto head = TRY(get_user(UserPtr<const robust_list_native>(task.robust_list)));
        return RobustHead{head.list, static_cast<i64>(head.futex_offset), head.pending};
    }
    const auto head = TRY(get_user(UserPtr<const robust_list32>(task.robust_list)));
    return RobustHead{head.list, head.futex_offset, head.pending};
}

// Marks one lock if the thread holds it, and wakes who waits for it.
void owner_died(const Task& task, uptr address) {
    if (address & 3) return;
    auto word = get_user(UserPtr<const u32>(address));
    if (!word.ok() || (word.value() & FUTEX_TID_MASK) != static_cast<u32>(task.tid)) return;
    if (!put_user(UserPtr<u32>(address), (word.value() & FUTEX_WAITERS) | FUTEX_OWNER_DIED).ok())
        return;
    if (word.value() & FUTEX_WAITERS) (void)futex_wake(address, 1);
}

} // namespace

void futex_exit_robust_list(Task& task) {
    if (!task.robust_list) return;
    constexpr int list_limit = 2048; // Linux's ROBUST_LIST_LIMIT: the list may be a circle
    constexpr u64 pi_bit = 1;
    const auto head = read_head(task);
    if (!head.ok()) return;
    const auto lock_at = [&](u64 entry) {
        return (entry & ~pi_bit) + static_cast<u64>(head.value().futex_offset);
    };
    u64 entry = head.value().list;
    for (int i = 0; i < list_limit && (entry & ~pi_bit) != task.robust_list; i++) {
        const uptr at = entry & ~pi_bit;
        u64 next = 0;
        if (task.robust_list_is_32bit) {
            const auto read = get_user(UserPtr<const u32>(at));
            if (!read.ok()) return;
            next = read.value();
        } else {
            const auto read = get_user(UserPtr<const u64>(at));
            if (!read.ok()) return;
            next = read.value();
        }
        if (entry != head.value().pending) owner_died(task, lock_at(entry));
        entry = next;
    }
    if (head.value().pending) owner_died(task, lock_at(head.value().pending));
    task.robust_list = 0;
}

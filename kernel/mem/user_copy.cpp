// Copies between the kernel and user memory. Every instruction that touches user memory has an
// entry in the exception table: a fault that can't be resolved goes on at its fix-up.
#include "kernel/mem/user_copy.h"

#include "kernel/arch/layout.h"
#include "kernel/arch/smap.h"
#include "kernel/base/checksum.h"
#include "kernel/base/iov.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

// An instruction that may fault, and where to go on then.
#define EX_TABLE(from, to)                                                                         \
    ".pushsection __ex_table, \"a\"\n.balign 8\n.quad " from ", " to "\n.popsection\n"

namespace {

// User memory may be touched only while one of these lives (SMAP; SDM vol. 3, 4.6).
class UserAccess {
  public:
    UserAccess() { user_access_begin(); }
    ~UserAccess() { user_access_end(); }
};

// The range lies wholly in the user half; what isn't mapped there faults.
bool in_user_space(uptr address, usize bytes) {
    return bytes <= user_end64 && address <= user_end64 - bytes;
}

// Moves `bytes` and returns how many it couldn't move. Eight moves of eight bytes a round: the
// fastest there is under emulation, and good on silicon. A fault leaves the rest of its block to
// the byte loop, which finds the exact place.
usize raw_copy(void* to, const void* from, usize bytes) {
    u64 a, b;
    asm volatile("   cmp $64, %[n]\n"
                 "   jb 2f\n"
                 "1: mov (%[s]), %[a]\n"
                 "11: mov 8(%[s]), %[b]\n"
                 "12: mov %[a], (%[d])\n"
                 "13: mov %[b], 8(%[d])\n"
                 "14: mov 16(%[s]), %[a]\n"
                 "15: mov 24(%[s]), %[b]\n"
                 "16: mov %[a], 16(%[d])\n"
                 "17: mov %[b], 24(%[d])\n"
                 "18: mov 32(%[s]), %[a]\n"
                 "19: mov 40(%[s]), %[b]\n"
                 "20: mov %[a], 32(%[d])\n"
                 "21: mov %[b], 40(%[d])\n"
                 "22: mov 48(%[s]), %[a]\n"
                 "23: mov 56(%[s]), %[b]\n"
                 "24: mov %[a], 48(%[d])\n"
                 "25: mov %[b], 56(%[d])\n"
                 "   add $64, %[s]\n"
                 "   add $64, %[d]\n"
                 "   sub $64, %[n]\n"
                 "   cmp $64, %[n]\n"
                 "   jae 1b\n"
                 "2: cmp $8, %[n]\n"
                 "   jb 4f\n"
                 "3: mov (%[s]), %[a]\n"
                 "31: mov %[a], (%[d])\n"
                 "   add $8, %[s]\n"
                 "   add $8, %[d]\n"
                 "   sub $8, %[n]\n"
                 "   jmp 2b\n"
                 "4: test %[n], %[n]\n"
                 "   jz 6f\n"
                 "5: movb (%[s]), %b[a]\n"
                 "51: movb %b[a], (%[d])\n"
                 "   inc %[s]\n"
                 "   inc %[d]\n"
                 "   dec %[n]\n"
                 "   jnz 5b\n"
                 "6:\n" EX_TABLE("1b", "5b") EX_TABLE("11b", "5b") EX_TABLE("12b", "5b")
                     EX_TABLE("13b", "5b") EX_TABLE("14b", "5b") EX_TABLE("15b", "5b")
                         EX_TABLE("16b", "5b") EX_TABLE("17b", "5b") EX_TABLE("18b", "5b")
                             EX_TABLE("19b", "5b") EX_TABLE("20b", "5b") EX_TABLE("21b", "5b")
                                 EX_TABLE("22b", "5b") EX_TABLE("23b", "5b") EX_TABLE("24b", "5b")
                                     EX_TABLE("25b", "5b") EX_TABLE("3b", "5b")
                                         EX_TABLE("31b", "5b") EX_TABLE("5b", "6b")
                                             EX_TABLE("51b", "6b")
                 : [s] "+r"(from), [d] "+r"(to), [n] "+r"(bytes), [a] "=&q"(a), [b] "=&r"(b)
                 :
                 : "memory", "cc");
    return bytes;
}

// One load or store of 4 or 8 bytes: most copies of system calls. False: it faulted.
template <class T>
bool load_user(T& to, uptr from) {
    T value = 0;
    bool failed = false;
    asm volatile("1: mov (%[from]), %[value]\n"
                 "   jmp 3f\n"
                 "2: movb $1, %[failed]\n"
                 "3:\n" EX_TABLE("1b", "2b")
                 : [value] "+r"(value), [failed] "+q"(failed)
                 : [from] "r"(from)
                 : "memory");
    to = value;
    return !failed;
}
template <class T>
bool store_user(uptr to, T value) {
    bool failed = false;
    asm volatile("1: mov %[value], (%[to])\n"
                 "   jmp 3f\n"
                 "2: movb $1, %[failed]\n"
                 "3:\n" EX_TABLE("1b", "2b")
                 : [failed] "+q"(failed)
                 : [to] "r"(to), [value] "r"(value)
                 : "memory");
    return !failed;
}

// As raw_copy, but stores zeros.
usize raw_clear(void* to, usize bytes) {
    asm volatile("1: cmp $8, %[n]\n"
                 "   jb 3f\n"
                 "2: movq $0, (%[d])\n"
                 "   add $8, %[d]\n"
                 "   sub $8, %[n]\n"
                 "   jmp 1b\n"
                 "3: test %[n], %[n]\n"
                 "   jz 5f\n"
                 "4: movb $0, (%[d])\n"
                 "   inc %[d]\n"
                 "   dec %[n]\n"
                 "   jnz 4b\n"
                 "5:\n" EX_TABLE("2b", "4b") EX_TABLE("4b", "5b")
                 : [d] "+r"(to), [n] "+r"(bytes)
                 :
                 : "memory", "cc");
    return bytes;
}

// Copies up to `limit` bytes to the first NUL (which it copies too). Returns the bytes before the
// NUL, `limit` when there is none, or -1 for a fault.
isize raw_copy_string(char* to, uptr from, usize limit) {
    for (usize i = 0; i < limit; i++) {
        u8 c = 0;
        if (!load_user(c, from + i)) return -1;
        if (to) to[i] = static_cast<char>(c);
        if (c == 0) return static_cast<isize>(i);
    }
    return static_cast<isize>(limit);
}

// The sum of 64 bytes, eight at a time in halves, so that no carry is lost (FACTS: faster than
// chains of adc). Faults at `from` make it return false.
bool checksum_block(void* to, const void* from, u64& sum) {
    u64 low = 0, high = 0, value, half;
    bool failed = false;
#define STEP(n, at)                                                                                \
    n ": mov " at "(%[s]), %[v]\n mov %[v], " at "(%[d])\n mov %k[v], %k[h]\n shr $32, %[v]\n"     \
      " add %[h], %[low]\n add %[v], %[high]\n" EX_TABLE(n "b", "9f")
    asm volatile(STEP("10", "0") STEP("11", "8") STEP("12", "16") STEP("13", "24") STEP("14", "32")
                     STEP("15", "40") STEP("16", "48") STEP("17", "56") "   jmp 8f\n"
                                                                        "9: movb $1, %[failed]\n"
                                                                        "8:\n"
                 : [low] "+r"(low), [high] "+r"(high), [v] "=&r"(value), [h] "=&r"(half),
                   [failed] "+q"(failed)
                 : [s] "r"(from), [d] "r"(to)
                 : "memory", "cc");
#undef STEP
    sum += low + high;
    return !failed;
}

u32 fold64(u64 sum) {
    sum = (sum & 0xffff'ffff) + (sum >> 32);
    return static_cast<u32>((sum & 0xffff'ffff) + (sum >> 32));
}

} // namespace

usize copy_from_user_partial(void* to, UserPtr<const void> from, usize bytes) {
    if (!in_user_space(from.address, bytes)) return bytes;
    UserAccess open;
    return raw_copy(to, reinterpret_cast<const void*>(from.address), bytes);
}

usize copy_to_user_partial(UserPtr<void> to, const void* from, usize bytes) {
    if (!in_user_space(to.address, bytes)) return bytes;
    UserAccess open;
    return raw_copy(reinterpret_cast<void*>(to.address), from, bytes);
}

Result<void> copy_from_user(void* to, UserPtr<const void> from, usize bytes) {
    if (!in_user_space(from.address, bytes)) return Errno{EFAULT};
    UserAccess open;
    if (bytes == 8 && load_user(*static_cast<u64*>(to), from.address)) return {};
    if (bytes == 4 && load_user(*static_cast<u32*>(to), from.address)) return {};
    if (raw_copy(to, reinterpret_cast<const void*>(from.address), bytes)) return Errno{EFAULT};
    return {};
}

Result<void> copy_to_user(UserPtr<void> to, const void* from, usize bytes) {
    if (!in_user_space(to.address, bytes)) return Errno{EFAULT};
    UserAccess open;
    if (bytes == 8 && store_user(to.address, *static_cast<const u64*>(from))) return {};
    if (bytes == 4 && store_user(to.address, *static_cast<const u32*>(from))) return {};
    if (raw_copy(reinterpret_cast<void*>(to.address), from, bytes)) return Errno{EFAULT};
    return {};
}

Result<void> clear_user(UserPtr<void> to, usize bytes) {
    if (!in_user_space(to.address, bytes)) return Errno{EFAULT};
    UserAccess open;
    if (raw_clear(reinterpret_cast<void*>(to.address), bytes)) return Errno{EFAULT};
    return {};
}

Result<usize> copy_string_from_user(std::span<char> to, UserPtr<const char> from) {
    if (from.address >= user_end64) return Errno{EFAULT};
    const usize limit = min<usize>(to.size(), user_end64 - from.address);
    UserAccess open;
    const isize length = raw_copy_string(to.data(), from.address, limit);
    if (length < 0) return Errno{EFAULT};
    if (static_cast<usize>(length) == limit)
        return Errno{limit == to.size() ? ENAMETOOLONG : EFAULT};
    return static_cast<usize>(length);
}

Result<usize> user_string_length(UserPtr<const char> text, usize limit) {
    if (text.address >= user_end64) return Errno{EFAULT};
    const usize reach = min<usize>(limit, user_end64 - text.address);
    UserAccess open;
    const isize length = raw_copy_string(nullptr, text.address, reach);
    if (length < 0) return Errno{EFAULT};
    if (static_cast<usize>(length) == reach) return Errno{ENAMETOOLONG};
    return static_cast<usize>(length);
}

Result<u32> copy_from_user_checksum(void* to, UserPtr<const void> from, usize bytes, u32 sum) {
    if (!in_user_space(from.address, bytes)) return Errno{EFAULT};
    u8* out = static_cast<u8*>(to);
    const u8* in = reinterpret_cast<const u8*>(from.address);
    usize left = bytes;
    u64 wide = sum;
    {
        UserAccess open;
        for (; left >= 64; left -= 64, in += 64, out += 64)
            if (!checksum_block(out, in, wide)) return Errno{EFAULT};
        if (raw_copy(out, in, left)) return Errno{EFAULT};
    }
    // The tail begins at an even offset, so its sum just adds up.
    return checksum_partial(out, left, fold64(wide));
}

// What kernel/base/iov.h asks for.
usize iov_copy_from_user(void* to, uptr from, usize bytes) {
    return copy_from_user_partial(to, UserPtr<const void>(from), bytes);
}
usize iov_copy_to_user(uptr to, const void* from, usize bytes) {
    return copy_to_user_partial(UserPtr<void>(to), from, bytes);
}
usize iov_copy_from_user_checksum(void* to, uptr from, usize bytes, u32& sum) {
    const Result<u32> whole = copy_from_user_checksum(to, UserPtr<const void>(from), bytes, sum);
    if (whole.ok()) {
        sum = whole.value();
        return 0;
    }
    const usize missing = copy_from_user_partial(to, UserPtr<const void>(from), bytes);
    sum = checksum_partial(to, bytes - missing, sum);
    return missing;
}

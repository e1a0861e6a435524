// The stack that a program starts with. It is written through the new address space's own pages,
// while the old one is still loaded.
#include "kernel/proc/start_stack.h"

#include "kernel/arch/cpu.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/mem/address_space.h"
#include "kernel/proc/sigpage.h"
#include "kernel/uapi/elf.h"

Result<void> StartStack::open(bool executable) {
    constexpr usize first_mapped = 33 * page_size; // as on Linux: 132 KiB
    u16 random = 0;
    random_bytes({reinterpret_cast<u8*>(&random), sizeof(random)});
    const uptr limit = is_32bit_ ? sigpage_address : space_.end();
    const uptr top = limit - page_size - (u64{random} & (is_32bit_ ? 0xff : 0x3fff)) * page_size;
    constexpr u64 least_gap = 128 << 20; // for the stack to grow in, as Linux keeps it
    const u64 gap = clamp<u64>(space_.stack_limit, least_gap, space_.end() / 6 * 5);
    space_.mmap_top = align_down(top - gap, page_size);
    MapRequest request;
    request.address = top - first_mapped;
    request.bytes = first_mapped;
    request.fixed = true;
    request.protection = static_cast<u8>(PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0));
    request.vma_flags = Vma::grows_down | Vma::may_write;
    TRY(space_.map(request));
    at_ = top - 8; // Linux leaves a null word at the very top
    space_.stack_start = at_;
    // A quarter of the stack, and never more than 6 MiB (execve(2)).
    limit_ = clamp<u64>(space_.stack_limit / 4, max_string, 6 << 20);
    return {};
}

Result<void> StartStack::take(usize bytes) {
    // Each string costs its pointer too.
    used_ += bytes + 8;
    if (used_ > limit_) return Errno{E2BIG};
    at_ -= bytes;
    return {};
}

Result<void> StartStack::write(uptr at, const void* from, usize bytes) {
    const u8* source = static_cast<const u8*>(from);
    while (bytes) {
        u8* page = TRY(space_.writable_page(at));
        const usize n = min(bytes, page_size - (at & (page_size - 1)));
        memcpy(page, source, n);
        at += n, source += n, bytes -= n;
    }
    return {};
}

Result<void> StartStack::push_name(std::string_view path) {
    const char end = 0;
    TRY(take(path.size() + 1));
    TRY(write(at_, path.data(), path.size()));
    TRY(write(at_ + path.size(), &end, 1));
    name_ = environment_end_ = at_;
    return {};
}

Result<void> StartStack::push_argument(std::string_view text) {
    const char end = 0;
    TRY(take(text.size() + 1));
    TRY(write(at_, text.data(), text.size()));
    TRY(write(at_ + text.size(), &end, 1));
    argument_count_++;
    return {};
}

Result<void> StartStack::push_user_string(uptr text) {
    const Result<usize> length = user_string_length(UserPtr<const char>(text), max_string);
    if (!length.ok()) return Errno{length.error().code == ENAMETOOLONG ? E2BIG : EFAULT};
    usize left = length.value() + 1;
    TRY(take(left));
    for (uptr to = at_; left;) {
        u8* page = TRY(space_.writable_page(to));
        const usize n = min(left, page_size - (to & (page_size - 1)));
        TRY(copy_from_user(page, UserPtr<const void>(text), n));
        to += n, text += n, left -= n;
    }
    return {};
}

Result<uptr> StartStack::pointer_at(const ArgumentList& list, usize index) const {
    if (list.kernel) return reinterpret_cast<uptr>(list.kernel[index]);
    if (!list.user) return uptr{0};
    if (list.is_32bit) return uptr{TRY(get_user(list.user.cast<const u32>() + index))};
    return TRY(get_user(list.user.cast<const uptr>() + index));
}

Result<usize> StartStack::count(const ArgumentList& list) const {
    usize n = 0;
    while (TRY(pointer_at(list, n)))
        if (++n > limit_ / 8) return Errno{E2BIG};
    return n;
}

Result<void> StartStack::push_list(const ArgumentList& list, usize skip) {
    const usize n = TRY(count(list));
    for (usize i = n; i-- > skip;) {
        const uptr text = TRY(pointer_at(list, i));
        if (list.kernel) {
            const char* string = reinterpret_cast<const char*>(text);
            TRY(take(strlen(string) + 1));
            TRY(write(at_, string, strlen(string) + 1));
        } else {
            TRY(push_user_string(text));
        }
        (in_arguments_ ? argument_count_ : environment_count_)++;
    }
    // A program that expects its name must not find nothing (CVE-2021-4034): Linux adds "".
    if (in_arguments_ && n == 0 && skip == 0) TRY(push_argument(""));
    return {};
}

void StartStack::end_of_environment() {
    environment_ = at_;
    in_arguments_ = true;
}

Result<void> StartStack::put_word(uptr& at, u64 value) {
    const usize bytes = is_32bit_ ? 4 : 8;
    TRY(write(at, &value, bytes));
    at += bytes;
    return {};
}

Result<void> StartStack::put_pair(uptr& at, u64 type, u64 value) {
    TRY(put_word(at, type));
    return put_word(at, value);
}

// The pointers to `count` strings that lie one behind the other from `first` on.
Result<void> StartStack::put_strings(uptr& at, uptr first, usize count) {
    uptr text = first;
    for (usize i = 0; i < count; i++) {
        TRY(put_word(at, text));
        for (bool ended = false; !ended;) { // page by page to the NUL
            const u8* page = TRY(space_.writable_page(text));
            const usize room = page_size - (text & (page_size - 1));
            usize n = 0;
            while (n < room && page[n]) n++;
            ended = n < room;
            text += n;
        }
        text++;
    }
    return put_word(at, 0);
}

Result<void> StartStack::put_auxiliary(uptr& at, const StartFacts& facts, const Credentials& who) {
    constexpr u64 ticks_per_second = 100, least_signal_stack = 2048;
    TRY(put_pair(at, AT_HWCAP, cpuid(1).edx));
    TRY(put_pair(at, AT_PAGESZ, page_size));
    TRY(put_pair(at, AT_CLKTCK, ticks_per_second));
    TRY(put_pair(at, AT_PHDR, facts.headers));
    TRY(put_pair(at, AT_PHENT, facts.header_bytes));
    TRY(put_pair(at, AT_PHNUM, facts.header_count));
    TRY(put_pair(at, AT_BASE, facts.base));
    TRY(put_pair(at, AT_FLAGS, 0));
    TRY(put_pair(at, AT_ENTRY, facts.entry));
    TRY(put_pair(at, AT_UID, who.uid));
    TRY(put_pair(at, AT_EUID, who.euid));
    TRY(put_pair(at, AT_GID, who.gid));
    TRY(put_pair(at, AT_EGID, who.egid));
    TRY(put_pair(at, AT_SECURE, facts.secure));
    TRY(put_pair(at, AT_RANDOM, random_));
    TRY(put_pair(at, AT_HWCAP2, 0));
    TRY(put_pair(at, AT_EXECFN, name_));
    TRY(put_pair(at, AT_PLATFORM, platform_));
    TRY(put_pair(at, AT_MINSIGSTKSZ, least_signal_stack));
    return put_pair(at, AT_NULL, 0);
}

Result<uptr> StartStack::finish(const StartFacts& facts, const Credentials& credentials) {
    constexpr usize auxiliary_words = 2 * 20;
    const uptr arguments = at_;
    const char* platform = is_32bit_ ? "i686" : "x86_64";
    at_ -= strlen(platform) + 1;
    platform_ = at_;
    TRY(write(at_, platform, strlen(platform) + 1));
    u8 random[16];
    random_bytes(random);
    at_ = align_down(at_ - sizeof(random), 16);
    random_ = at_;
    TRY(write(at_, random, sizeof(random)));
    const usize words = 1 + argument_count_ + 1 + environment_count_ + 1 + auxiliary_words;
    const uptr stack = align_down(at_ - words * (is_32bit_ ? 4 : 8), 16);
    uptr at = stack;
    TRY(put_word(at, argument_count_));
    TRY(put_strings(at, arguments, argument_count_));
    TRY(put_strings(at, environment_, environment_count_));
    TRY(put_auxiliary(at, facts, credentials));
    space_.argument_start = arguments;
    space_.argument_end = space_.environment_start = environment_;
    space_.environment_end = environment_end_;
    return stack;
}

// Copying what arguments point at into the trace. A word of list.def's argument string is
// "name:kind", or a name that is its own kind; only the kinds below point at something worth
// keeping.
#include "kernel/syscall/trace_arguments.h"
#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/abi/socket.h"
#include "kernel/base/math.h"
#include "kernel/uapi/if.h"
#include "kernel/uapi/if_tun.h"
#include "kernel/uapi/ioctl.h"
#include "kernel/uapi/socket.h"

namespace {

constexpr usize shown_bytes = 256;
constexpr usize shown_string = 128;
constexpr usize shown_segments = 4;
constexpr usize shown_messages = 4;

// An ioctl's argument: the bytes of the structure in both layouts, how many of them the call reads
// at the most, and whether it writes it.
struct IoctlSize {
    u8 native, compat;
};
struct IoctlDirection {
    u8 in;
    bool out;
};
struct IoctlArgument {
    u32 command;
    IoctlSize size;
    IoctlDirection direction;
};
constexpr IoctlSize ioctl_int{4, 4}, ioctl_winsize{8, 8}, ioctl_ifconf{16, 8},
    ioctl_ifreq_flags{40, 32}, ioctl_ifreq_address = ioctl_ifreq_flags,
                               ioctl_ifreq_number = ioctl_ifreq_flags, ioctl_rtentry{120, 84};
constexpr IoctlDirection ioctl_none{0, false}, ioctl_in{255, false}, ioctl_out{0, true},
    ioctl_both{255, true}, ioctl_get{IFNAMSIZ, true};
#define IOCTL(command, what, direction) {command, ioctl_##what, ioctl_##direction},
constexpr IoctlArgument ioctl_arguments[] = {
#include "kernel/syscall/ioctl.def"
};
#undef IOCTL

struct Recorder {
    TraceSlot* slot;
    const CallArguments& call;
    bool out;
    i64 result;
    u8 argument = 0;

    void keep(uptr address, u64 bytes, u8 what, u8 index = 0, usize limit = shown_bytes) const {
        if (!address || bytes == 0) return;
        u8 copy[shown_bytes];
        const usize wanted = min(bytes, u64{limit});
        const usize got =
            wanted - copy_from_user_partial(copy, UserPtr<const void>(address), wanted);
        trace_memory_record record{};
        record.address = address;
        record.bytes = bytes;
        record.argument = argument;
        record.out = out;
        record.what = what;
        record.index = index;
        trace_write_payload(slot, TRACE_KIND_MEMORY, TraceValues(),
                            {reinterpret_cast<const u8*>(&record), sizeof record}, {copy, got});
    }
    u64 next() const { return call.argument(min<usize>(argument + 1u, 5)); }
    u64 before() const { return call.argument(max<usize>(argument, 1) - 1); }
    u64 value() const { return call.argument(argument); }
    u64 moved() const { return result > 0 ? static_cast<u64>(result) : 0; }

    void string() const;
    void strings() const;
    void segments(uptr vector, u64 count, u64 bytes) const;
    void message(uptr header, u64 bytes, u8 index = 0) const;
    void messages(u64 count, u64 bytes) const;
    void ioctl() const;
    void address_out() const;
    void inward(std::string_view kind) const;
    void outward(std::string_view kind) const;
};

void Recorder::string() const {
    char text[shown_string];
    const auto length = copy_string_from_user(text, UserPtr<const char>(value()));
    keep(value(), length.ok() ? length.value() + 1 : shown_string, TRACE_MEMORY_STRING, 0,
         shown_string);
}

// argv: the pointers, then the first of the strings.
void Recorder::strings() const {
    const usize width = call.compat ? 4 : 8;
    for (u8 i = 0; i < 16; i++) {
        u64 pointer = 0;
        const UserPtr<const void> at(value() + i * width);
        if (!copy_from_user(&pointer, at, width).ok() || !pointer) return;
        char text[shown_string];
        const auto length = copy_string_from_user(text, UserPtr<const char>(pointer));
        keep(pointer, length.ok() ? length.value() + 1 : shown_string, TRACE_MEMORY_STRING, i,
             shown_string);
    }
}

// An iovec, and the first bytes of the first segments; `bytes`: how many there are in all.
void Recorder::segments(uptr vector, u64 count, u64 bytes) const {
    const usize width = call.compat ? 8 : 16;
    if (!out) keep(vector, min(count, u64{1024}) * width, TRACE_MEMORY_IOVEC);
    for (u8 i = 0; i < min(count, u64{shown_segments}) && bytes > 0; i++) {
        u64 wide[2] = {};
        u32 narrow[2] = {};
        void* to = call.compat ? static_cast<void*>(narrow) : wide;
        if (!copy_from_user(to, UserPtr<const void>(vector + i * width), width).ok()) return;
        const u64 base = call.compat ? narrow[0] : wide[0];
        const u64 length = min(call.compat ? narrow[1] : wide[1], bytes);
        keep(base, length, TRACE_MEMORY_SEGMENT, i);
        bytes -= length;
    }
}

template <class Header>
Result<void> keep_message(const Recorder& recorder, uptr at, u64 bytes, u8 index) {
    const auto header = TRY(get_user(UserPtr<const Header>(at)));
    recorder.keep(at, sizeof header, TRACE_MEMORY_HEADER, index);
    const bool is_filled = recorder.out || bytes > 0; // not what a receiver is only going to write
    if (header.name && header.namelen > 0 && is_filled)
        recorder.keep(header.name, static_cast<u64>(header.namelen), TRACE_MEMORY_SOCKADDR);
    recorder.segments(header.iov, header.iovlen, bytes);
    if (header.control && is_filled)
        recorder.keep(header.control, header.controllen, TRACE_MEMORY_CONTROL);
    return {};
}

void Recorder::message(uptr header, u64 bytes, u8 index) const {
    if (call.compat)
        static_cast<void>(keep_message<abi::msghdr32>(*this, header, bytes, index));
    else
        static_cast<void>(keep_message<abi::msghdr64>(*this, header, bytes, index));
}

// The first of a list of messages; `bytes` of each, or as many as it says that it has received.
void Recorder::messages(u64 count, u64 bytes) const {
    const usize size = call.compat ? sizeof(abi::mmsghdr32) : sizeof(abi::mmsghdr64);
    const usize length =
        call.compat ? offsetof(abi::mmsghdr32, length) : offsetof(abi::mmsghdr64, length);
    for (usize i = 0; i < min(count, u64{shown_messages}); i++) {
        const uptr at = value() + i * size;
        u32 received = 0;
        if (out && !copy_from_user(&received, UserPtr<const void>(at + length), 4).ok()) return;
        message(at, out ? received : bytes, static_cast<u8>(i));
    }
}

void Recorder::ioctl() const {
    for (const auto& [command, size, direction] : ioctl_arguments) {
        if (command != (before() & 0xffff'ffff)) continue;
        const u8 bytes = call.compat ? size.compat : size.native;
        if (!out) keep(value(), min(bytes, direction.in), TRACE_MEMORY_STRUCT);
        if (out && direction.out) keep(value(), bytes, TRACE_MEMORY_STRUCT);
        return;
    }
}

void Recorder::address_out() const {
    u32 length = 0;
    if (!value() || !copy_from_user(&length, UserPtr<const void>(next()), sizeof length).ok())
        return;
    keep(value(), min(length, 128u), TRACE_MEMORY_SOCKADDR);
}

// What the call reads.
void Recorder::inward(std::string_view kind) const {
    constexpr u64 all = ~u64{0};
    if (kind == "path" || kind == "string")
        string();
    else if (kind == "argv")
        strings();
    else if (kind == "in")
        keep(value(), next(), TRACE_MEMORY_BYTES);
    else if (kind == "sockaddr")
        keep(value(), min(next() & 0xffff'ffff, u64{128}), TRACE_MEMORY_SOCKADDR);
    else if (kind == "iovec")
        segments(value(), next(), all);
    else if (kind == "msghdr")
        message(value(), all);
    else if (kind == "msghdr_out")
        message(value(), 0);
    else if (kind == "mmsghdr" || kind == "mmsghdr_out")
        messages(next() & 0xffff'ffff, kind == "mmsghdr" ? all : 0);
    else if (kind == "ioctl_data")
        ioctl();
    else if (kind == "pollfds")
        keep(value(), min(next(), u64{32}) * 8, TRACE_MEMORY_STRUCT);
}

// What it has written.
void Recorder::outward(std::string_view kind) const {
    if (kind == "pollfds" && result > 0)
        keep(value(), min(next(), u64{32}) * 8, TRACE_MEMORY_STRUCT);
    if (result < 0) return;
    if (kind == "out")
        keep(value(), moved(), TRACE_MEMORY_BYTES);
    else if (kind == "sockaddr_out")
        address_out();
    else if (kind == "iovec_out")
        segments(value(), next(), moved());
    else if (kind == "msghdr_out")
        message(value(), moved());
    else if (kind == "mmsghdr_out")
        messages(moved(), 0);
    else if (kind == "ioctl_data")
        ioctl();
    else if (kind == "fds_out")
        keep(value(), 8, TRACE_MEMORY_STRUCT);
    else if (kind == "int_out")
        keep(value(), 4, TRACE_MEMORY_STRUCT);
}

struct SubCall {
    std::string_view direct;
    u8 words;
};
#define SUB_CALL(symbol, name, words, direct) {#direct, words},
constexpr SubCall sub_calls[SYS_SENDMMSG + 1] = {
    {},
#include "kernel/syscall/socketcall.def"
};
#undef SUB_CALL

void unpack_socketcall(CallArguments& call) {
    const u64 sub_call = call.values[0] & 0xffff'ffff;
    if (sub_call < 1 || sub_call > SYS_SENDMMSG) return;
    const UserPtr<const void> block(call.values[1]);
    const auto [direct, words] = sub_calls[sub_call];
    if (!copy_from_user(call.block_words, block, words * sizeof(u32)).ok()) return;
    call.block = block.address;
    call.block_count = words;
    call.sub_call = static_cast<int>(sub_call);
    for (usize i = 0; i < syscall_info_count; i++)
        if (direct == syscall_infos[i].name) call.info = &syscall_infos[i];
}

} // namespace

CallArguments call_arguments(const TrapFrame& frame, bool compat) {
    CallArguments call;
    call.compat = compat;
    call.number = frame.rax;
    const u64 wide[6] = {frame.rdi, frame.rsi, frame.rdx, frame.r10, frame.r8, frame.r9};
    const u64 narrow[6] = {frame.rbx, frame.rcx, frame.rdx, frame.rsi, frame.rdi, frame.rbp};
    for (usize i = 0; i < 6; i++) call.values[i] = compat ? narrow[i] & 0xffff'ffff : wide[i];
    call.info = syscall_info(static_cast<int>(call.number), compat);
    if (compat && call.info && std::string_view(call.info->name) == "socketcall")
        unpack_socketcall(call);
    return call;
}

void trace_memory(TraceSlot* slot, const CallArguments& call, bool out, i64 result) {
    if (!call.info) return;
    Recorder recorder{slot, call, out, result};
    std::string_view rest(call.info->arguments);
    for (; !rest.empty() && recorder.argument < 6; recorder.argument++) {
        const usize end = min(rest.find(' '), rest.size());
        const std::string_view word = rest.substr(0, end);
        const usize colon = word.find(':');
        const std::string_view kind = colon == word.npos ? word : word.substr(colon + 1);
        if (out)
            recorder.outward(kind);
        else
            recorder.inward(kind);
        rest.remove_prefix(min(end + 1, rest.size()));
    }
}

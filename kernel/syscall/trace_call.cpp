// The border as the trace shows it: the call with its registers, both stacks, the block that
// socketcall copies, and what the arguments point at (trace_arguments.cpp).
#include "kernel/syscall/trace_call.h"
#include "kernel/base/math.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/trace_arguments.h"

namespace {

constexpr usize shown_stack = 512;

TraceValues values_of(u64 first, u64 second = 0, u64 third = 0) {
    return {{first, second, third}, 3};
}
template <class T>
std::span<const u8> bytes_of(const T& object) {
    return {reinterpret_cast<const u8*>(&object), sizeof object};
}

void record_stacks(TraceSlot* slot, const TrapFrame& frame) {
    u8 bytes[shown_stack];
    const UserPtr<const void> top(frame.rsp);
    const usize read = sizeof bytes - copy_from_user_partial(bytes, top, sizeof bytes);
    trace_write_payload(slot, TRACE_KIND_USER_STACK, values_of(frame.rsp), {bytes, read});
    // From here up to the trap frame's end: what the kernel has put there.
    const auto here = reinterpret_cast<u64>(__builtin_frame_address(0));
    const auto end = reinterpret_cast<u64>(&frame + 1);
    const u64 from = max(here, end - min(end - here, u64{shown_stack}));
    trace_write_payload(slot, TRACE_KIND_KERNEL_STACK, values_of(from),
                        {reinterpret_cast<const u8*>(from), end - from});
}

void record_call(TraceSlot* slot, const TrapFrame& frame, const CallArguments& call, u64 serial) {
    trace_call_record record{};
    record.number = call.number;
    for (usize i = 0; i < 6; i++) record.arguments[i] = call.values[i];
    record.instruction = frame.rip;
    record.stack = frame.rsp;
    record.door = call.compat ? 32 : 64;
    trace_write_payload(slot, TRACE_KIND_CALL, values_of(serial), bytes_of(record));
    if (trace_payloads & trace_payload_registers)
        trace_write_payload(slot, TRACE_KIND_REGISTERS, TraceValues(), bytes_of(frame));
    if (trace_payloads & trace_payload_stacks) record_stacks(slot, frame);
}

} // namespace

i64 trace_call(TrapFrame& frame, SyscallFunction handler, TraceSlot* slot, bool compat) {
    static u64 last_serial = 0;
    TraceThread& thread = trace_this_thread();
    if (!thread.followed || !(trace_groups & trace_bit(TraceGroup::entry))) return handler(frame);
    const u64 serial = ++last_serial;
    thread.depth = 0;
    CallArguments call = call_arguments(frame, compat);
    record_call(slot, frame, call, serial);
    if (call.block && trace_payloads & trace_payload_arguments)
        trace_write_payload(
            slot, TRACE_KIND_ARGUMENTS, values_of(call.block, call.sub_call),
            {reinterpret_cast<const u8*>(call.block_words), call.block_count * sizeof(u32)});
    if (trace_payloads & trace_payload_memory) trace_memory(slot, call, false, 0);
    thread.depth = 1;
    const i64 result = handler(frame);
    if (trace_payloads & trace_payload_memory) trace_memory(slot, call, true, result);
    thread.depth = 0;
    if (thread.followed)
        trace_write(slot, TRACE_KIND_RETURN,
                    values_of(static_cast<u64>(result), call.number, serial));
    return result;
}

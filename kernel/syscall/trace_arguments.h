// What the arguments of a call point at, for the trace: by their kinds in list.def.
#pragma once

#include "kernel/base/trace.h"
#include "kernel/syscall/table.h"

// A call as its handler will see it: socketcall's sub-call is taken out of its block.
struct CallArguments {
    const SyscallInfo* info = nullptr; // of the sub-call, if there is one; null: no such call
    u64 number = 0;
    u64 values[6] = {};
    bool compat = false;
    uptr block = 0; // socketcall's, and what was in it
    int sub_call = 0;
    u32 block_words[6] = {};
    usize block_count = 0;

    u64 argument(usize index) const { return block ? block_words[index] : values[index]; }
};
CallArguments call_arguments(const TrapFrame& frame, bool compat);

// Records the memory behind the arguments: what the call reads (`out` false, before it runs), or
// what it has written (`out` true; `result` is what it returns).
void trace_memory(TraceSlot* slot, const CallArguments& call, bool out, i64 result);

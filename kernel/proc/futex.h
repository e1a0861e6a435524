// futex(2): sleeping until a word of memory changes.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/base/types.h"

struct Task;

struct FutexCall {
    uptr address;
    int operation; // with its flags
    u32 value;
    Nanoseconds deadline; // monotonic
    u32 value2;           // what takes the timeout's place
    uptr address2;
    u32 value3;
};
// Errors as futex(2).
SysResult futex_call(const FutexCall& call);
// Wakes up to `count` waiters of a word, private or shared. Returns how many.
Result<u32> futex_wake(uptr address, u32 count);
// A thread ends: the locks that it holds are marked and passed on (robust_list).
void futex_exit_robust_list(Task& task);

// Thread-local storage of i386 programs: user_desc (set_thread_area(2)) and descriptors of the GDT.
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/mem/user_copy.h"
#include "kernel/sched/thread.h"

constexpr u32 tls_entry_first = tls_selector_first >> 3;
constexpr u32 tls_entry_count = 3;

// For a thread that doesn't run yet (clone with CLONE_SETTLS). EFAULT, EINVAL.
Result<void> set_tls_of(Thread& thread, UserPtr<user_desc> description);
// For the calling thread: set_thread_area(2), get_thread_area(2). EFAULT, EINVAL, ESRCH.
Result<void> set_tls(UserPtr<user_desc> description);
Result<void> get_tls(UserPtr<user_desc> description);

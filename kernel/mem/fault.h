// Page faults on user addresses, from user code and from the user copies.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"

// Bits of the processor's error code (Intel SDM vol. 3, 4.7).
constexpr u64 fault_present = 1, fault_write = 2, fault_user = 4, fault_fetch = 16;

enum class FaultOutcome : u8 {
    resolved,      // run the instruction again
    not_mapped,    // SIGSEGV, SEGV_MAPERR
    no_access,     // SIGSEGV, SEGV_ACCERR
    beyond_end,    // SIGBUS, BUS_ADRERR
    out_of_memory, // the process is killed
};

// For the page-fault handler (TrapHooks), on any fault at a user address, in user code or in a user
// copy. EFAULT when it can't be resolved; the current thread's task notes why.
Result<void> handle_user_fault(uptr address, u64 error_code);

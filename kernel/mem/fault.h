// Page faults on user addresses, from user code and from the user copies.
#pragma once

#include "kernel/arch/paging.h" // fault_*: bits of the error code
#include "kernel/base/result.h"
#include "kernel/base/types.h"

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

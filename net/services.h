// Everything that net/ asks of the machine it runs on. The kernel answers it in kernel/arch and
// kernel/sched; a host test answers it with a simulated clock, so that a thousand seconds of a
// lossy network pass in a blink and come out the same twice.
//
// Besides what is declared here: clocks, timers and random bytes (kernel/base/clock.h), memory
// (kmalloc/kfree, kernel/base/ref.h), waiting (wait_until, kernel/base/wait.h), the log (kprintf,
// kernel/base/format.h), panic and ASSERT (kernel/base/assert.h), user memory (IovIter,
// kernel/base/iov.h), the trace (TRACE_STATION, kernel/base/trace.h).
#pragma once

#include "kernel/base/assert.h"
#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/base/iov.h"
#include "kernel/base/ref.h"
#include "kernel/base/trace.h"
#include "kernel/base/wait.h"

// One page of memory (4096 bytes, zeroed) of a kind that a program may map; null when there is
// none.
u8* net_page_alloc();
void net_page_free(u8* page);

inline u32 random_u32() {
    u32 value;
    random_bytes({reinterpret_cast<u8*>(&value), sizeof value});
    return value;
}

// The run-time half of fortify.h.
#pragma once
#include <features.h>
#include <stddef.h>

// Says "buffer overflow detected" and aborts.
__NORETURN void __chk_fail(void);

static inline void check_room(size_t length, size_t size) {
    if (__builtin_expect(length > size, 0)) __chk_fail();
}

// printf for the kernel: %d %i %u %x %X %o %c %s %p %%, with flags (-, 0, +, #, space), width,
// precision, *, and the lengths hh h l ll z. No floating point.
#pragma once

#include "kernel/base/types.h"
#include <cstdarg>

// Writes at most `bytes` with the NUL; returns the length the whole text has (as snprintf does).
int kvsnprintf(char* to, usize bytes, const char* format, va_list args);
[[gnu::format(printf, 3, 4)]] int ksnprintf(char* to, usize bytes, const char* format, ...);

// The kernel's log: to the console and to the ring that dmesg reads. `\n` ends a line.
// On the host: to stderr.
[[gnu::format(printf, 1, 2)]] void kprintf(const char* format, ...);

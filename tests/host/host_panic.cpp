// The log and the end of the world, on the host: to stderr, and abort().
#include "kernel/base/assert.h"
#include "kernel/base/format.h"
#include <cstdio>
#include <cstdlib>

void panic(const char* format, ...) {
    va_list args;
    va_start(args, format);
    std::vfprintf(stderr, format, args);
    va_end(args);
    std::fputc('\n', stderr);
    std::abort();
}

void kprintf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    std::vfprintf(stderr, format, args);
    va_end(args);
}

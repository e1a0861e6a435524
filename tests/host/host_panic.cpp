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

namespace host {
bool log_is_shown = true;
}

void kprintf(const char* format, ...) {
    va_list args;
    va_start(args, format);
    char unseen[512]; // formatted all the same: a bad argument is to be found
    if (host::log_is_shown)
        std::vfprintf(stderr, format, args);
    else
        std::vsnprintf(unseen, sizeof unseen, format, args);
    va_end(args);
}

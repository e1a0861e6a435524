// Assertions: what must be true whatever a user program or a packet does.
#pragma once

// Prints and stops the machine (abort() on the host).
[[noreturn, gnu::format(printf, 1, 2)]] void panic(const char* format, ...);

#define ASSERT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            panic("assertion failed: %s (%s:%d)", #condition, __FILE__, __LINE__);                 \
    } while (0)

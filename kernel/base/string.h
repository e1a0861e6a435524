// Memory and text: the C functions the compiler itself calls, and the few helpers the kernel needs.
#pragma once

#include "kernel/base/types.h"
#include <string_view>

extern "C" {
void* memcpy(void* to, const void* from, usize bytes);
void* memmove(void* to, const void* from, usize bytes);
void* memset(void* to, int value, usize bytes);
int memcmp(const void* a, const void* b, usize bytes);
usize strlen(const char* text);
}

// Fills `to` (bytes long) with as much of `text` as fits and a NUL. Returns the characters copied.
inline usize copy_string(char* to, usize bytes, std::string_view text) {
    if (bytes == 0) return 0;
    usize n = text.size() < bytes - 1 ? text.size() : bytes - 1;
    memcpy(to, text.data(), n);
    to[n] = 0;
    return n;
}

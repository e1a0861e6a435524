// execve(2).
#pragma once

#include "kernel/fs/namei.h"
#include "kernel/mem/user_copy.h"
#include <string_view>

// Where a program's arguments come from: user memory (of either ABI) or the kernel itself.
struct ArgumentList {
    UserPtr<const void> user{};          // array of pointers, 4 or 8 bytes each
    const char* const* kernel = nullptr; // instead of it: for init
    bool is_32bit = false;
};

// On success the calling thread's trap frame is the new program's.
Result<void> execute(Ref<file> program, std::string_view path, const ArgumentList& argv,
                     const ArgumentList& envp);

// Socket addresses on their way between a program and the kernel.
#pragma once

#include "kernel/mem/user_copy.h"
#include "net/socket.h"

// Errors: EINVAL (negative, or longer than any address), EFAULT.
Result<void> move_addr_to_kernel(UserPtr<const void> from, int length, SockaddrStorage& to);
// Writes as much as the program's buffer holds, and the address's real length. Errors: EFAULT,
// EINVAL (negative).
Result<void> move_addr_to_user(const SockaddrStorage& from, u32 length, UserPtr<void> to,
                               UserPtr<int> user_length);

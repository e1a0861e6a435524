// A page at the top of every i386 program, readable and executable: the way back from a signal
// handler for programs that bring no restorer of their own (the stack can't be executed).
#pragma once

#include "kernel/mem/address_space.h"

constexpr uptr sigpage_address = user_end32 - page_size;
constexpr uptr sigpage_sigreturn = sigpage_address;
constexpr uptr sigpage_rt_sigreturn = sigpage_address + 16;

Result<void> map_sigpage(AddressSpace& space);

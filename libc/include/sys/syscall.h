// System call numbers by name, and syscall(2).
#pragma once
#ifdef __x86_64__
#include <bits/syscall_x86_64.h>
#else
#include <bits/syscall_i386.h>
#endif

// Ending a program that has damaged itself: one line to standard error, then SIGABRT.
#pragma once
#include <features.h>

__BEGIN_DECLS

// Uses neither streams nor the heap, since those may be what is damaged.
__NORETURN void __libc_fatal(const char* message);
__END_DECLS

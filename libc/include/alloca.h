// Memory on the stack of the caller (alloca(3)).
#pragma once
#include <stddef.h>
#define alloca(size) __builtin_alloca(size)

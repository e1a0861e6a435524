// Random bytes of the kernel (getrandom(2)).
#pragma once
#include <bits/types.h>
#include <uapi/process.h>
__BEGIN_DECLS
ssize_t getrandom(void*, size_t, unsigned);
int getentropy(void*, size_t);
__END_DECLS

// The word of an fd_set that a descriptor's bit is in, for FD_SET and its kin. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
long __fdelt_chk(long);
long __fdelt_warn(long) __REDIRECT(__fdelt_chk) __WARN("bit outside of fd_set selected");

__FORTIFY long __fd_word(long __fd) {
    if (!__builtin_constant_p(__fd)) return __fdelt_chk(__fd);
    return __fd < 0 || __fd >= FD_SETSIZE ? __fdelt_warn(__fd) : __fd / NFDBITS;
}
__END_DECLS

// realpath that knows its buffer. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
char* __realpath_chk(const char* __restrict, char* __restrict, size_t);
char* __realpath_alias(const char* __restrict, char* __restrict) __REDIRECT(realpath);
char* __realpath_chk_warn(const char* __restrict, char* __restrict, size_t)
    __REDIRECT(__realpath_chk)
        __WARN("second argument of realpath must be either NULL or at least PATH_MAX bytes long");

__FORTIFY char* realpath(const char* __restrict __path, char* __restrict __resolved) {
    size_t __size = __bos(__resolved), __needed = 4096; // PATH_MAX
    __FORTIFY_LENGTH(__needed, __size, __realpath_alias(__path, __resolved),
                     __realpath_chk(__path, __resolved, __size),
                     __realpath_chk_warn(__path, __resolved, __size));
}
__END_DECLS

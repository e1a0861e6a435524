// sprintf's family, fgets and fread that know their buffers. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
char* __fgets_chk(char* __restrict, size_t, int, FILE* __restrict);
size_t __fread_chk(void* __restrict, size_t, size_t, size_t, FILE* __restrict);
char* __fgets_alias(char* __restrict, int, FILE* __restrict) __REDIRECT(fgets);
size_t __fread_alias(void* __restrict, size_t, size_t, FILE* __restrict) __REDIRECT(fread);
char* __fgets_chk_warn(char* __restrict, size_t, int, FILE* __restrict) __REDIRECT(__fgets_chk)
    __WARN("fgets called with bigger size than length of destination buffer");
size_t __fread_chk_warn(void* __restrict, size_t, size_t, size_t, FILE* __restrict)
    __REDIRECT(__fread_chk)
        __WARN("fread called with bigger size * n than length of destination buffer");

__FORTIFY int sprintf(char* __restrict __to, const char* __restrict __format, ...) {
    return __builtin___sprintf_chk(__to, 1, __bos(__to), __format, __builtin_va_arg_pack());
}
__FORTIFY int snprintf(char* __restrict __to, size_t __length, const char* __restrict __format,
                       ...) {
    return __builtin___snprintf_chk(__to, __length, 1, __bos(__to), __format,
                                    __builtin_va_arg_pack());
}
__FORTIFY int vsprintf(char* __restrict __to, const char* __restrict __format, va_list __list) {
    return __builtin___vsprintf_chk(__to, 1, __bos(__to), __format, __list);
}
__FORTIFY int vsnprintf(char* __restrict __to, size_t __length, const char* __restrict __format,
                        va_list __list) {
    return __builtin___vsnprintf_chk(__to, __length, 1, __bos(__to), __format, __list);
}
__FORTIFY char* fgets(char* __restrict __to, int __length, FILE* __restrict __stream) {
    size_t __size = __bos(__to);
    __FORTIFY_LENGTH((size_t)__length, __size, __fgets_alias(__to, __length, __stream),
                     __fgets_chk(__to, __size, __length, __stream),
                     __fgets_chk_warn(__to, __size, __length, __stream));
}
__FORTIFY size_t fread(void* __restrict __to, size_t __each, size_t __count,
                       FILE* __restrict __stream) {
    size_t __size = __bos0(__to);
    if (__size == __UNKNOWN) return __fread_alias(__to, __each, __count, __stream);
    if (__builtin_constant_p(__each) && __builtin_constant_p(__count) &&
        (__count ? __each > __size / __count : 0))
        return __fread_chk_warn(__to, __size, __each, __count, __stream);
    return __fread_chk(__to, __size, __each, __count, __stream);
}
__END_DECLS

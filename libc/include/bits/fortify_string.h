// Copies that know their targets: the compiler's __builtin___NAME_chk is the plain function where
// the lengths are known to fit, warns where they are known not to, and else calls __NAME_chk. See
// fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
__FORTIFY void* memcpy(void* __restrict __to, const void* __restrict __from, size_t __length) {
    return __builtin___memcpy_chk(__to, __from, __length, __bos0(__to));
}
__FORTIFY void* mempcpy(void* __restrict __to, const void* __restrict __from, size_t __length) {
    return __builtin___mempcpy_chk(__to, __from, __length, __bos0(__to));
}
__FORTIFY void* memmove(void* __to, const void* __from, size_t __length) {
    return __builtin___memmove_chk(__to, __from, __length, __bos0(__to));
}
__FORTIFY void* memset(void* __to, int __value, size_t __length) {
    return __builtin___memset_chk(__to, __value, __length, __bos0(__to));
}
__FORTIFY void bzero(void* __to, size_t __length) {
    (void)__builtin___memset_chk(__to, 0, __length, __bos0(__to));
}
__FORTIFY void explicit_bzero(void* __to, size_t __length) {
    (void)__builtin___memset_chk(__to, 0, __length, __bos0(__to));
    __asm__ volatile("" : : "r"(__to) : "memory"); // who reads it is unknown: it is done
}
__FORTIFY char* strcpy(char* __restrict __to, const char* __restrict __from) {
    return __builtin___strcpy_chk(__to, __from, __bos(__to));
}
__FORTIFY char* stpcpy(char* __restrict __to, const char* __restrict __from) {
    return __builtin___stpcpy_chk(__to, __from, __bos(__to));
}
__FORTIFY char* strncpy(char* __restrict __to, const char* __restrict __from, size_t __length) {
    return __builtin___strncpy_chk(__to, __from, __length, __bos(__to));
}
__FORTIFY char* stpncpy(char* __restrict __to, const char* __restrict __from, size_t __length) {
    return __builtin___stpncpy_chk(__to, __from, __length, __bos(__to));
}
__FORTIFY char* strcat(char* __restrict __to, const char* __restrict __from) {
    return __builtin___strcat_chk(__to, __from, __bos(__to));
}
__FORTIFY char* strncat(char* __restrict __to, const char* __restrict __from, size_t __length) {
    return __builtin___strncat_chk(__to, __from, __length, __bos(__to));
}
__END_DECLS

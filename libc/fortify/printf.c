// sprintf's family, with the size that the compiler knew for the target. The compiler calls these
// by itself; `flag` is how strict the level of checking is, and nothing here depends on it.
#include <stdarg.h>
#include <stdio.h>

#include "fortify_check.h"

int __vsnprintf_chk(char* __restrict to, size_t length, int flag, size_t size,
                    const char* __restrict format, va_list arguments) {
    (void)flag;
    check_room(length, size);
    return vsnprintf(to, length, format, arguments);
}

int __vsprintf_chk(char* __restrict to, int flag, size_t size, const char* __restrict format,
                   va_list arguments) {
    (void)flag;
    int length = vsnprintf(to, size, format, arguments);
    if (length >= 0) check_room((size_t)length + 1, size);
    return length;
}

int __snprintf_chk(char* __restrict to, size_t length, int flag, size_t size,
                   const char* __restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = __vsnprintf_chk(to, length, flag, size, format, arguments);
    va_end(arguments);
    return result;
}

int __sprintf_chk(char* __restrict to, int flag, size_t size, const char* __restrict format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = __vsprintf_chk(to, flag, size, format, arguments);
    va_end(arguments);
    return result;
}

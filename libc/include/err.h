// Messages and the end (err(3)).
#pragma once
#include <features.h>
#include <stdarg.h>
__BEGIN_DECLS
__NORETURN void err(int, const char*, ...) __PRINTF(2, 3);
__NORETURN void errx(int, const char*, ...) __PRINTF(2, 3);
__NORETURN void verr(int, const char*, va_list) __PRINTF(2, 0);
__NORETURN void verrx(int, const char*, va_list) __PRINTF(2, 0);
void warn(const char*, ...) __PRINTF(1, 2);
void warnx(const char*, ...) __PRINTF(1, 2);
void vwarn(const char*, va_list) __PRINTF(1, 0);
void vwarnx(const char*, va_list) __PRINTF(1, 0);
__END_DECLS

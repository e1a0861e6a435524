// What the fortify_*.h headers share. With -D_FORTIFY_SOURCE=1 or 2 a function that fills a buffer
// becomes an inline one that compares lengths with what the compiler knows of the object's size:
// known to be too long is a warning, known to fit is the plain function, and what only run time
// shows is checked there by the function's __NAME_chk form, which ends the program.
#pragma once
#include <features.h>
#include <stddef.h>

#define __bos(object) __builtin_object_size(object, __USE_FORTIFY_LEVEL > 1)
#define __bos0(object) __builtin_object_size(object, 0)
#define __UNKNOWN ((size_t)-1)
#define __FORTIFY extern __inline __attribute__((__always_inline__, __gnu_inline__, __artificial__))
// A second declaration of NAME that isn't the inline one.
#define __REDIRECT(name) __asm__(#name)
#define __WARN(text) __attribute__((__warning__(text)))

// The three cases, for a function whose length argument counts bytes.
#define __FORTIFY_LENGTH(length, size, plain, checked, checked_with_warning)                       \
    if (size == __UNKNOWN) return plain;                                                           \
    if (__builtin_constant_p(length)) return (length) > size ? checked_with_warning : plain;       \
    return checked

// What printf's and scanf's conversion specifications have in common: numbers, places, lengths.
#include <errno.h>
#include <limits.h>

#include "format.h"

int __format_number(const char** at) {
    int number = 0;
    for (; **at >= '0' && **at <= '9'; ++*at)
        if (number < 0 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, **at - '0', &number))
            number = -1;
    return number;
}

int __format_place(const char** at) {
    const char* look = *at;
    if (*look < '1' || *look > '9') return 0;
    int number = __format_number(&look);
    if (*look != '$') return 0;
    *at = look + 1;
    return number < 0 ? INT_MAX : number;
}

enum length __format_length(const char** at) {
    switch (*(*at)++) {
    case 'h':
        return **at == 'h' ? ++*at, CHAR : SHORT;
    case 'l':
        return **at == 'l' ? ++*at, LONG_LONG : LONG;
    case 'q':
    case 'j':
        return LONG_LONG;
    case 'z':
    case 't':
        return sizeof(size_t) == sizeof(long) ? LONG : NONE;
    case 'L':
        return LONG_DOUBLE;
    }
    --*at;
    return NONE;
}

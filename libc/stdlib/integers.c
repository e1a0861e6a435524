// Integers from text, and small arithmetic (strtol(3), div(3)).
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "decimal.h"

int __digit_value(int c) {
    if (isdigit(c)) return c - '0';
    return isalpha(c) ? (c | 32) - 'a' + 10 : 99;
}

// Reads [space][sign][0x|0]digits. The result may go from −limit_negative to limit_positive;
// beyond, it is the nearer of the two, with ERANGE. A sign before an unsigned number negates it.
static unsigned long long parse(const char* text, char** end, int base, int is_signed,
                                unsigned long long most) {
    const char* at = text;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return 0;
    }
    if (end) *end = (char*)text;
    while (isspace((unsigned char)*at)) at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if ((base == 0 || base == 16) && at[0] == '0' && (at[1] | 32) == 'x' &&
        __digit_value(at[2]) < 16) {
        at += 2;
        base = 16;
    }
    if (base == 0) base = *at == '0' ? 8 : 10;
    if (is_signed && negative) most++;
    unsigned long long value = 0;
    int overflow = 0, any = 0;
    for (int digit; (digit = __digit_value(*at)) < base; at++) {
        any = 1;
        unsigned long long next;
        if (__builtin_mul_overflow(value, (unsigned)base, &next) ||
            __builtin_add_overflow(next, (unsigned)digit, &next) || next > most)
            overflow = 1;
        else
            value = next;
    }
    if (any && end) *end = (char*)at;
    if (overflow) {
        errno = ERANGE;
        return is_signed && negative ? -most : most;
    }
    return negative ? -value : value;
}

long strtol(const char* __restrict text, char** __restrict end, int base) {
    return (long)parse(text, end, base, 1, LONG_MAX);
}
long long strtoll(const char* __restrict text, char** __restrict end, int base) {
    return (long long)parse(text, end, base, 1, LLONG_MAX);
}
unsigned long strtoul(const char* __restrict text, char** __restrict end, int base) {
    return (unsigned long)parse(text, end, base, 0, ULONG_MAX);
}
unsigned long long strtoull(const char* __restrict text, char** __restrict end, int base) {
    return parse(text, end, base, 0, ULLONG_MAX);
}
intmax_t strtoimax(const char* text, char** end, int base) { return strtoll(text, end, base); }
uintmax_t strtoumax(const char* text, char** end, int base) { return strtoull(text, end, base); }
int atoi(const char* text) { return (int)strtol(text, 0, 10); }
long atol(const char* text) { return strtol(text, 0, 10); }
long long atoll(const char* text) { return strtoll(text, 0, 10); }

int abs(int value) { return value < 0 ? -value : value; }
long labs(long value) { return value < 0 ? -value : value; }
long long llabs(long long value) { return value < 0 ? -value : value; }
intmax_t imaxabs(intmax_t value) { return value < 0 ? -value : value; }
div_t div(int a, int b) { return (div_t){a / b, a % b}; }
ldiv_t ldiv(long a, long b) { return (ldiv_t){a / b, a % b}; }
lldiv_t lldiv(long long a, long long b) { return (lldiv_t){a / b, a % b}; }
imaxdiv_t imaxdiv(intmax_t a, intmax_t b) { return (imaxdiv_t){a / b, a % b}; }

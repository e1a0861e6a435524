// Numbers from text: what strtol, strtod, scanf and inet_pton share.
#pragma once
#include <stddef.h>

// What a number of `mantissa_bits` (24, 53, 64) with exponents from `least_exponent` can hold.
struct real_format {
    int mantissa_bits;
    int least_exponent; // of the last bit of the smallest number
    int most_exponent;  // of the first bit of the largest number
};
extern const struct real_format __float_format, __double_format, __long_double_format;

// Reads a number as strtod(3) does, rounded once, to nearest. *end: behind it, or `text` if there
// is none. Sets ERANGE.
long double __parse_real(const char* text, char** end, const struct real_format* format);

int __digit_value(int c); // 0 to 35; 99: no digit of any base

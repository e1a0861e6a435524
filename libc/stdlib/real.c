// Floating-point numbers from text (strtod(3)), exactly rounded.
//
// The digits make a big integer D, the value is D·10^x. For x ≥ 0 that is multiplied out. For x <
// 0, D is first shifted left far enough that the quotient by 5^(−x) keeps more bits than a
// mantissa, and then divided by 5^13 again and again; what remains says only whether the quotient
// was exact.
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

const struct real_format __float_format = {24, -149, 127};
const struct real_format __double_format = {53, -1074, 1023};
const struct real_format __long_double_format = {64, -16445, 16383};

enum {
    MOST_DIGITS = 11600,    // more than the longest exact middle between two long doubles needs
    POWER_OF_5 = 1220703125 /* 5^13 */
};

struct big {
    uint32_t* limb; // least significant first
    long count, room;
    int inexact; // something below the lowest bit was lost
};

static void multiply_add(struct big* big, uint32_t factor, uint32_t addend) {
    uint64_t carry = addend;
    for (long i = 0; i < big->count; i++) {
        carry += (uint64_t)big->limb[i] * factor;
        big->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && big->count < big->room) big->limb[big->count++] = (uint32_t)carry;
}

static void divide(struct big* big, uint32_t divisor) {
    uint64_t rest = 0;
    for (long i = big->count; i-- > 0;) {
        rest = rest << 32 | big->limb[i];
        big->limb[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    if (rest) big->inexact = 1;
    while (big->count && !big->limb[big->count - 1]) big->count--;
}

static void shift_left_limbs(struct big* big, long limbs) {
    memmove(big->limb + limbs, big->limb, (size_t)big->count * sizeof *big->limb);
    memset(big->limb, 0, (size_t)limbs * sizeof *big->limb);
    big->count += limbs;
}

union x87 {
    long double value;
    struct {
        uint64_t mantissa;
        uint16_t exponent;
    };
};

static long double overflow(void) {
    errno = ERANGE;
    return __builtin_infl();
}

// The value big · 2^exponent (plus a little, if inexact), rounded to the format.
static long double assemble(struct big* big, long exponent, const struct real_format* format) {
    if (!big->count) return 0;
    long bits = big->count * 32 - __builtin_clz(big->limb[big->count - 1]);
    long lowest = exponent + bits - format->mantissa_bits; // of the last bit that can be kept
    if (lowest < format->least_exponent) lowest = format->least_exponent;
    long drop = lowest - exponent; // so many bits of `big` go
    uint64_t mantissa = 0;
    int half = 0, rest = big->inexact;
    for (long i = bits - 1; i >= 0 && i >= drop; i--)
        mantissa = mantissa << 1 | (big->limb[i / 32] >> i % 32 & 1);
    if (drop < 0) mantissa <<= -drop;
    if (drop > 0 && drop <= bits) half = big->limb[(drop - 1) / 32] >> (drop - 1) % 32 & 1;
    for (long i = 0; i < drop - 1 && i < bits && !rest; i++) rest = big->limb[i / 32] >> i % 32 & 1;
    if (half && (rest || (mantissa & 1))) {
        mantissa++;
        int carried_over =
            format->mantissa_bits == 64 ? mantissa == 0 : mantissa >> format->mantissa_bits != 0;
        if (carried_over) mantissa = 1ull << (format->mantissa_bits - 1), lowest++;
    }
    int inexact = half || rest || drop > bits;
    if (!mantissa) {
        errno = ERANGE;
        return 0;
    }
    long top = lowest + 63 - __builtin_clzll(mantissa);
    if (top > format->most_exponent) return overflow();
    if (inexact && top < format->least_exponent + format->mantissa_bits - 1) errno = ERANGE;
    int shift = __builtin_clzll(mantissa);
    long biased = top + 16383;
    if (biased < 1) { // a subnormal long double
        shift -= (int)(1 - biased);
        biased = 0;
    }
    union x87 result = {.mantissa = mantissa << shift};
    result.exponent = (uint16_t)biased;
    return result.value;
}

// Reads "e±digits" if a digit is there; adds it to *exponent.
static const char* read_exponent(const char* at, char letter, long* exponent) {
    if ((*at | 32) != letter) return at;
    const char* look = at + 1;
    int negative = *look == '-';
    if (*look == '-' || *look == '+') look++;
    if (!isdigit((unsigned char)*look)) return at;
    long value = 0;
    for (; isdigit((unsigned char)*look); look++)
        if (value < 100000000) value = value * 10 + (*look - '0');
    *exponent += negative ? -value : value;
    return look;
}

static long double finish_decimal(struct big* big, long power, long digits,
                                  const struct real_format* format) {
    if (!big->count) return 0;
    if (power + digits > 4940) return overflow();
    if (power + digits < -5000) {
        errno = ERANGE;
        return 0;
    }
    long exponent = power;
    if (power >= 0) {
        for (; power >= 13; power -= 13) multiply_add(big, POWER_OF_5, 0);
        for (; power > 0; power--) multiply_add(big, 5, 0);
    } else {
        long limbs = (-power * 7 / 3 + 96) / 32 + 1; // 5^n has fewer than 7n/3 bits
        shift_left_limbs(big, limbs);
        exponent -= limbs * 32;
        for (; power <= -13; power += 13) divide(big, POWER_OF_5);
        for (; power < 0; power++) divide(big, 5);
    }
    return assemble(big, exponent, format);
}

static long double parse_decimal(const char* at, char** end, const struct real_format* format) {
    const char* scan = at;
    long length = 0, power = 0;
    for (int point = 0; isdigit((unsigned char)*scan) || (*scan == '.' && !point); scan++) {
        if (*scan == '.')
            point = 1;
        else
            length++, power -= point;
    }
    const char* last = read_exponent(scan, 'e', &power);
    *end = (char*)last;
    while (*at == '0' || *at == '.') length -= *at++ == '0';
    if (length <= 0) return 0;
    long used = length < MOST_DIGITS ? length : MOST_DIGITS;
    long room = used * 7 / 64 + 8; // 10^n has fewer than 7n/2 bits
    long most_power = power < 0 ? (power < -20000 ? 20000 : -power) : (power > 5000 ? 5000 : power);
    room += most_power * 7 / 96 + 8;
    uint32_t limbs[room];
    struct big big = {.limb = limbs, .room = room};
    long taken = 0;
    for (; at < scan; at++) {
        if (*at == '.') continue;
        if (taken < used)
            multiply_add(&big, 10, (uint32_t)(*at - '0')), taken++;
        else {
            power++;
            if (*at != '0') big.inexact = 1;
        }
    }
    return finish_decimal(&big, power, used, format);
}

static int hex_value(char c) { return isdigit((unsigned char)c) ? c - '0' : (c | 32) - 'a' + 10; }

static long double parse_hexadecimal(const char* at, char** end, const struct real_format* format) {
    uint32_t limbs[4];
    struct big big = {.limb = limbs, .room = 4};
    long exponent = 0;
    for (int point = 0; isxdigit((unsigned char)*at) || (*at == '.' && !point); at++) {
        if (*at == '.') {
            point = 1;
            continue;
        }
        uint32_t digit = (uint32_t)hex_value(*at);
        if (big.count == 4) { // 96 bits and more: the rest only says that there is one
            exponent += 4 * !point;
            if (digit) big.inexact = 1;
            continue;
        }
        exponent -= 4 * point;
        if (big.count)
            multiply_add(&big, 16, digit);
        else if (digit)
            limbs[big.count++] = digit;
    }
    *end = (char*)read_exponent(at, 'p', &exponent);
    if (!big.count) return 0;
    if (exponent > 40000) return overflow();
    if (exponent < -40000) exponent = -40000;
    return assemble(&big, exponent, format);
}

static const char* skip_word(const char* at, const char* word) {
    size_t length = strlen(word);
    return strncasecmp(at, word, length) ? 0 : at + length;
}

long double __parse_real(const char* text, char** end, const struct real_format* format) {
    const char *at = text, *behind;
    char* unused;
    if (!end) end = &unused;
    while (isspace((unsigned char)*at)) at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    long double value;
    if ((behind = skip_word(at, "inf"))) {
        const char* longer = skip_word(behind, "inity");
        *end = (char*)(longer ? longer : behind);
        value = __builtin_infl();
    } else if ((behind = skip_word(at, "nan"))) {
        const char* close = behind;
        if (*close == '(') {
            do close++;
            while (isalnum((unsigned char)*close) || *close == '_');
            if (*close == ')') behind = close + 1;
        }
        *end = (char*)behind;
        value = __builtin_nanl("");
    } else if (at[0] == '0' && (at[1] | 32) == 'x' &&
               (isxdigit((unsigned char)at[2]) ||
                (at[2] == '.' && isxdigit((unsigned char)at[3])))) {
        value = parse_hexadecimal(at + 2, end, format);
    } else if (isdigit((unsigned char)*at) || (*at == '.' && isdigit((unsigned char)at[1]))) {
        value = parse_decimal(at, end, format);
    } else {
        *end = (char*)text;
        return 0;
    }
    return negative ? -value : value;
}

float strtof(const char* __restrict text, char** __restrict end) {
    return (float)__parse_real(text, end, &__float_format);
}
double strtod(const char* __restrict text, char** __restrict end) {
    return (double)__parse_real(text, end, &__double_format);
}
long double strtold(const char* __restrict text, char** __restrict end) {
    return __parse_real(text, end, &__long_double_format);
}
double atof(const char* text) { return strtod(text, 0); }

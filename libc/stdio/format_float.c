// printf's %e %f %g %a, exactly.
//
// A finite value is m·2^e with an integer m. For e ≥ 0 that is an integer; for e < 0 it equals
// m·5^(−e) / 10^(−e): again an integer, with the decimal point moved. So one multiplication loop on
// an array of nine-digit limbs gives every digit there is, and rounding works on digits.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "format.h"

enum { LIMB = 1000000000, LIMB_DIGITS = 9, POWER_OF_5 = 1220703125 /* 5^13 */ };

union x87 {
    long double value;
    struct {
        uint64_t mantissa;
        uint16_t exponent; // sign above
    };
};

struct digits {
    char* digit; // '0' … '9', the first isn't '0' unless the value is 0
    long count;
    long point; // so many digits are before the decimal point; may be negative or beyond count
};

static long multiply(uint32_t* limbs, long count, uint32_t factor) {
    uint64_t carry = 0;
    for (long i = 0; i < count; i++) {
        carry += (uint64_t)limbs[i] * factor;
        limbs[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    for (; carry; carry /= LIMB) limbs[count++] = (uint32_t)(carry % LIMB);
    return count;
}

static long limbs_needed(long exponent) {
    long decimal_digits = 20 + (exponent < 0 ? -exponent * 7 / 10 : exponent * 31 / 100);
    return decimal_digits / LIMB_DIGITS + 2;
}

// Fills `out` (room: one more than limbs_needed · 9) with the digits of mantissa · 2^exponent.
static void make_digits(struct digits* out, uint32_t* limbs, uint64_t mantissa, long exponent) {
    long count = 0, scale = 0;
    for (; mantissa; mantissa /= LIMB) limbs[count++] = (uint32_t)(mantissa % LIMB);
    for (; exponent >= 29; exponent -= 29) count = multiply(limbs, count, 1u << 29);
    if (exponent > 0) count = multiply(limbs, count, 1u << exponent);
    if (exponent < 0) scale = -exponent;
    for (; exponent <= -13; exponent += 13) count = multiply(limbs, count, POWER_OF_5);
    for (; exponent < 0; exponent++) count = multiply(limbs, count, 5);
    char* at = out->digit;
    for (long i = count; i-- > 0;) {
        uint32_t limb = limbs[i];
        for (int k = LIMB_DIGITS; k-- > 0; limb /= 10) at[k] = (char)('0' + limb % 10);
        at += LIMB_DIGITS;
    }
    out->count = at - out->digit;
    while (out->count && *out->digit == '0') out->digit++, out->count--;
    out->point = out->count - scale;
}

// Keeps the first `keep` digits, rounding to nearest, ties to even. The place before the first
// digit must be writable.
static void round_to(struct digits* value, long keep) {
    if (keep >= value->count) return;
    if (keep < 0) {
        value->count = 0;
        return;
    }
    char next = value->digit[keep];
    int beyond = 0;
    for (long i = keep + 1; i < value->count && !beyond; i++) beyond = value->digit[i] != '0';
    int odd = keep > 0 && (value->digit[keep - 1] & 1);
    value->count = keep;
    if (next < '5' || (next == '5' && !beyond && !odd)) return;
    long i = keep;
    while (i > 0 && value->digit[i - 1] == '9') value->digit[--i] = '0';
    if (i > 0) {
        value->digit[i - 1]++;
        return;
    }
    *--value->digit = '1';
    value->count++;
    value->point++;
}

// Puts digits [from, from + length), zeros where there are none.
static void put_digits(struct sink* sink, const struct digits* value, long from, long length) {
    long before = from < 0 ? (-from < length ? -from : length) : 0;
    __sink_fill(sink, '0', before);
    from += before;
    length -= before;
    long there = value->count > from ? value->count - from : 0;
    if (there > length) there = length;
    if (there > 0) __sink_put(sink, value->digit + from, (size_t)there);
    __sink_fill(sink, '0', length - (there > 0 ? there : 0));
}

// Digits that are not trailing zeros.
static long significant(const struct digits* value) {
    long count = value->count;
    while (count && value->digit[count - 1] == '0') count--;
    return count;
}

static void put_fixed(struct sink* sink, const struct spec* spec, const char* sign,
                      const struct digits* value, long precision) {
    long whole = value->point > 0 ? value->point : 1;
    int point = precision > 0 || (spec->flags & ALTERNATE);
    long length = whole + point + precision;
    __sink_begin(sink, spec, sign, (size_t)length);
    put_digits(sink, value, value->point > 0 ? 0 : -1, whole);
    if (point) __sink_put(sink, ".", 1);
    put_digits(sink, value, value->point, precision);
    __sink_end(sink, spec, sign, (size_t)length);
}

static size_t exponent_text(char* text, char letter, long exponent, int least) {
    char reversed[8];
    int count = 0;
    size_t at = 0;
    text[at++] = letter;
    text[at++] = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    for (; exponent || count < least; exponent /= 10)
        reversed[count++] = (char)('0' + exponent % 10);
    while (count) text[at++] = reversed[--count];
    return at;
}

static void put_scientific(struct sink* sink, const struct spec* spec, const char* sign,
                           const struct digits* value, long precision, char letter) {
    char text[12];
    long exponent = value->count ? value->point - 1 : 0;
    size_t text_length = exponent_text(text, letter, exponent, 2);
    int point = precision > 0 || (spec->flags & ALTERNATE);
    long length = 1 + point + precision + (long)text_length;
    __sink_begin(sink, spec, sign, (size_t)length);
    put_digits(sink, value, 0, 1);
    if (point) __sink_put(sink, ".", 1);
    put_digits(sink, value, 1, precision);
    __sink_put(sink, text, text_length);
    __sink_end(sink, spec, sign, (size_t)length);
}

static void put_decimal(struct sink* sink, const struct spec* spec, const char* sign,
                        struct digits* value) {
    long precision = spec->precision < 0 ? 6 : spec->precision;
    char kind = spec->conversion | 32, e = spec->conversion == kind ? 'e' : 'E';
    if (kind == 'f') {
        round_to(value, value->point + precision);
        put_fixed(sink, spec, sign, value, precision);
        return;
    }
    if (kind == 'e') {
        round_to(value, precision + 1);
        put_scientific(sink, spec, sign, value, precision, e);
        return;
    }
    if (precision == 0) precision = 1;
    round_to(value, precision);
    long exponent = value->count ? value->point - 1 : 0, shown = significant(value);
    if (!shown) shown = 1;
    if (exponent < precision && exponent >= -4) {
        long after = precision - 1 - exponent;
        if (!(spec->flags & ALTERNATE) && after > shown - 1 - exponent)
            after = shown - 1 - exponent > 0 ? shown - 1 - exponent : 0;
        put_fixed(sink, spec, sign, value, after);
    } else {
        put_scientific(sink, spec, sign, value,
                       (spec->flags & ALTERNATE) ? precision - 1 : shown - 1, e);
    }
}

// Rounds the mantissa to 1 + digits hexadecimal digits of which the first has `first_bits` bits.
static uint64_t round_hex(uint64_t mantissa, int shift, int* carried) {
    uint64_t half = 1ull << (shift - 1), rest = mantissa & (2 * half - 1);
    uint64_t kept = mantissa - rest;
    *carried = 0;
    if (rest > half || (rest == half && (kept & (2 * half)))) {
        if (kept + 2 * half < kept) *carried = 1;
        kept += 2 * half;
    }
    return kept;
}

// A double's first digit is 1 and 13 follow; a long double's has four bits and 15 follow.
static void put_hexadecimal(struct sink* sink, const struct spec* spec, const char* sign,
                            uint64_t mantissa, long exponent) {
    const char* alphabet = spec->conversion == 'a' ? "0123456789abcdef" : "0123456789ABCDEF";
    int is_double = spec->length != LONG_DOUBLE;
    int first_bits = is_double ? 1 : 4, is_zero = mantissa == 0;
    if (mantissa) {
        exponent += 64 - first_bits;
        // A double's subnormal keeps a first digit of 0 and the exponent −1022.
        if (is_double && exponent < -1022) mantissa >>= -1022 - exponent, exponent = -1022;
    }
    int carried = 0, whole_digits = is_double ? 13 : 15;
    long precision = spec->precision;
    if (precision >= 0 && precision < whole_digits)
        mantissa = round_hex(mantissa, 64 - first_bits - 4 * (int)precision, &carried);
    unsigned first = (unsigned)(mantissa >> (64 - first_bits));
    if (carried) {
        if (is_double)
            first = 2;
        else
            first = 1, exponent += 4;
    }
    uint64_t rest = mantissa << first_bits;
    char digits[16];
    int count = 0;
    for (; rest; rest <<= 4) digits[count++] = alphabet[rest >> 60];
    if (precision < 0) precision = count;
    char head[8], tail[12];
    size_t head_length = strlen(sign);
    memcpy(head, sign, head_length);
    head[head_length++] = '0';
    head[head_length++] = spec->conversion == 'a' ? 'x' : 'X';
    head[head_length] = 0;
    size_t tail_length =
        exponent_text(tail, spec->conversion == 'a' ? 'p' : 'P', is_zero ? 0 : exponent, 1);
    int point = precision > 0 || (spec->flags & ALTERNATE);
    long length = 1 + point + precision + (long)tail_length;
    __sink_begin(sink, spec, head, (size_t)length);
    __sink_put(sink, &alphabet[first], 1);
    if (point) __sink_put(sink, ".", 1);
    __sink_put(sink, digits, (size_t)(count < precision ? count : precision));
    __sink_fill(sink, '0', precision - count);
    __sink_put(sink, tail, tail_length);
    __sink_end(sink, spec, head, (size_t)length);
}

void __format_float(struct sink* sink, const struct spec* spec, long double value) {
    union x87 parts = {.value = value};
    const char* sign = spec->flags & PLUS ? "+" : spec->flags & SPACE ? " " : "";
    if (parts.exponent & 0x8000) sign = "-";
    int upper = !(spec->conversion & 32);
    long biased = parts.exponent & 0x7fff;
    if (biased == 0x7fff) {
        struct spec plain = *spec;
        plain.flags &= ~(unsigned)ZERO;
        const char* text = parts.mantissa << 1 ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
        __sink_number(sink, &plain, sign, 0, text, 3);
        return;
    }
    // A long double has fewer than 5,000 digits before its point: lengths below don't overflow.
    if (spec->precision > INT_MAX - 5000) {
        __sink_fail(sink, EOVERFLOW);
        return;
    }
    uint64_t mantissa = parts.mantissa;
    long exponent = (biased ? biased : 1) - 16383 - 63;
    if ((spec->conversion | 32) == 'a') {
        put_hexadecimal(sink, spec, sign, mantissa, exponent);
        return;
    }
    if (mantissa) {
        int zeros = __builtin_ctzll(mantissa);
        mantissa >>= zeros;
        exponent += zeros;
    } else {
        exponent = 0;
    }
    long room = limbs_needed(exponent);
    uint32_t limbs[room];
    char text[room * LIMB_DIGITS + 1];
    struct digits digits = {.digit = text + 1};
    make_digits(&digits, limbs, mantissa, exponent);
    put_decimal(sink, spec, sign, &digits);
}

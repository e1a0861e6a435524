// printf's reading of its format: flags, width, precision, length, conversion, numbered arguments.
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

enum { MOST_ARGUMENTS = NL_ARGMAX }; // that a format may refer to by number

union value {
    uintmax_t integer;
    void* pointer;
    long double real;
};

// Arguments come in order, or by number: then all of them are fetched first.
struct arguments {
    va_list list;
    int by_number;
    union value values[MOST_ARGUMENTS];
};

void __sink_fail(struct sink* sink, int error) {
    errno = error;
    sink->failed = 1;
}

void __sink_put(struct sink* sink, const char* data, size_t length) {
    if (sink->failed || length == 0) return;
    if (length > INT_MAX - sink->total) {
        __sink_fail(sink, EOVERFLOW);
        return;
    }
    sink->total += length;
    sink->write(sink, data, length);
}

void __sink_fill(struct sink* sink, char character, long count) {
    char block[32];
    if (count > (long)(INT_MAX - sink->total)) __sink_fail(sink, EOVERFLOW); // and not bit by bit
    memset(block, character, sizeof block);
    for (; count > 0 && !sink->failed; count -= (long)sizeof block)
        __sink_put(sink, block, count < (long)sizeof block ? (size_t)count : sizeof block);
}

static long padding(const struct spec* spec, const char* prefix, size_t length) {
    size_t used = strlen(prefix) + length;
    return (size_t)spec->width > used ? spec->width - (long)used : 0;
}

void __sink_begin(struct sink* sink, const struct spec* spec, const char* prefix, size_t length) {
    if (!(spec->flags & (LEFT | ZERO))) __sink_fill(sink, ' ', padding(spec, prefix, length));
    __sink_put(sink, prefix, strlen(prefix));
    if (spec->flags & ZERO) __sink_fill(sink, '0', padding(spec, prefix, length));
}

void __sink_end(struct sink* sink, const struct spec* spec, const char* prefix, size_t length) {
    if (spec->flags & LEFT) __sink_fill(sink, ' ', padding(spec, prefix, length));
}

void __sink_number(struct sink* sink, const struct spec* spec, const char* prefix, long zeros,
                   const char* body, size_t length) {
    __sink_begin(sink, spec, prefix, (size_t)zeros + length);
    __sink_fill(sink, '0', zeros);
    __sink_put(sink, body, length);
    __sink_end(sink, spec, prefix, (size_t)zeros + length);
}

static void fetch(struct arguments* from, const struct spec* spec, union value* value) {
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        if (spec->length == LONG_LONG)
            value->integer = va_arg(from->list, uintmax_t);
        else
            value->integer = spec->length == LONG ? va_arg(from->list, unsigned long)
                                                  : va_arg(from->list, unsigned);
        break;
    case 'c':
        value->integer = (uintmax_t)va_arg(from->list, int);
        break;
    case 's':
    case 'p':
    case 'n':
        value->pointer = va_arg(from->list, void*);
        break;
    case 'm':
    case '%':
    case 0:
        break;
    default:
        if (spec->length == LONG_DOUBLE)
            value->real = va_arg(from->list, long double);
        else
            value->real = va_arg(from->list, double);
    }
}

// The places, by number, of what one specification takes; 0: the next argument.
struct places {
    int value, width, precision;
    int width_is_argument, precision_is_argument;
};

static unsigned parse_flags(const char** at) {
    static const char letters[] = "-+ #0'";
    unsigned flags = 0;
    for (const char* letter; **at && (letter = strchr(letters, **at)); ++*at)
        flags |= 1u << (letter - letters);
    return flags;
}

// A width or a precision: a number, or an argument, perhaps by its place. False: it is too big.
static int parse_amount(const char** at, int* amount, int* is_argument, int* place) {
    *is_argument = **at == '*';
    if (!*is_argument) return (*amount = __format_number(at)) >= 0;
    ++*at;
    *place = __format_place(at);
    return 1;
}

// `at` is behind the '%'. Returns what is behind the specification, or null: a number is too big.
static const char* parse(const char* at, struct spec* spec, struct places* places) {
    *spec = (struct spec){.precision = -1};
    *places = (struct places){.value = __format_place(&at)};
    spec->flags = parse_flags(&at);
    if (!parse_amount(&at, &spec->width, &places->width_is_argument, &places->width)) return 0;
    if (*at == '.') {
        at++;
        if (!parse_amount(&at, &spec->precision, &places->precision_is_argument,
                          &places->precision))
            return 0;
    }
    spec->length = __format_length(&at);
    spec->conversion = *at;
    if (*at == 'C' || *at == 'S') spec->conversion |= 32, spec->length = LONG;
    if (spec->length == LONG_DOUBLE && *at && strchr("diouxX", *at)) spec->length = LONG_LONG;
    return *at ? at + 1 : at;
}

// Notes what kind each numbered argument is, then fetches them all in order. False: a number is too
// big.
static int fetch_numbered(const char* format, struct arguments* from) {
    const struct spec integer = {.conversion = 'd'};
    struct spec kinds[MOST_ARGUMENTS], spec;
    struct places places;
    int count = 0;
    for (int i = 0; i < MOST_ARGUMENTS; i++) kinds[i] = integer;
    while ((format = strchr(format, '%'))) {
        if (!(format = parse(format + 1, &spec, &places))) return 0;
        const int place[] = {places.value, places.width, places.precision};
        for (int i = 0; i < 3; i++) {
            if (place[i] > MOST_ARGUMENTS) return 0;
            if (place[i] > 0) kinds[place[i] - 1] = i ? integer : spec;
            if (place[i] > count) count = place[i];
        }
    }
    for (int i = 0; i < count; i++) fetch(from, &kinds[i], &from->values[i]);
    from->by_number = 1;
    return 1;
}

static void get_value(struct arguments* from, int place, const struct spec* spec,
                      union value* value) {
    if (place > 0)
        *value = from->values[place - 1];
    else
        fetch(from, spec, value);
}

static int get_int(struct arguments* from, int place) {
    const struct spec integer = {.conversion = 'd'};
    union value value;
    get_value(from, place, &integer, &value);
    return (int)value.integer;
}

static int bits_of(enum length length) {
    static const unsigned char bits[] = {32, 8, 16, 8 * sizeof(long), 64, 64};
    return bits[length];
}

static void format_integer(struct sink* sink, struct spec* spec, uintmax_t value) {
    const char *prefix = "", *digits = "0123456789abcdef";
    int is_signed = spec->conversion == 'd' || spec->conversion == 'i';
    int unused = 64 - bits_of(spec->length);
    value <<= unused;
    value = is_signed ? (uintmax_t)((intmax_t)value >> unused) : value >> unused;
    if (is_signed) {
        if ((intmax_t)value < 0)
            prefix = "-", value = -value;
        else if (spec->flags & PLUS)
            prefix = "+";
        else if (spec->flags & SPACE)
            prefix = " ";
    }
    unsigned base = 10;
    if (spec->conversion == 'o') base = 8;
    if (spec->conversion == 'x' || spec->conversion == 'X' || spec->conversion == 'p') base = 16;
    if (spec->conversion == 'X') digits = "0123456789ABCDEF";
    if (base == 16 && value && (spec->flags & ALTERNATE))
        prefix = spec->conversion == 'X' ? "0X" : "0x";
    char text[24];
    char* at = text + sizeof text;
    for (; value > UINT_MAX; value /= base) *--at = digits[value % base];
    for (unsigned low = (unsigned)value; low; low /= base) *--at = digits[low % base];
    long length = text + sizeof text - at;
    long precision = spec->precision < 0 ? 1 : spec->precision;
    if (base == 8 && (spec->flags & ALTERNATE) && precision <= length) precision = length + 1;
    if (base == 8 && (spec->flags & ALTERNATE) && length == 0 && spec->precision < 0) precision = 1;
    if (spec->precision >= 0) spec->flags &= ~(unsigned)ZERO;
    __sink_number(sink, spec, prefix, precision > length ? precision - length : 0, at,
                  (size_t)length);
}

static void format_pointer(struct sink* sink, struct spec* spec, const void* pointer) {
    if (!pointer) {
        spec->flags &= ~(unsigned)ZERO;
        __sink_number(sink, spec, "", 0, "(nil)", 5);
        return;
    }
    spec->flags |= ALTERNATE;
    spec->length = LONG;
    format_integer(sink, spec, (uintptr_t)pointer);
}

static void format_string(struct sink* sink, struct spec* spec, const char* string) {
    if (!string) string = spec->precision >= 0 && spec->precision < 6 ? "" : "(null)";
    size_t limit = spec->precision < 0 ? PTRDIFF_MAX : (size_t)spec->precision;
    spec->flags &= ~(unsigned)ZERO;
    __sink_number(sink, spec, "", 0, string, strnlen(string, limit));
}

// The "C" locale: only the first 128 characters have a multibyte form, of one byte.
static void format_wide(struct sink* sink, const struct spec* spec, const wchar_t* wide,
                        size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned)wide[i] > 127) {
            __sink_fail(sink, EILSEQ);
            return;
        }
    __sink_begin(sink, spec, "", length);
    for (size_t i = 0; i < length; i++) __sink_put(sink, (char[]){(char)wide[i]}, 1);
    __sink_end(sink, spec, "", length);
}

static void format_wide_string(struct sink* sink, struct spec* spec, const wchar_t* wide) {
    spec->flags &= ~(unsigned)ZERO;
    size_t limit = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision, length = 0;
    while (length < limit && wide[length]) length++;
    format_wide(sink, spec, wide, length);
}

static void format_character(struct sink* sink, struct spec* spec, int value) {
    char character = (char)value;
    spec->flags &= ~(unsigned)ZERO;
    if (spec->length == LONG)
        format_wide(sink, spec, (wchar_t[]){value}, 1);
    else
        __sink_number(sink, spec, "", 0, &character, 1);
}

static void store_count(const struct spec* spec, void* target, size_t count) {
    memcpy(target, &(uintmax_t){count}, (size_t)bits_of(spec->length) / 8); // little-endian
}

static void convert(struct sink* sink, struct spec* spec, const union value* value,
                    int saved_errno) {
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        format_integer(sink, spec, value->integer);
        break;
    case 'p':
        format_pointer(sink, spec, value->pointer);
        break;
    case 'c':
        format_character(sink, spec, (int)value->integer);
        break;
    case 's':
        if (spec->length == LONG && value->pointer)
            format_wide_string(sink, spec, value->pointer);
        else
            format_string(sink, spec, value->pointer);
        break;
    case 'm':
        format_string(sink, spec, strerror(saved_errno));
        break;
    case 'n':
        store_count(spec, value->pointer, sink->total);
        break;
    case '%':
        __sink_put(sink, "%", 1);
        break;
    default:
        __format_float(sink, spec, value->real);
    }
}

// `at` is behind a '%'. Returns what is behind the specification, or null: the sink has failed.
static const char* format_one(struct sink* sink, const char* format, const char* at,
                              struct arguments* from, int saved_errno) {
    const char* percent = at - 1;
    struct spec spec;
    struct places places;
    if (!(at = parse(at, &spec, &places))) {
        __sink_fail(sink, EOVERFLOW);
        return 0;
    }
    int numbered = places.value || places.width || places.precision;
    if (!spec.conversion || (numbered && !from->by_number && !fetch_numbered(format, from))) {
        __sink_fail(sink, EINVAL);
        return 0;
    }
    if (!strchr("diouxXpcsmn%eEfFgGaA", spec.conversion)) {
        __sink_put(sink, percent, (size_t)(at - percent)); // unknown: as it stands
        return at;
    }
    if (places.width_is_argument) {
        spec.width = get_int(from, places.width);
        if (spec.width < 0) spec.flags |= LEFT;
        if (spec.width < 0 && __builtin_sub_overflow(0, spec.width, &spec.width)) {
            __sink_fail(sink, EOVERFLOW);
            return 0;
        }
    }
    if (places.precision_is_argument) spec.precision = get_int(from, places.precision);
    if (spec.precision < -1) spec.precision = -1;
    if (spec.flags & LEFT) spec.flags &= ~(unsigned)ZERO;
    union value value;
    get_value(from, places.value, &spec, &value);
    convert(sink, &spec, &value, saved_errno);
    return sink->failed ? 0 : at;
}

int __format(struct sink* sink, const char* format, va_list list) {
    struct arguments from;
    int saved_errno = errno;
    from.by_number = 0;
    va_copy(from.list, list);
    for (const char* at = format; at && *at;) {
        const char* percent = strchrnul(at, '%');
        __sink_put(sink, at, (size_t)(percent - at));
        at = *percent ? format_one(sink, format, percent + 1, &from, saved_errno) : 0;
    }
    va_end(from.list);
    return sink->failed ? -1 : (int)sink->total;
}

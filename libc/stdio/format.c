// printf's reading of its format: flags, width, precision, length, conversion, numbered arguments.
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

enum { MOST_ARGUMENTS = 32 }; // that a format may refer to by number

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

void __sink_put(struct sink* sink, const char* data, size_t length) {
    if (length) sink->write(sink, data, length);
    sink->total += length;
}

void __sink_fill(struct sink* sink, char character, long count) {
    char block[32];
    if (count <= 0) return;
    memset(block, character, sizeof block);
    for (; count > (long)sizeof block; count -= (long)sizeof block)
        __sink_put(sink, block, sizeof block);
    __sink_put(sink, block, (size_t)count);
}

void __sink_number(struct sink* sink, const struct spec* spec, const char* prefix, long zeros,
                   const char* body, size_t length) {
    long used = (long)strlen(prefix) + zeros + (long)length;
    long padding = spec->width > used ? spec->width - used : 0;
    if (!(spec->flags & (LEFT | ZERO))) __sink_fill(sink, ' ', padding);
    __sink_put(sink, prefix, strlen(prefix));
    if ((spec->flags & ZERO) && !(spec->flags & LEFT)) __sink_fill(sink, '0', padding);
    __sink_fill(sink, '0', zeros);
    __sink_put(sink, body, length);
    if (spec->flags & LEFT) __sink_fill(sink, ' ', padding);
}

static void fetch(struct arguments* from, const struct spec* spec, union value* value) {
    switch (spec->conversion) {
    case 'd':
    case 'i':
        if (spec->length == LONG_LONG)
            value->integer = (uintmax_t)va_arg(from->list, long long);
        else if (spec->length == LONG)
            value->integer = (uintmax_t)va_arg(from->list, long);
        else
            value->integer = (uintmax_t)va_arg(from->list, int);
        break;
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        if (spec->length == LONG_LONG)
            value->integer = va_arg(from->list, unsigned long long);
        else if (spec->length == LONG)
            value->integer = va_arg(from->list, unsigned long);
        else
            value->integer = va_arg(from->list, unsigned);
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

static int read_number(const char** at) {
    int number = 0;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        if (number > (INT_MAX - 9) / 10) number = INT_MAX / 10 - 1;
        number = number * 10 + (**at - '0');
    }
    return number;
}

// "3$" at *at: the number, and *at moves on. Otherwise 0, and *at stays.
static int read_position(const char** at) {
    const char* look = *at;
    if (*look < '1' || *look > '9') return 0;
    int number = read_number(&look);
    if (*look != '$') return 0;
    *at = look + 1;
    return number;
}

// The places, by number, of what one specification takes; 0: the next argument.
struct places {
    int value, width, precision;
    int width_is_argument, precision_is_argument;
};

static void parse_flags(const char** at, struct spec* spec) {
    for (;; ++*at) switch (**at) {
        case '-':
            spec->flags |= LEFT;
            break;
        case '+':
            spec->flags |= PLUS;
            break;
        case ' ':
            spec->flags |= SPACE;
            break;
        case '#':
            spec->flags |= ALTERNATE;
            break;
        case '0':
            spec->flags |= ZERO;
            break;
        case '\'':
            break; // the "C" locale groups nothing
        default:
            return;
        }
}

static void parse_length(const char** at, struct spec* spec) {
    switch (*(*at)++) {
    case 'h':
        spec->length = **at == 'h' ? ++*at, CHAR : SHORT;
        return;
    case 'l':
        spec->length = **at == 'l' ? ++*at, LONG_LONG : LONG;
        return;
    case 'q':
        spec->length = LONG_LONG;
        return;
    case 'j':
        spec->length = LONG_LONG;
        return;
    case 'z':
    case 't':
        spec->length = sizeof(size_t) == sizeof(long) ? LONG : NONE;
        return;
    case 'L':
        spec->length = LONG_DOUBLE;
        return;
    }
    --*at;
}

// `at` is behind the '%'. Returns what is behind the specification.
static const char* parse(const char* at, struct spec* spec, struct places* places) {
    *spec = (struct spec){.precision = -1};
    *places = (struct places){.value = read_position(&at)};
    parse_flags(&at, spec);
    if (*at == '*') {
        at++;
        places->width_is_argument = 1;
        places->width = read_position(&at);
    } else {
        spec->width = read_number(&at);
    }
    if (*at == '.') {
        at++;
        if (*at == '*') {
            at++;
            places->precision_is_argument = 1;
            places->precision = read_position(&at);
        } else if (*at == '-') {
            at++;
            read_number(&at);
        } else {
            spec->precision = read_number(&at);
        }
    }
    parse_length(&at, spec);
    spec->conversion = *at;
    if (spec->length == LONG_DOUBLE && *at && strchr("diouxX", *at)) spec->length = LONG_LONG;
    return *at ? at + 1 : at;
}

// Notes what kind each numbered argument is, then fetches them all in order.
static void fetch_numbered(const char* format, struct arguments* from) {
    struct spec kinds[MOST_ARGUMENTS], spec;
    struct places places;
    int count = 0;
    memset(kinds, 0, sizeof kinds);
    const struct spec integer = {.conversion = 'd'};
    while ((format = strchr(format, '%'))) {
        format = parse(format + 1, &spec, &places);
        if (places.value > 0 && places.value <= MOST_ARGUMENTS) kinds[places.value - 1] = spec;
        if (places.width > 0 && places.width <= MOST_ARGUMENTS) kinds[places.width - 1] = integer;
        if (places.precision > 0 && places.precision <= MOST_ARGUMENTS)
            kinds[places.precision - 1] = integer;
        if (places.value > count) count = places.value;
        if (places.width > count) count = places.width;
        if (places.precision > count) count = places.precision;
    }
    for (int i = 0; i < count && i < MOST_ARGUMENTS; i++) fetch(from, &kinds[i], &from->values[i]);
    from->by_number = 1;
}

static void get_value(struct arguments* from, int place, const struct spec* spec,
                      union value* value) {
    if (place > 0 && place <= MOST_ARGUMENTS && from->by_number)
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

static void format_integer(struct sink* sink, struct spec* spec, uintmax_t value) {
    const char *prefix = "", *digits = "0123456789abcdef";
    int is_signed = spec->conversion == 'd' || spec->conversion == 'i';
    if (spec->length == CHAR)
        value = is_signed ? (uintmax_t)(signed char)value : (unsigned char)value;
    if (spec->length == SHORT) value = is_signed ? (uintmax_t)(short)value : (unsigned short)value;
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
    spec->length = NONE;
    format_integer(sink, spec, (uintptr_t)pointer);
}

static void format_string(struct sink* sink, struct spec* spec, const char* string) {
    if (!string) string = spec->precision >= 0 && spec->precision < 6 ? "" : "(null)";
    size_t limit = spec->precision < 0 ? PTRDIFF_MAX : (size_t)spec->precision;
    spec->flags &= ~(unsigned)ZERO;
    __sink_number(sink, spec, "", 0, string, strnlen(string, limit));
}

static void store_count(const struct spec* spec, void* target, size_t count) {
    switch (spec->length) {
    case CHAR:
        *(signed char*)target = (signed char)count;
        break;
    case SHORT:
        *(short*)target = (short)count;
        break;
    case LONG:
        *(long*)target = (long)count;
        break;
    case LONG_LONG:
        *(long long*)target = (long long)count;
        break;
    default:
        *(int*)target = (int)count;
    }
}

static void convert(struct sink* sink, struct spec* spec, const union value* value,
                    int saved_errno) {
    char character;
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
        character = (char)value->integer;
        spec->flags &= ~(unsigned)ZERO;
        __sink_number(sink, spec, "", 0, &character, 1);
        break;
    case 's':
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

int __format(struct sink* sink, const char* format, va_list list) {
    struct arguments from;
    int saved_errno = errno;
    from.by_number = 0;
    va_copy(from.list, list);
    for (const char* at = format; *at;) {
        const char* percent = strchrnul(at, '%');
        __sink_put(sink, at, (size_t)(percent - at));
        if (!*percent) break;
        struct spec spec;
        struct places places;
        at = parse(percent + 1, &spec, &places);
        if (!spec.conversion || !strchr("diouxXpcsmn%eEfFgGaA", spec.conversion)) {
            __sink_put(sink, percent, (size_t)(at - percent)); // unknown: as it stands
            continue;
        }
        if (places.value && !from.by_number) fetch_numbered(format, &from);
        if (places.width_is_argument) {
            spec.width = get_int(&from, places.width);
            if (spec.width < 0) spec.flags |= LEFT, spec.width = -spec.width;
        }
        if (places.precision_is_argument) spec.precision = get_int(&from, places.precision);
        if (spec.precision < -1) spec.precision = -1;
        if (spec.flags & LEFT) spec.flags &= ~(unsigned)ZERO;
        union value value;
        get_value(&from, places.value, &spec, &value);
        convert(sink, &spec, &value, saved_errno);
    }
    va_end(from.list);
    if (sink->failed) return -1;
    if (sink->total <= INT_MAX) return (int)sink->total;
    errno = EOVERFLOW;
    return -1;
}

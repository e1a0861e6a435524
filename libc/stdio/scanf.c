// Reading by a format (scanf(3)), from streams and strings.
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "format.h"
#include "stream.h"

struct source {
    FILE* stream;       // or
    const char* string; // one of them
    size_t taken;
};

struct conversion {
    int skip, allocate, width, place; // width 0: none given; place 0: the next argument
    enum length length;
    char kind;
    unsigned char set[256]; // %[
};

static int next(struct source* from) {
    int c = from->stream    ? stream_get(from->stream)
            : *from->string ? (unsigned char)*from->string++
                            : EOF;
    if (c != EOF) from->taken++;
    return c;
}

static void give_back(struct source* from, int c) {
    if (c == EOF) return;
    from->taken--;
    if (from->stream)
        ungetc(c, from->stream);
    else
        from->string--;
}

// The next character of a conversion that may have so many more, or EOF.
static int next_within(struct source* from, int* width) {
    return (*width)-- > 0 ? next(from) : EOF;
}

static int skip_space(struct source* from) {
    int c;
    do c = next(from);
    while (isspace(c));
    give_back(from, c);
    return c;
}

static const char* parse_set(const char* at, struct conversion* out) {
    int negated = *at == '^';
    if (negated) at++;
    memset(out->set, negated, sizeof out->set);
    for (int first = 1; *at && (first || *at != ']'); first = 0, at++) {
        // A '-' stands for what is between its neighbours, or for itself if that isn't upwards.
        int low = (unsigned char)*at, high = low;
        if (low == '-' && !first && at[1] && at[1] != ']' &&
            (unsigned char)at[-1] <= (unsigned char)at[1])
            low = (unsigned char)at[-1], high = (unsigned char)at[1];
        for (int c = low; c <= high; c++) out->set[c] = !negated;
    }
    return *at ? at + 1 : at;
}

// `at` is behind the '%'. Returns what is behind the specification.
static const char* parse(const char* at, struct conversion* out) {
    memset(out, 0, sizeof *out);
    out->place = __format_place(&at);
    if (*at == '*') out->skip = 1, at++;
    out->width = __format_number(&at);
    if (out->width < 0) out->width = INT_MAX;
    if (*at == 'm') out->allocate = 1, at++;
    out->length = __format_length(&at);
    out->kind = *at;
    if (*at == 'C' || *at == 'S') out->kind |= 32, out->length = LONG;
    if (!*at) return at;
    return *at++ == '[' ? parse_set(at, out) : at;
}

static void store_integer(const struct conversion* how, void* target, uintmax_t value) {
    switch (how->kind == 'p' ? LONG : how->length) {
    case CHAR:
        *(char*)target = (char)value;
        break;
    case SHORT:
        *(short*)target = (short)value;
        break;
    case LONG:
        *(long*)target = (long)value;
        break;
    case LONG_LONG:
    case LONG_DOUBLE:
        *(long long*)target = (long long)value;
        break;
    default:
        *(int*)target = (int)value;
    }
}

static int base_of(char kind) {
    switch (kind) {
    case 'i':
        return 0;
    case 'o':
        return 8;
    case 'x':
    case 'X':
    case 'p':
        return 16;
    }
    return 10;
}

static int is_signed(const struct conversion* how) { return how->kind == 'd' || how->kind == 'i'; }

// A sum of digits, up to the most that the conversion's type can hold.
struct integer {
    uintmax_t value, most;
    int base, negative, overflow;
};

static void add_digit(struct integer* number, int digit) {
    uintmax_t sum;
    if (__builtin_mul_overflow(number->value, (uintmax_t)number->base, &sum) ||
        __builtin_add_overflow(sum, (uintmax_t)digit, &sum) || sum > number->most)
        number->overflow = 1;
    number->value = number->overflow ? number->most : sum;
}

// Of "0x" without a digit behind it both characters are taken, and it is 0.
static int collect_integer(struct source* from, int width, struct integer* number) {
    int c = next_within(from, &width), digits = 0;
    if (c == '+' || c == '-') {
        number->negative = c == '-';
        c = next_within(from, &width);
    }
    if (c == '0' && (number->base == 0 || number->base == 16)) {
        digits = 1;
        c = next_within(from, &width);
        if ((c | 32) == 'x') {
            number->base = 16;
            c = next_within(from, &width);
        } else if (number->base == 0) {
            number->base = 8;
        }
    }
    if (number->base == 0) number->base = 10;
    for (; __digit_value(c) < number->base; digits = 1, c = next_within(from, &width))
        add_digit(number, __digit_value(c));
    give_back(from, c);
    return digits;
}

static int read_integer(struct source* from, const struct conversion* how, void* target) {
    struct integer number = {.base = base_of(how->kind)};
    uintmax_t most = how->length >= LONG_LONG ? UINTMAX_MAX : ULONG_MAX;
    number.most = most;
    if (!collect_integer(from, how->width ? how->width : INT_MAX, &number)) return 0;
    if (is_signed(how) && number.value > most / 2 + (uintmax_t)number.negative)
        number.overflow = 1, number.value = most / 2 + (uintmax_t)number.negative;
    if (number.overflow) errno = ERANGE;
    if (number.negative && (is_signed(how) || !number.overflow)) number.value = -number.value;
    if (!how->skip) store_integer(how, target, number.value);
    return 1;
}

// Text of any length: on the heap when it has outgrown `first`.
struct text {
    char* at;
    size_t count, room;
    int failed; // no memory
    char first[128];
};

static void append(struct text* text, int c) {
    if (text->count + 1 == text->room && !text->failed) {
        char* grown = malloc(text->room * 2);
        if (grown) {
            memcpy(grown, text->at, text->count);
            if (text->at != text->first) free(text->at);
            text->at = grown;
            text->room *= 2;
        }
        text->failed = !grown;
    }
    if (!text->failed) text->at[text->count++] = (char)c;
    text->at[text->count] = 0;
}

// Takes the rest of a word, of which c is the next character. True if all of it was there.
static int collect_word(struct source* from, int* width, int c, const char* word,
                        struct text* text) {
    for (; *word && (c | 32) == *word; word++) {
        append(text, c);
        if (word[1]) c = next_within(from, width);
    }
    if (*word) give_back(from, c);
    return !*word;
}

// As printf writes a pointer: a hexadecimal number, or (nil).
static int read_pointer(struct source* from, const struct conversion* how, void* target) {
    struct text text = {.at = text.first, .room = sizeof text.first};
    int width = how->width ? how->width : INT_MAX, c = next(from);
    if (c != '(') {
        give_back(from, c);
        return read_integer(from, how, target);
    }
    width--;
    if (!collect_word(from, &width, c, "(nil)", &text)) return 0;
    if (!how->skip) *(void**)target = 0;
    return 1;
}

static int collect_digits(struct source* from, int* width, int c, int (*is_digit)(int),
                          struct text* text) {
    for (; is_digit(c); c = next_within(from, width)) append(text, c);
    return c;
}

// What a number begins with, as far as one character ahead can tell. False: no number.
static int collect_real(struct source* from, int width, struct text* text) {
    int (*is_digit)(int) = isdigit;
    int c = next_within(from, &width);
    if (c == '+' || c == '-') append(text, c), c = next_within(from, &width);
    if ((c | 32) == 'n') return collect_word(from, &width, c, "nan", text);
    if ((c | 32) == 'i') {
        if (!collect_word(from, &width, c, "inf", text)) return 0;
        c = next_within(from, &width);
        if ((c | 32) == 'i') return collect_word(from, &width, c, "inity", text);
        give_back(from, c);
        return 1;
    }
    size_t start = text->count;
    if (c == '0') {
        append(text, c);
        c = next_within(from, &width);
        if ((c | 32) == 'x') {
            append(text, c);
            c = next_within(from, &width);
            is_digit = isxdigit;
            start = text->count;
        }
    }
    c = collect_digits(from, &width, c, is_digit, text);
    size_t digits = text->count - start;
    if (c == '.') {
        append(text, c);
        start = text->count;
        c = collect_digits(from, &width, next_within(from, &width), is_digit, text);
        digits += text->count - start;
    }
    if (digits && (c | 32) == (is_digit == isxdigit ? 'p' : 'e')) {
        append(text, c);
        c = next_within(from, &width);
        if (c == '+' || c == '-') append(text, c), c = next_within(from, &width);
        c = collect_digits(from, &width, c, isdigit, text);
    }
    give_back(from, c);
    return digits != 0;
}

static void store_real(const struct conversion* how, void* target, const char* text) {
    if (how->length == LONG_DOUBLE)
        *(long double*)target = strtold(text, 0);
    else if (how->length == LONG)
        *(double*)target = strtod(text, 0);
    else
        *(float*)target = strtof(text, 0);
}

static int read_real(struct source* from, const struct conversion* how, void* target) {
    struct text text = {.at = text.first, .room = sizeof text.first};
    int good = collect_real(from, how->width ? how->width : INT_MAX, &text);
    if (text.failed) good = -1;
    if (good == 1 && !how->skip) store_real(how, target, text.at);
    if (text.at != text.first) free(text.at);
    return good;
}

static int wanted(const struct conversion* how, int c) {
    if (c == EOF) return 0;
    return how->kind == 'c' ? 1 : how->kind == 's' ? !isspace(c) : how->set[c];
}

// Characters or wide characters, in the caller's array or one of our own that grows.
struct room {
    int wide, allocate;
    void* at;
    size_t size; // in characters, if allocated
};

static int put_character(struct room* room, size_t index, int c) {
    size_t each = room->wide ? sizeof(wchar_t) : 1;
    if (room->allocate && index == room->size) {
        void* grown = realloc(room->at, (room->size = room->size * 2 + 32) * each);
        if (!grown) return 0;
        room->at = grown;
    }
    if (!room->at) return 1; // skipped
    if (room->wide)
        ((wchar_t*)room->at)[index] = c;
    else
        ((char*)room->at)[index] = (char)c;
    return 1;
}

static int read_text(struct source* from, const struct conversion* how, void* target) {
    struct room room = {.wide = how->length == LONG, .allocate = how->allocate && !how->skip};
    int width = how->width ? how->width : how->kind == 'c' ? 1 : INT_MAX, good = 0;
    size_t count = 0, whole = (size_t)width;
    if (!room.allocate && !how->skip) room.at = target;
    for (;; count++) {
        int c = next_within(from, &width);
        if (!wanted(how, c)) {
            give_back(from, c);
            good = how->kind == 'c' ? count == whole || c == EOF : count > 0;
            break;
        }
        if (room.wide && c > 127) { // as in printf: the "C" locale
            errno = EILSEQ;
            break;
        }
        if (!put_character(&room, count, c)) {
            good = -1;
            break;
        }
    }
    if (good == 1 && how->kind != 'c' && !put_character(&room, count, 0)) good = -1;
    if (room.allocate && good == 1) *(void**)target = room.at;
    if (room.allocate && good != 1) free(room.at);
    return good;
}

// 1: matched, 0: not, −1: no memory
static int convert(struct source* from, const struct conversion* how, void* target) {
    switch (how->kind) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        return read_integer(from, how, target);
    case 'p':
        return read_pointer(from, how, target);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return read_real(from, how, target);
    case 's':
    case 'c':
    case '[':
        return read_text(from, how, target);
    }
    return 0;
}

static int match_literal(struct source* from, char wanted) {
    int c = next(from);
    if (c == (unsigned char)wanted) return 1;
    give_back(from, c);
    return c == EOF ? EOF : 0;
}

// Where a conversion's result goes: all arguments are pointers.
static void* target_of(const struct conversion* how, va_list first, va_list* next) {
    if (how->skip) return 0;
    if (!how->place) return va_arg(*next, void*);
    va_list list;
    va_copy(list, first);
    for (int i = 1; i < how->place; i++) va_arg(list, void*);
    void* target = va_arg(list, void*);
    va_end(list);
    return target;
}

// 1: matched; 0: not; EOF: there was nothing more
static int scan_one(struct source* from, const struct conversion* how, void* target) {
    if (how->kind == 'n') {
        if (!how->skip) store_integer(how, target, from->taken);
        return 1;
    }
    int c;
    if (how->kind == 'c' || how->kind == '[')
        c = next(from), give_back(from, c);
    else
        c = skip_space(from);
    if (how->kind == '%') return match_literal(from, '%');
    return c == EOF ? EOF : convert(from, how, target) == 1;
}

static int scan(struct source* from, const char* format, va_list first) {
    int stored = 0, matched = 1;
    va_list arguments;
    va_copy(arguments, first);
    while (*format && matched == 1) {
        if (isspace((unsigned char)*format)) {
            skip_space(from);
            format++;
        } else if (*format != '%') {
            matched = match_literal(from, *format++);
        } else {
            struct conversion how;
            format = parse(format + 1, &how);
            void* target = how.kind == '%' ? 0 : target_of(&how, first, &arguments);
            matched = scan_one(from, &how, target);
            if (matched == 1 && !how.skip && how.kind != 'n' && how.kind != '%') stored++;
        }
    }
    va_end(arguments);
    return matched == EOF && !stored ? EOF : stored;
}

int vfscanf(FILE* __restrict stream, const char* __restrict format, va_list arguments) {
    struct source from = {.stream = stream};
    return STREAM_LOCKED(stream, int, scan(&from, format, arguments));
}
int vsscanf(const char* __restrict string, const char* __restrict format, va_list arguments) {
    struct source from = {.string = string};
    return scan(&from, format, arguments);
}
int vscanf(const char* __restrict format, va_list arguments) {
    return vfscanf(stdin, format, arguments);
}

#define FORWARD(call)                                                                              \
    va_list arguments;                                                                             \
    va_start(arguments, format);                                                                   \
    int result = call;                                                                             \
    va_end(arguments);                                                                             \
    return result

int scanf(const char* __restrict format, ...) { FORWARD(vfscanf(stdin, format, arguments)); }
int fscanf(FILE* __restrict stream, const char* __restrict format, ...) {
    FORWARD(vfscanf(stream, format, arguments));
}
int sscanf(const char* __restrict string, const char* __restrict format, ...) {
    FORWARD(vsscanf(string, format, arguments));
}

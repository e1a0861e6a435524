// Reading by a format (scanf(3)), from streams and strings.
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "stream.h"

enum { NUMBER_ROOM = 512, NONE = 0, CHAR = 1, SHORT, LONG, LONG_LONG, LONG_DOUBLE };

struct source {
    FILE* stream;       // or
    const char* string; // one of them
    size_t taken;
};

struct conversion {
    int skip, allocate, width, length; // width 0: none given
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
    for (int first = 1; *at && (first || *at != ']'); first = 0) {
        unsigned char low = (unsigned char)*at++, high = low;
        if (at[0] == '-' && at[1] && at[1] != ']') high = (unsigned char)at[1], at += 2;
        for (int c = low; c <= high; c++) out->set[c] = !negated;
    }
    return *at ? at + 1 : at;
}

// `at` is behind the '%'.
static const char* parse(const char* at, struct conversion* out) {
    memset(out, 0, sizeof *out);
    if (*at == '*') out->skip = 1, at++;
    while (isdigit((unsigned char)*at)) out->width = out->width * 10 + (*at++ - '0');
    if (*at == 'm') out->allocate = 1, at++;
    switch (*at++) {
    case 'h':
        out->length = *at == 'h' ? at++, CHAR : SHORT;
        break;
    case 'l':
        out->length = *at == 'l' ? at++, LONG_LONG : LONG;
        break;
    case 'q':
    case 'j':
        out->length = LONG_LONG;
        break;
    case 'z':
    case 't':
        out->length = sizeof(size_t) == sizeof(long) ? LONG : NONE;
        break;
    case 'L':
        out->length = LONG_DOUBLE;
        break;
    default:
        at--;
    }
    out->kind = *at;
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

// Collects what an integer of the base can begin with, at most `width` characters. Returns how
// many.
static int collect_integer(struct source* from, char* text, int width, int base) {
    int count = 0, digits = 0, c;
    for (; count < width; text[count++] = (char)c) {
        c = next(from);
        if ((c == '+' || c == '-') && count == 0) continue;
        if ((c | 32) == 'x' && digits == 1 && text[count - 1] == '0' && (base == 0 || base == 16)) {
            base = 16;
            digits = 0;
            continue;
        }
        if (base == 0 && isdigit(c)) base = c == '0' ? 8 : 10;
        int value = isdigit(c) ? c - '0' : isalpha(c) ? (c | 32) - 'a' + 10 : 99;
        // After "0" of unknown base an x may still come.
        if (value >= (base == 8 && digits == 1 && text[count - 1] == '0' ? 8 : base ? base : 10)) {
            if ((c | 32) == 'x' && base == 8 && digits == 1 && text[count - 1] == '0') {
                base = 16;
                digits = 0;
                continue;
            }
            give_back(from, c);
            break;
        }
        digits++;
    }
    text[count] = 0;
    return digits ? count : 0;
}

static int read_integer(struct source* from, const struct conversion* how, void* target) {
    char text[NUMBER_ROOM + 1];
    int width = how->width && how->width < NUMBER_ROOM ? how->width : NUMBER_ROOM;
    int base = base_of(how->kind);
    if (!collect_integer(from, text, width, base)) return 0;
    uintmax_t value = how->kind == 'd' || how->kind == 'i' ? (uintmax_t)strtoimax(text, 0, base)
                                                           : strtoumax(text, 0, base);
    if (!how->skip) store_integer(how, target, value);
    return 1;
}

static int collect_word(struct source* from, char* text, int at, int width, const char* word) {
    for (; *word && at < width; word++) {
        int c = next(from);
        if ((c | 32) != *word) {
            give_back(from, c);
            break;
        }
        text[at++] = (char)c;
    }
    return at;
}

static int collect_real(struct source* from, char* text, int width) {
    int at = 0, c, hex = 0, point = 0, exponent = 0, digits = 0;
    for (; at < width; text[at++] = (char)c) {
        c = next(from);
        if ((c == '+' || c == '-') && (at == 0 || (text[at - 1] | 32) == (hex ? 'p' : 'e'))) {
            if (at == 0 || exponent) continue;
        }
        if (at == 0 || (at == 1 && !digits && !point)) {
            if ((c | 32) == 'i' || (c | 32) == 'n') {
                text[at++] = (char)c;
                at = collect_word(from, text, at, width, (c | 32) == 'i' ? "nf" : "an");
                return collect_word(from, text, at, width, (c | 32) == 'i' ? "inity" : "");
            }
        }
        if (c == '.' && !point && !exponent)
            point = 1;
        else if ((c | 32) == 'x' && digits == 1 && text[at - 1] == '0' && !point)
            hex = 1;
        else if (!exponent && digits && (c | 32) == (hex ? 'p' : 'e'))
            exponent = 1;
        else if (hex && !exponent ? isxdigit(c) : isdigit(c))
            digits++;
        else {
            give_back(from, c);
            break;
        }
    }
    return at;
}

static int read_real(struct source* from, const struct conversion* how, void* target) {
    char text[NUMBER_ROOM + 1], *end;
    int width = how->width && how->width < NUMBER_ROOM ? how->width : NUMBER_ROOM;
    int count = collect_real(from, text, width);
    text[count] = 0;
    const struct real_format* format = how->length == LONG_DOUBLE ? &__long_double_format
                                       : how->length == LONG      ? &__double_format
                                                                  : &__float_format;
    long double value = __parse_real(text, &end, format);
    if (end == text) return 0;
    if (how->skip) return 1;
    if (how->length == LONG_DOUBLE)
        *(long double*)target = value;
    else if (how->length == LONG)
        *(double*)target = (double)value;
    else
        *(float*)target = (float)value;
    return 1;
}

static int wanted(const struct conversion* how, int c) {
    if (c == EOF) return 0;
    return how->kind == 'c' ? 1 : how->kind == 's' ? !isspace(c) : how->set[c];
}

static int read_text(struct source* from, const struct conversion* how, void* target) {
    size_t width = how->width ? (size_t)how->width : how->kind == 'c' ? 1 : SIZE_MAX;
    size_t count = 0, room = how->allocate ? 32 : 0;
    char* text = how->skip ? 0 : how->allocate ? malloc(room) : target;
    if (how->allocate && !how->skip && !text) return -1;
    while (count < width) {
        int c = next(from);
        if (!wanted(how, c)) {
            give_back(from, c);
            break;
        }
        if (text && how->allocate && count + 2 > room) {
            char* grown = realloc(text, room *= 2);
            if (!grown) {
                free(text);
                return -1;
            }
            text = grown;
        }
        if (text) text[count] = (char)c;
        count++;
    }
    int good = how->kind == 'c' ? count == width : count > 0;
    if (text && how->kind != 'c') text[count] = 0;
    if (how->allocate && !how->skip) {
        if (good)
            *(char**)target = text;
        else
            free(text);
    }
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
    case 'p':
        return read_integer(from, how, target);
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

static int match_literal(struct source* from, const char** format) {
    if (isspace((unsigned char)**format)) {
        while (isspace((unsigned char)**format)) ++*format;
        skip_space(from);
        return 1;
    }
    int c = next(from);
    if (c == (unsigned char)**format) {
        ++*format;
        return 1;
    }
    give_back(from, c);
    return c == EOF ? EOF : 0;
}

static int scan(struct source* from, const char* format, va_list arguments) {
    int stored = 0;
    while (*format) {
        struct conversion how;
        if (*format != '%') {
            int matched = match_literal(from, &format);
            if (matched == 1) continue;
            return matched == EOF && !stored ? EOF : stored;
        }
        format = parse(format + 1, &how);
        if (how.kind == '%') {
            const char* percent = "%";
            skip_space(from);
            if (match_literal(from, &percent) != 1) return stored;
            continue;
        }
        void* target = how.skip ? 0 : va_arg(arguments, void*);
        if (how.kind == 'n') {
            if (!how.skip) store_integer(&how, target, from->taken);
            continue;
        }
        int c;
        if (how.kind == 'c' || how.kind == '[')
            c = next(from), give_back(from, c);
        else
            c = skip_space(from);
        if (c == EOF) return stored ? stored : EOF;
        if (convert(from, &how, target) != 1) return stored;
        if (!how.skip) stored++;
    }
    return stored;
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

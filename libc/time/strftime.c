// Dates as text (strftime(3)), "C" locale, with GNU's flags and widths: %_5m %-d %^a %#Z %010Y.
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "time_zone.h"

struct out {
    char* text;
    size_t length, size; // a length ≥ size: it didn't fit
};

enum letters { AS_THEY_ARE, UPPER, LOWER };

struct field {
    char kind;
    char pad;   // '0', '_' or '-' if the specification says so
    int change; // '#'
    int width;
    enum letters letters;
};

static void put_character(struct out* out, char c) {
    if (out->length + 1 < out->size) out->text[out->length] = c;
    if (out->length < out->size) out->length++;
}

static void put_fill(struct out* out, char c, long count) {
    for (; count > 0 && out->length < out->size; count--) put_character(out, c);
}

static void put(struct out* out, const struct field* field, const char* text, size_t length) {
    put_fill(out, field->pad == '0' ? '0' : ' ', field->width - (long)length);
    for (size_t i = 0; i < length; i++) {
        int c = (unsigned char)text[i];
        put_character(out, (char)(field->letters == UPPER   ? toupper(c)
                                  : field->letters == LOWER ? tolower(c)
                                                            : c));
    }
}

static void put_text(struct out* out, const struct field* field, const char* text) {
    put(out, field, text, strlen(text));
}

// At least `digits` of them (or the field's width), filled up as the field's flag says, or `pad`.
static void put_number(struct out* out, const struct field* field, long long value, int digits,
                       char pad) {
    char text[24], *at = text + sizeof text;
    unsigned long long rest = value < 0 ? -(unsigned long long)value : (unsigned long long)value;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0) *--at = '-';
    long length = text + sizeof text - at;
    if (field->pad) pad = field->pad;
    if (pad == '-') {
        put(out, field, at, (size_t)length);
        return;
    }
    long padding = (digits > field->width ? digits : field->width) - length;
    if (pad == '_') put_fill(out, ' ', padding);
    if (value < 0) put_character(out, *at++);
    if (pad == '0') put_fill(out, '0', padding);
    while (at < text + sizeof text) put_character(out, *at++);
}

static int days_of(int year) {
    return (year % 4 == 0 && year % 100) || year % 400 == 0 ? 366 : 365;
}

static const char* name_of(const char* const* names, int count, int index) {
    return index >= 0 && index < count ? names[index] : "?";
}

// ISO 8601: week 1 is the one with the year's first Thursday.
static int iso_week(const struct tm* tm, int* year) {
    int monday_based = (tm->tm_wday + 6) % 7;
    int week = (tm->tm_yday - monday_based + 10) / 7;
    *year = tm->tm_year + 1900;
    if (week < 1) {
        --*year;
        return (tm->tm_yday + days_of(*year) - monday_based + 10) / 7;
    }
    if (week == 53 && tm->tm_yday - monday_based + 3 >= days_of(*year)) {
        ++*year;
        return 1;
    }
    return week;
}

static void format(struct out* out, const char* text, const struct tm* tm, enum letters letters);

// What stands for a longer pattern is padded as a whole.
static void put_pattern(struct out* out, const struct field* field, const char* pattern,
                        const struct tm* tm) {
    char text[128]; // the longest, %c with the largest year, needs 40
    struct out part = {text, 0, sizeof text};
    format(&part, pattern, tm, field->letters);
    put(out, field, text, part.length);
}

static const char* pattern_of(char kind) {
    switch (kind) {
    case 'c':
        return "%a %b %e %H:%M:%S %Y";
    case 'x':
    case 'D':
        return "%m/%d/%y";
    case 'X':
    case 'T':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    case 'r':
        return "%I:%M:%S %p";
    case 'F':
        return "%Y-%m-%d";
    }
    return 0;
}

static void put_zone(struct out* out, const struct field* field, const struct tm* tm) {
    if (tm->tm_isdst < 0) return; // unknown
    long minutes = tm->tm_gmtoff / 60, size = minutes < 0 ? -minutes : minutes;
    put(out, field, minutes < 0 ? "-" : "+", 1);
    put_number(out, field, size / 60 * 100 + size % 60, 4, '0');
}

static void put_name(struct out* out, const struct field* field, const char* name, size_t length) {
    struct field changed = *field;
    if (field->change) changed.letters = UPPER;
    put(out, &changed, name, length);
}

static int put_word(struct out* out, const struct field* field, const struct tm* tm) {
    const char* pattern = pattern_of(field->kind);
    const char* day = name_of(__day_names, 7, tm->tm_wday);
    const char* month = name_of(__month_names, 12, tm->tm_mon);
    struct field lower = *field;
    lower.letters = LOWER;
    if (pattern) {
        put_pattern(out, field, pattern, tm);
        return 1;
    }
    switch (field->kind) {
    case 'a':
        put_name(out, field, day, strnlen(day, 3));
        return 1;
    case 'A':
        put_name(out, field, day, strlen(day));
        return 1;
    case 'b':
    case 'h':
        put_name(out, field, month, strnlen(month, 3));
        return 1;
    case 'B':
        put_name(out, field, month, strlen(month));
        return 1;
    case 'p':
    case 'P':
        put(out, field->kind == 'P' || field->change ? &lower : field,
            tm->tm_hour >= 12 ? "PM" : "AM", 2);
        return 1;
    case 'Z':
        put_text(out, field->change ? &lower : field, tm->tm_zone ? tm->tm_zone : "");
        return 1;
    case 'z':
        put_zone(out, field, tm);
        return 1;
    case 'n':
        put(out, field, "\n", 1);
        return 1;
    case 't':
        put(out, field, "\t", 1);
        return 1;
    case '%':
        put(out, field, "%", 1);
        return 1;
    }
    return 0;
}

static long long floor_divide(long long a, int b) { return a / b - (a % b < 0); }

// The value, how many digits it has at the least, and what fills them up.
struct number {
    long long value;
    int digits;
    char pad;
};

static int number_of(char kind, const struct tm* tm, struct number* out) {
    long long year = tm->tm_year + 1900ll;
    int hour = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12, week_year = 0;
    int week = iso_week(tm, &week_year);
    struct tm copy = *tm;
    switch (kind) {
    case 'd':
        return *out = (struct number){tm->tm_mday, 2, '0'}, 1;
    case 'e':
        return *out = (struct number){tm->tm_mday, 2, '_'}, 1;
    case 'H':
        return *out = (struct number){tm->tm_hour, 2, '0'}, 1;
    case 'I':
        return *out = (struct number){hour, 2, '0'}, 1;
    case 'k':
        return *out = (struct number){tm->tm_hour, 2, '_'}, 1;
    case 'l':
        return *out = (struct number){hour, 2, '_'}, 1;
    case 'j':
        return *out = (struct number){tm->tm_yday + 1, 3, '0'}, 1;
    case 'm':
        return *out = (struct number){tm->tm_mon + 1, 2, '0'}, 1;
    case 'M':
        return *out = (struct number){tm->tm_min, 2, '0'}, 1;
    case 'S':
        return *out = (struct number){tm->tm_sec, 2, '0'}, 1;
    case 'u':
        return *out = (struct number){tm->tm_wday ? tm->tm_wday : 7, 1, '0'}, 1;
    case 'w':
        return *out = (struct number){tm->tm_wday, 1, '0'}, 1;
    case 'U':
        return *out = (struct number){(tm->tm_yday + 7 - tm->tm_wday) / 7, 2, '0'}, 1;
    case 'W':
        return *out = (struct number){(tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7, 2, '0'}, 1;
    case 'V':
        return *out = (struct number){week, 2, '0'}, 1;
    case 'G':
        return *out = (struct number){week_year, 1, '0'}, 1;
    case 'g':
        return *out = (struct number){(week_year % 100 + 100) % 100, 2, '0'}, 1;
    case 'y':
        return *out = (struct number){(year % 100 + 100) % 100, 2, '0'}, 1;
    case 'Y':
        return *out = (struct number){year, 1, '0'}, 1;
    case 'C':
        return *out = (struct number){floor_divide(year, 100), 1, '0'}, 1;
    case 's':
        return *out = (struct number){mktime(&copy), 1, '0'}, 1;
    }
    return 0;
}

// `at` is behind the '%'. Returns what is behind the specification; kind 0: it is none.
static const char* parse(const char* at, struct field* field) {
    for (;; at++) {
        if (*at == '^')
            field->letters = UPPER;
        else if (*at == '#')
            field->change = 1;
        else if (*at && strchr("_-0", *at))
            field->pad = *at;
        else
            break;
    }
    for (; isdigit((unsigned char)*at); at++)
        if (field->width == INT_MAX || __builtin_mul_overflow(field->width, 10, &field->width) ||
            __builtin_add_overflow(field->width, *at - '0', &field->width))
            field->width = INT_MAX;
    char other = *at == 'E' || *at == 'O' ? *at++ : 0; // the locale's other forms: "C" has none
    field->kind = *at;
    const char* refused = other == 'E' ? "aAbBhDFdeHIkljMmSUVgGWw" : "aADFcxXY";
    if (other && strchr(refused, *at)) field->kind = 0;
    return *at ? at + 1 : at;
}

static void format(struct out* out, const char* text, const struct tm* tm, enum letters letters) {
    while (*text) {
        const char* start = text++;
        struct field field = {.letters = letters};
        struct number number;
        if (*start != '%') {
            put(out, &field, start, 1);
            continue;
        }
        text = parse(text, &field);
        if (!field.kind)
            put(out, &field, start, (size_t)(text - start)); // unknown: as it stands
        else if (number_of(field.kind, tm, &number))
            put_number(out, &field, number.value, number.digits, number.pad);
        else if (!put_word(out, &field, tm))
            put(out, &field, start, (size_t)(text - start));
    }
}

size_t strftime(char* __restrict text, size_t size, const char* __restrict pattern,
                const struct tm* __restrict tm) {
    struct out out = {text, 0, size};
    format(&out, pattern, tm, AS_THEY_ARE);
    if (out.length >= size) return 0;
    text[out.length] = 0;
    return out.length;
}

// Thousands of formats with values at the edges: the host's libc prints the lines that are
// expected.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

static const char* pick(const char* const* list, size_t count) {
    return list[next_random() % count];
}
#define PICK(list) pick(list, sizeof list / sizeof *list)

static const char* const flags[] = {"",   "",   "-",  "+",  " ",  "#", "0",
                                    "-#", "+0", " 0", "#0", "+-", "'"};
static const char* const widths[] = {"", "", "1", "5", "12", "30"};
static const char* const precisions[] = {"", "", ".", ".0", ".1", ".3", ".10", ".25"};
static const char* const lengths[] = {"", "hh", "h", "l", "ll", "j", "z", "t"};

static void integers(void) {
    static const long long values[] = {
        0,    1,     -1,      7,       8,         255,       256,
        -128, 65535, INT_MAX, INT_MIN, LLONG_MAX, LLONG_MIN, 1234567890123456789};
    for (int i = 0; i < 4000; i++) {
        char format[64];
        const char* length = PICK(lengths);
        char kind = "diouxX"[next_random() % 6];
        snprintf(format, sizeof format, "[%%%s%s%s%s%c]\n", PICK(flags), PICK(widths),
                 PICK(precisions), length, kind);
        long long value = values[next_random() % (sizeof values / sizeof *values)];
        if (i % 3 == 0) value = (long long)(next_random() >> next_random() % 64);
        printf("%s", format);
        if (!strcmp(length, "ll") || !strcmp(length, "j"))
            printf(format, value);
        else if (!strcmp(length, "l") || !strcmp(length, "z") || !strcmp(length, "t"))
            printf(format, (long)value);
        else
            printf(format, (int)value);
    }
}

static double double_of(unsigned long long bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void reals(void) {
    static const double values[] = {0,
                                    -0.0,
                                    1,
                                    -1,
                                    0.5,
                                    1.5,
                                    2.5,
                                    0.1,
                                    9.5,
                                    99.5,
                                    999999.5,
                                    1e15,
                                    1e16,
                                    123456789.125,
                                    1e-5,
                                    1e-4,
                                    0.00012345,
                                    1e21,
                                    1e22,
                                    1e23,
                                    5e-324,
                                    2.2250738585072014e-308,
                                    1.7976931348623157e308,
                                    0.045,
                                    1.005,
                                    4503599627370496.5,
                                    1.0 / 3,
                                    1e100};
    for (int i = 0; i < 8000; i++) {
        char format[64];
        char kind = "eEfFgGaA"[next_random() % 8];
        int longer = next_random() % 4 == 0;
        snprintf(format, sizeof format, "[%%%s%s%s%s%c]\n", PICK(flags), PICK(widths),
                 PICK(precisions), longer ? "L" : "", kind);
        double value = i % 2 ? values[next_random() % (sizeof values / sizeof *values)]
                             : double_of(next_random() * 0x9e3779b97f4a7c15ull);
        if (i % 5 == 0) value = (double)(long long)(next_random() % 2000000) / 1000;
        if (value != value) value = 1e300 * 1e300;
        // glibc drops the zeros that # keeps where rounding carries into a new digit: not an
        // oracle.
        if (value == 999999.5 && strchr(format, '#') && (kind | 32) == 'g') continue;
        printf("%s", format);
        if (longer)
            printf(format, (long double)value / 3);
        else
            printf(format, value);
    }
    printf("%.20Lg %.30Le %Lf\n", 3.6e-4951L, 1.18973149535723176502e4932L, 1.5L);
    printf("%f %F %e %G %10.3f|%-10f|%+f|%010f\n", 1 / 0.0, -1 / 0.0, 1 / 0.0, -1 / 0.0, 1 / 0.0,
           1 / 0.0, 1 / 0.0, 1 / 0.0);
}

static void others(void) {
    static const char* const strings[] = {"", "a", "hello",
                                          "a rather longer string than the width"};
    for (int i = 0; i < 500; i++) {
        char format[64];
        const char* flag = next_random() % 2 ? "-" : "";
        snprintf(format, sizeof format, "[%%%s%s%ss]\n", flag, PICK(widths), PICK(precisions));
        printf(format, PICK(strings));
        snprintf(format, sizeof format, "[%%%s%sc]\n", flag, PICK(widths));
        printf(format, (int)('!' + next_random() % 90));
    }
    int count = -1;
    printf("%2$s %1$s %2$s\n", "one", "two");
    printf("%3$*1$.*2$f|%2$d\n", 10, 2, 3.14159);
    printf("%*d|%-*d|%*.*f\n", 5, 42, -5, 42, 9, -1, 2.5);
    printf("abc%n", &count);
    printf(" %d %% %5%|\n", count);
    printf("%p %p %s %.3s|\n", (void*)0, (void*)0x1234, (char*)0, (char*)0);
    char small[5];
    int length = snprintf(small, sizeof small, "%s", "overflow");
    printf("%d %s\n", length, small);
}

// What a format may not ask for, and wide characters.
#define SHOW(...)                                                                                  \
    do {                                                                                           \
        char text[64] = "";                                                                        \
        errno = 0;                                                                                 \
        int length = snprintf(text, sizeof text, __VA_ARGS__);                                     \
        printf("%s: %d %d %s\n", #__VA_ARGS__, length, errno, length < 0 ? "" : text);             \
    } while (0)

static void edges(void) {
    SHOW("%2147483648d", 1);
    SHOW("%.2147483648d", 1);
    SHOW("%4294967297d", 1);
    SHOW("%99999999999999999999d", 1);
    SHOW("%*d", INT_MIN, 1);
    SHOW("%.*d", INT_MIN, 1);
    SHOW("%.*s|", INT_MAX, "whole");
    SHOW("%*d|%d", -3, 1, 2);
    SHOW("%");
    SHOW("abc%%%");
    SHOW("%5");
    SHOW("%-.3l");
    SHOW("%y %d", 7);
    SHOW("%lc|%lc|%5lc|%-5lc|", L'a', L'b', L'c', L'd');
    SHOW("%C%S", L'x', L"yz");
    SHOW("%ls|%.2ls|%5ls|%-5.1ls|", L"abc", L"abc", L"ab", L"ab");
    SHOW("%.1ls", L"a\u00e9");
    SHOW("%ls", L"a\u00e9");
    SHOW("%lc", L'\u20ac');
    SHOW("%ls|%.3ls|", (wchar_t*)0, (wchar_t*)0);
    SHOW("%4$s %1$d %4$s %3$c", 5, 6, 'c', "four");
}

int main(void) {
    edges();
    integers();
    reals();
    others();
    return 0;
}

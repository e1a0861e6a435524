// Numbers from text and back, as the host's libc reads them: strtod, strtol, scanf.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void show_double(const char* text) {
    char* end;
    errno = 0;
    double value = strtod(text, &end);
    int error = errno;
    errno = 0;
    float small = strtof(text, 0);
    int small_error = errno;
    long double big = strtold(text, 0);
    printf("%s: %a %d rest '%s' float %a %d long %La\n", text, value, error, end, (double)small,
           small_error, big);
}

static void reals(void) {
    static const char* const texts[] = {
        "0",
        "-0",
        "1",
        "  1.5e3x",
        "1e",
        "1e+",
        ".5",
        "5.",
        ".",
        "-",
        "+.e1",
        "0x",
        "0x1p3",
        "0x.8p1",
        "0x1.fffffffffffff8p0",
        "0x1.fffffffffffff7p1023",
        "0x1p1024",
        "0x1p-1075",
        "0x1.8p-1074",
        "inf",
        "-Infinity!",
        "infin",
        "nan",
        "nan(12)",
        "nan(x",
        "1e308",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "1e309",
        "-1e5000",
        "1e-5000",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "9007199254740993",
        "9007199254740992.999999999",
        "9007199254740993.00000000000000000000000000000000000001",
        "1e23",
        "8.5e22",
        "0.1",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000000000000000000000000000001",
        "1.00000005960464477539062500",
        "1.000000059604644775390625001",
        "3.4028235677973366e38",
        "3.4028235e38",
        "1.4e-45",
        "7e-46",
        "7.1e-46",
        "1e4932",
        "1e4933",
        "3.6e-4951",
        "1.8e-4951",
        "1e99999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) show_double(texts[i]);
    for (int i = 0; i < 3000; i++) {
        char text[64];
        snprintf(text, sizeof text, "%llu.%llue%d", next_random() >> next_random() % 64,
                 next_random() % 1000000000, (int)(next_random() % 700) - 350);
        show_double(text);
    }
    for (int i = 0; i < 3000; i++) {
        unsigned long long bits = next_random() * 0x9e3779b97f4a7c15ull;
        double value;
        char text[64];
        memcpy(&value, &bits, sizeof value);
        if (value != value) continue;
        snprintf(text, sizeof text, "%.17g", value);
        printf("%d ", strtod(text, 0) == value);
        show_double(text);
    }
}

static void integers(void) {
    static const char* const texts[] = {"0",
                                        "-1",
                                        "+7",
                                        "0x",
                                        "0xg",
                                        "0x1f",
                                        "-0x80000000",
                                        "2147483648",
                                        "077",
                                        "08",
                                        "zz",
                                        "  12abc",
                                        "",
                                        "-",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551615",
                                        "18446744073709551616"};
    static const int bases[] = {0, 2, 8, 10, 16, 36};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
            char *e1, *e2;
            errno = 0;
            long long s = strtoll(texts[i], &e1, bases[b]);
            int error = errno;
            errno = 0;
            unsigned long long u = strtoull(texts[i], &e2, bases[b]);
            long l = strtol(texts[i], 0, bases[b]);
            printf("%s/%d: %lld %d '%s' %llu %d '%s' %ld\n", texts[i], bases[b], s, error, e1, u,
                   errno, e2, l);
        }
}

static void scans(void) {
    int a = -9, b = -9, c = -9, n = -9, r;
    char word[32] = "?", set[32] = "?", letters[4] = "???";
    float f = -9;
    double d = -9;
    long long ll = -9;
    unsigned char uc = 9;
    r = sscanf("12 -34 0x1f", "%d %d %i%n", &a, &b, &c, &n);
    printf("%d: %d %d %d %d\n", r, a, b, c, n);
    r = sscanf("abc,def 3.5e2 -7", "%[a-c],%s %f %lld", set, word, &f, &ll);
    printf("%d: %s %s %g %lld\n", r, set, word, f, ll);
    r = sscanf("  xyz", "%3c|", letters);
    printf("%d: %.3s\n", r, letters);
    r = sscanf("123456", "%3d%2d%hhu", &a, &b, &uc);
    printf("%d: %d %d %d\n", r, a, b, uc);
    r = sscanf("10%20", "%d%%%d", &a, &b);
    printf("%d: %d %d\n", r, a, b);
    r = sscanf("nonsense", "%d", &a);
    printf("%d\n", r);
    r = sscanf("", "%d", &a);
    printf("%d\n", r);
    r = sscanf("5", "%d %d", &a, &b);
    printf("%d\n", r);
    r = sscanf("7 skip 8", "%d %*s %d", &a, &b);
    printf("%d: %d %d\n", r, a, b);
    r = sscanf("0x1p4 inf nan 1e5", "%lf", &d);
    printf("%d: %g\n", r, d);
    r = sscanf("inf", "%lf", &d);
    printf("%d: %g\n", r, d);
    r = sscanf("]x-", "%[]x-]", set);
    printf("%d: %s\n", r, set);
    r = sscanf("abc]", "%[^]]", set);
    printf("%d: %s\n", r, set);
    r = sscanf("077 08", "%o %d", (unsigned*)&a, &b);
    printf("%d: %d %d\n", r, a, b);
    char* made = 0;
    r = sscanf("allocated text", "%ms", &made);
    printf("%d: %s\n", r, made);
}

int main(void) {
    reals();
    integers();
    scans();
    return 0;
}

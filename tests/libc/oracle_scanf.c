// Every input with every format: what scanf takes, where it stops, and what is left.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

static const char* const inputs[] = {"",
                                     " ",
                                     "0",
                                     "12",
                                     "-12",
                                     "+7 rest",
                                     "0x",
                                     "0xg",
                                     "-0xg",
                                     "0x1fg",
                                     "0X1F",
                                     "089",
                                     "077",
                                     "+",
                                     "-g",
                                     "- 1",
                                     "1.5",
                                     "1.5.5",
                                     ".5",
                                     ".",
                                     "-.e1",
                                     "1e",
                                     "1e+",
                                     "1ex",
                                     "1e5x",
                                     "0x.8p1z",
                                     "0x1p",
                                     "0x1p-2",
                                     "init",
                                     "inf",
                                     "INF5",
                                     "infinity",
                                     "infinite",
                                     "infin",
                                     "in",
                                     "nan",
                                     "nano",
                                     "nan(12)x",
                                     "abc def",
                                     "%5",
                                     "a%b",
                                     " x y",
                                     "4294967296",
                                     "-4294967297",
                                     "99999999999999999999",
                                     "-99999999999999999999",
                                     "9223372036854775808",
                                     "18446744073709551616",
                                     "000000000000000000001",
                                     "ab\xe9z",
                                     "5,6",
                                     "5 , 6",
                                     "[x]",
                                     "]x",
                                     "^x",
                                     "a-z",
                                     "1e400",
                                     "1e-400",
                                     "0e5",
                                     "00x1",
                                     "x"};

static void integers(void) {
    static const char* const formats[] = {"%d%n%9s",  "%i%n%9s",  "%x%n%9s",    "%u%n%9s",
                                          "%o%n%9s",  "%1x%n%9s", "%2x%n%9s",   "%3i%n%9s",
                                          "%3x%n%9s", "%2d%n%9s", " %d ,%n %9s"};
    static const char* const longer[] = {"%ld%n%9s", "%lx%n%9s", "%li%n%9s"};
    static const char* const longest[] = {"%lld%n%9s", "%llu%n%9s", "%ji%n%9s"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
            int value = -77, taken = -1;
            char rest[32] = "";
            int count = sscanf(inputs[i], formats[k], &value, &taken, rest);
            printf("'%s' %s: %d %d %d '%s'\n", inputs[i], formats[k], count, value, taken, rest);
        }
        for (size_t k = 0; k < sizeof longer / sizeof *longer; k++) {
            long value = -77;
            int taken = -1;
            char rest[32] = "";
            int count = sscanf(inputs[i], longer[k], &value, &taken, rest);
            printf("'%s' %s: %d %ld %d '%s'\n", inputs[i], longer[k], count, value, taken, rest);
        }
        for (size_t k = 0; k < sizeof longest / sizeof *longest; k++) {
            long long value = -77;
            int taken = -1;
            char rest[32] = "";
            int count = sscanf(inputs[i], longest[k], &value, &taken, rest);
            printf("'%s' %s: %d %lld %d '%s'\n", inputs[i], longest[k], count, value, taken, rest);
        }
        signed char tiny = -7;
        short small = -77;
        int count = sscanf(inputs[i], "%hhi", &tiny), other = sscanf(inputs[i], "%hx", &small);
        printf("%d %d %d %d\n", count, tiny, other, small);
    }
}

static void reals(void) {
    static const char* const formats[] = {"%lf%n%9s",  "%1lf%n%9s", "%2lf%n%9s",
                                          "%3lf%n%9s", "%4lf%n%9s", "%5lf%n%9s"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
            // A width that ends inside "0x1" is a matching failure (C17 7.21.6.2); glibc takes the
            // 0.
            if (k > 0 && strpbrk(inputs[i], "xX")) continue;
            double value = -77;
            int taken = -1;
            char rest[32] = "";
            int count = sscanf(inputs[i], formats[k], &value, &taken, rest);
            printf("'%s' %s: %d %g %d '%s'\n", inputs[i], formats[k], count, value, taken, rest);
        }
    char text[1500];
    memset(text, '0', sizeof text);
    strcpy(text + 1200, "1.25e2 tail");
    double value = 0;
    char rest[32] = "";
    printf("%d ", sscanf(text, "%lf %9s", &value, rest));
    printf("%g %s\n", value, rest);
    long number = 0;
    printf("%d ", sscanf(text, "%ld %9s", &number, rest));
    printf("%ld %s\n", number, rest);
}

static void texts(void) {
    static const char* const formats[] = {
        "%9s%9s",      "%2c%9s",        "%9c%9s",       "%[a-z]%9s", "%[^a-z]%9s",  "%[]x]%9s",
        "%[^]x]%9s",   "%*[a-z]%9s%9s", "%3[a-z]%9s",   "%9s %%%9s", "%% %9s%9s",   "%*d%9s%9s",
        "%2$9s %1$9s", "a%9s%9s",       "%[^x] x%9s",   "%*c%9s%9s", "%[-a]%9s",    "%[a-]%9s",
        "%[a-c-z]%9s", "%[z-a]%9s",     "%[^x-a-c]%9s", "%[]-a]%9s", "[%9[^]]]%9s", "%9s\n%9s"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
            char one[32] = "", two[32] = "";
            int count = sscanf(inputs[i], formats[k], one, two);
            printf("'%s' %s: %d '%s' '%s'\n", inputs[i], formats[k], count, one, two);
        }
    int a = 0, b = 0;
    printf("%d ", sscanf("5 6", "%2$d %1$d", &a, &b));
    printf("%d %d\n", a, b);
    void* pointer = &a;
    printf("%d ", sscanf("(nil) 0x1234", "%p", &pointer));
    printf("%p ", pointer);
    printf("%d ", sscanf("0x1234", "%p", &pointer));
    printf("%p\n", pointer);
    char* made = 0;
    printf("%d ", sscanf("a-rather-long-word-that-grows-and-grows-and-grows x", "%ms", &made));
    printf("%s\n", made);
    free(made);
    made = 0;
    printf("%d ", sscanf("abcdef", "%3mc", &made));
    printf("%.3s\n", made);
    free(made);
}

static void wide(void) {
    static const char* const formats[] = {"%9ls%9s", "%2lc%9s", "%l[a-c]%9s", "%9S%9s", "%C%9s"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
            wchar_t one[32] = {0};
            char two[32] = "";
            errno = 0;
            int count = sscanf(inputs[i], formats[k], one, two);
            printf("'%s' %s: %d", inputs[i], formats[k], count);
            for (int c = 0; one[c] && count > 0; c++) printf(" %x", (unsigned)one[c]);
            printf(" '%s' %d\n", two, count > 0 ? 0 : errno);
        }
    wchar_t* made = 0;
    printf("%d ", sscanf("wide rest", "%mls", &made));
    printf("%ls\n", made);
    free(made);
}

int main(void) {
    integers();
    reals();
    texts();
    wide();
    return 0;
}

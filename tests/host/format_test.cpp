// kvsnprintf against the host's snprintf: what both know must come out the same.
#include "kernel/base/format.h"
#include <climits>
#include <cstdio>
#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-security"

namespace {

template <class... Args>
void expect_same(const char* format, Args... args) {
    char ours[256], theirs[256];
    const int our_length = ksnprintf(ours, sizeof ours, format, args...);
    const int their_length = std::snprintf(theirs, sizeof theirs, format, args...);
    EXPECT_STREQ(ours, theirs) << format;
    EXPECT_EQ(our_length, their_length) << format;
}

} // namespace

TEST(Format, IntegersWithEveryFlag) {
    const char* const flags[] = {"",   "-",  "0",  "+",  " ",  "#",   "-0", "-+",
                                 "+0", " 0", "#0", "-#", "+#", "-+#", "0#"};
    const char* const widths[] = {"", "1", "8", "20", ".0", ".5", "8.5", "12.3"};
    for (const char* flag : flags)
        for (const char* width : widths)
            for (const char* conversion : {"d", "u", "x", "X", "o"})
                for (int value : {0, 1, -1, 42, 123456789, INT_MIN, INT_MAX}) {
                    if (conversion[0] == 'o' && flag[0] && std::string(flag).contains('#'))
                        continue; // `#` with `o` and a precision is of no use to a kernel
                    const std::string format = std::string("[%") + flag + width + conversion + "]";
                    expect_same(format.c_str(), value);
                }
}

TEST(Format, Lengths) {
    expect_same("%hhd %hhu", 300, 300);
    expect_same("%hd %hu", 70000, 70000);
    expect_same("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
    expect_same("%lld %llu", LLONG_MIN, ULLONG_MAX);
    expect_same("%zu %zx", SIZE_MAX, SIZE_MAX);
}

TEST(Format, Text) {
    expect_same("[%s] [%10s] [%-10s] [%.2s] [%10.2s]", "abc", "abc", "abc", "abc", "abc");
    expect_same("[%c] [%5c] [%-5c]", 'x', 'y', 'z');
    expect_same("%d%%", 100);
    expect_same("%s", "");
}

TEST(Format, WidthAndPrecisionFromArguments) {
    expect_same("[%*d] [%*d] [%.*d]", 8, 42, -8, 42, 5, 42);
    expect_same("[%.*s] [%*s]", 2, "abc", 6, "abc");
}

TEST(Format, NullText) {
    char text[16];
    const char* volatile null = nullptr;
    ksnprintf(text, sizeof text, "%s", null);
    EXPECT_STREQ(text, "(null)");
}

TEST(Format, CutsAndStillCounts) {
    char text[6];
    EXPECT_EQ(ksnprintf(text, sizeof text, "%d", 123456789), 9);
    EXPECT_STREQ(text, "12345");
    EXPECT_EQ(ksnprintf(nullptr, 0, "%s", "hello"), 5);
}

// What every guest test uses: checks that count, and the last line. A guest test is an ordinary
// program: it runs on Linux first, where all of its checks must hold, and then in Plumb.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int test_passed, test_failed;
static void (*test_summary)(void); // printed before the last line; doors.h has one

static inline void test_check(int ok, const char* what, const char* file, int line, long got,
                              long want, int error) {
    if (ok) {
        test_passed++;
        return;
    }
    test_failed++;
    printf("%s:%d: %s: got %ld, want %ld (errno %d, %s)\n", file, line, what, got, want, error,
           strerror(error));
}

// The condition holds.
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        int test_ok = !!(condition);                                                               \
        test_check(test_ok, #condition, __FILE__, __LINE__, test_ok, 1, errno);                    \
    } while (0)
// The expression has the value.
#define CHECK_EQ(expression, value)                                                                \
    do {                                                                                           \
        long test_got = (long)(expression), test_want = (long)(value);                             \
        test_check(test_got == test_want, #expression, __FILE__, __LINE__, test_got, test_want,    \
                   errno);                                                                         \
    } while (0)
// The call returns -1 with this errno.
#define CHECK_ERRNO(call, error)                                                                   \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long test_got = (long)(call);                                                              \
        int test_errno = errno;                                                                    \
        test_check(test_got == -1 && test_errno == (error), #call " fails with " #error, __FILE__, \
                   __LINE__, test_got == -1 ? test_errno : test_got, error, test_errno);           \
    } while (0)

// The last line; the exit status.
static inline int test_end(void) {
    if (test_summary) test_summary();
    printf("%d passed, %d failed\n", test_passed, test_failed);
    return test_failed != 0;
}

// The inside of printf(3): where the characters go, and one conversion specification taken apart;
// the specification's reading is scanf's too.
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct sink {
    void (*write)(struct sink*, const char* data, size_t length);
    size_t total; // characters so far, written or not; INT_MAX at the most
    int failed;   // errno says why
};

// In the order of "-+ #0'"; the "C" locale groups nothing.
enum { LEFT = 1, PLUS = 2, SPACE = 4, ALTERNATE = 8, ZERO = 16, GROUP = 32 };
enum length { NONE, CHAR, SHORT, LONG, LONG_LONG, LONG_DOUBLE };

struct spec {
    unsigned flags;
    int width;
    int precision; // −1: none given
    enum length length;
    char conversion;
};

// Writes `format` with its arguments to the sink. Returns the count of characters, or −1.
int __format(struct sink*, const char* format, va_list arguments);
void __sink_put(struct sink*, const char* data, size_t length);
void __sink_fill(struct sink*, char character, long count); // nothing if count ≤ 0
// What the specification wants around `length` characters: its padding, and the prefix.
void __sink_begin(struct sink*, const struct spec*, const char* prefix, size_t length);
void __sink_end(struct sink*, const struct spec*, const char* prefix, size_t length);
// prefix, zeros and body, with the padding around them
void __sink_number(struct sink*, const struct spec*, const char* prefix, long zeros,
                   const char* body, size_t length);
void __sink_fail(struct sink*, int error);
void __format_float(struct sink*, const struct spec*, long double value);

// At *at, which moves on: a decimal number (0 if there is none, −1 if it is beyond INT_MAX); a
// place as in "3$" (0 if there is none, and *at stays); a length as in "ll".
int __format_number(const char** at);
int __format_place(const char** at);
enum length __format_length(const char** at);

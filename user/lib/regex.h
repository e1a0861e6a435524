// A small regular expression engine: POSIX's basic and extended syntax, by backtracking.
#pragma once

#include "user/lib/user.h"

enum { REGEX_EXTENDED = 1, REGEX_IGNORE_CASE = 2, REGEX_FIXED = 4 };
enum { REGEX_GROUPS = 10 };
struct Regex;
struct Span {
    const char *start, *end; // both null: the group took no part
};
// Ends the program with a message if the pattern is malformed.
struct Regex* regex_compile(const char* pattern, int flags);
// The first match at or behind `from` in the line that begins at `line`; span[0] is all of it.
bool regex_match(const struct Regex* regex, const char* line, const char* from,
                 struct Span span[REGEX_GROUPS]);

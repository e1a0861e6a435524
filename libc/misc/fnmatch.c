// Patterns of the shell (fnmatch(3), POSIX 2.13): * ? [set] and \.
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>
#include <wctype.h>

static int in_range(int from, int to, int c, int flags) {
    if (c >= from && c <= to) return 1;
    if (!(flags & FNM_CASEFOLD)) return 0;
    return (tolower(c) >= from && tolower(c) <= to) || (toupper(c) >= from && toupper(c) <= to);
}

// What stands between the marks in "[:alpha:]", "[=a=]" or "[.a.]", and *end behind it. Null: none.
static const char* between(const char* pattern, char mark, size_t* length, const char** end) {
    if (pattern[0] != '[' || pattern[1] != mark) return 0;
    for (const char* at = pattern + 2; *at; at++) {
        if (at[0] != mark || at[1] != ']') continue;
        *length = (size_t)(at - pattern) - 2;
        *end = at + 2;
        return pattern + 2;
    }
    return 0;
}

// One end of a range: a character, perhaps behind a backslash or as "[.a.]". Moves *pattern on. −1:
// a name that the "C" locale doesn't know, where every name is the character itself.
static int range_end(const char** pattern, int flags) {
    size_t length;
    if ((*pattern)[0] == '[' && (*pattern)[1] == '.') {
        const char* name = between(*pattern, '.', &length, pattern);
        if (!name) *pattern += strlen(*pattern);
        return name && length == 1 ? (unsigned char)*name : -1;
    }
    if (**pattern == '\\' && !(flags & FNM_NOESCAPE) && (*pattern)[1]) ++*pattern;
    return (unsigned char)*(*pattern)++;
}

// `pattern` is at "[:alpha:]" or "[=a=]", moves on, and *found says whether c is in it. False: it
// is neither. *found < 0: there is no such class.
static int match_named(const char** pattern, int c, int* found) {
    char class[16] = "";
    size_t length;
    const char *end, *name = between(*pattern, '=', &length, &end);
    if (name && length == 1) {
        *found = (unsigned char)*name == c;
    } else {
        name = between(*pattern, ':', &length, &end);
        if (!name || length >= sizeof class) return 0;
        memcpy(class, name, length);
        if (class[strspn(class, "abcdefghijklmnopqrstuvwxy")]) return 0;
        wctype_t type = wctype(class);
        *found = type ? iswctype((wint_t)c, type) != 0 : -1;
    }
    *pattern = end;
    return 1;
}

// `pattern` is behind the '['. Says in *matched whether c is in the set; returns what is behind its
// ']', or null if there is none: then the '[' is an ordinary character.
static const char* match_set(const char* pattern, int c, int flags, int* matched) {
    int negated = *pattern == '!' || *pattern == '^', found = 0;
    if (negated) pattern++;
    *matched = 0;
    for (int first = 1, one; first || *pattern != ']'; first = 0) {
        if (!*pattern) return 0;
        if (!match_named(&pattern, c, &one)) {
            int from = range_end(&pattern, flags), to = from;
            if (pattern[0] == '-' && pattern[1] && pattern[1] != ']') {
                pattern++;
                to = range_end(&pattern, flags);
            }
            one = from < 0 || to < 0 ? -1 : in_range(from, to, c, flags);
        }
        if (one < 0 && (!found || !*pattern)) return pattern; // nothing matches
        found |= one > 0;
    }
    *matched = found != negated;
    return pattern + 1;
}

static int hidden(const char* string, const char* start, int flags) {
    if (*string != '.' || !(flags & FNM_PERIOD)) return 0;
    return string == start || ((flags & FNM_PATHNAME) && string[-1] == '/');
}

// Matches one character (or set) of the pattern. Returns what is behind it, or null.
static const char* match_one(const char* pattern, const char* string, const char* start,
                             int flags) {
    int c = (unsigned char)*string, matched;
    if (!c) return 0;
    if (*pattern == '?' || *pattern == '[') {
        if ((c == '/' && (flags & FNM_PATHNAME)) || hidden(string, start, flags)) return 0;
        if (*pattern == '?') return pattern + 1;
        const char* rest = match_set(pattern + 1, c, flags, &matched);
        if (rest) return matched ? rest : 0;
    } else if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && !*++pattern) {
        return 0;
    }
    return in_range((unsigned char)*pattern, (unsigned char)*pattern, c, flags) ? pattern + 1 : 0;
}

int fnmatch(const char* pattern, const char* string, int flags) {
    const char *start = string, *star = 0, *star_string = 0;
    for (;;) {
        if (*pattern == '*') {
            if (hidden(string, start, flags)) return FNM_NOMATCH;
            while (*pattern == '*') pattern++;
            star = pattern;
            star_string = string;
            continue;
        }
        if (!*pattern && (!*string || ((flags & FNM_LEADING_DIR) && *string == '/'))) return 0;
        const char* rest = *pattern ? match_one(pattern, string, start, flags) : 0;
        if (rest) {
            pattern = rest;
            string++;
            continue;
        }
        // Let the last star take one more character, and try again.
        if (!star || !*star_string || ((flags & FNM_PATHNAME) && *star_string == '/'))
            return FNM_NOMATCH;
        string = ++star_string;
        pattern = star;
    }
}

// Patterns of the shell (fnmatch(3), POSIX 2.13): * ? [set] and \.
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

static const struct {
    const char* name;
    int (*test)(int);
} classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
               {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
               {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};

static int in_class(const char* name, size_t length, int c) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == length && !memcmp(classes[i].name, name, length))
            return classes[i].test(c) != 0;
    return 0;
}

static int in_range(int from, int to, int c, int flags) {
    if (c >= from && c <= to) return 1;
    if (!(flags & FNM_CASEFOLD)) return 0;
    return (tolower(c) >= from && tolower(c) <= to) || (toupper(c) >= from && toupper(c) <= to);
}

// `pattern` is behind the '['. Says in *matched whether c is in the set; returns what is behind its
// ']', or null if there is none: then the '[' is an ordinary character.
static const char* match_set(const char* pattern, int c, int flags, int* matched) {
    int negated = *pattern == '!' || *pattern == '^', found = 0;
    if (negated) pattern++;
    for (int first = 1; first || *pattern != ']'; first = 0) {
        if (!*pattern || ((flags & FNM_PATHNAME) && *pattern == '/')) return 0;
        const char* end;
        if (pattern[0] == '[' && pattern[1] == ':' && (end = strstr(pattern + 2, ":]"))) {
            found |= in_class(pattern + 2, (size_t)(end - pattern) - 2, c);
            pattern = end + 2;
            continue;
        }
        if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && pattern[1]) pattern++;
        int from = (unsigned char)*pattern++, to = from;
        if (pattern[0] == '-' && pattern[1] && pattern[1] != ']') {
            pattern++;
            if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && pattern[1]) pattern++;
            to = (unsigned char)*pattern++;
        }
        found |= in_range(from, to, c, flags);
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

// Parts of strings: sets of characters, tokens, substrings.
#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct set {
    unsigned char has[256];
};

static void fill(struct set* set, const char* characters) {
    memset(set, 0, sizeof *set);
    for (; *characters; characters++) set->has[(unsigned char)*characters] = 1;
}

size_t strspn(const char* string, const char* accept) {
    struct set set;
    fill(&set, accept);
    const char* at = string;
    while (set.has[(unsigned char)*at]) at++;
    return (size_t)(at - string);
}

size_t strcspn(const char* string, const char* reject) {
    struct set set;
    fill(&set, reject);
    set.has[0] = 1;
    const char* at = string;
    while (!set.has[(unsigned char)*at]) at++;
    return (size_t)(at - string);
}

char* strpbrk(const char* string, const char* accept) {
    string += strcspn(string, accept);
    return *string ? (char*)string : 0;
}

char* strtok_r(char* __restrict string, const char* __restrict separators,
               char** __restrict state) {
    if (!string && !(string = *state)) return 0;
    string += strspn(string, separators);
    if (!*string) {
        *state = 0;
        return 0;
    }
    char* end = string + strcspn(string, separators);
    *state = *end ? end + 1 : 0;
    *end = 0;
    return string;
}

char* strtok(char* __restrict string, const char* __restrict separators) {
    static char* state;
    return strtok_r(string, separators, &state);
}

char* strsep(char** string, const char* separators) {
    char* start = *string;
    if (!start) return 0;
    char* end = start + strcspn(start, separators);
    *string = *end ? end + 1 : 0;
    *end = 0;
    return start;
}

// Horspool's search: at a mismatch, move on so far that the last byte seen meets its like.
void* memmem(const void* memory, size_t length, const void* wanted, size_t size) {
    const unsigned char *at = memory, *needle = wanted;
    if (size == 0) return (void*)at;
    if (size == 1) return memchr(at, needle[0], length);
    size_t skip[256];
    for (int i = 0; i < 256; i++) skip[i] = size;
    for (size_t i = 0; i + 1 < size; i++) skip[needle[i]] = size - 1 - i;
    while (length >= size) {
        unsigned char last = at[size - 1];
        if (last == needle[size - 1] && !memcmp(at, needle, size - 1)) return (void*)at;
        length -= skip[last];
        if (length < size || length > PTRDIFF_MAX) return 0;
        at += skip[last];
    }
    return 0;
}

char* strstr(const char* string, const char* wanted) {
    if (!*wanted) return (char*)string;
    string = strchr(string, *wanted);
    return string ? memmem(string, strlen(string), wanted, strlen(wanted)) : 0;
}

int strncasecmp(const char* left, const char* right, size_t limit) {
    const unsigned char *a = (const unsigned char*)left, *b = (const unsigned char*)right;
    for (; limit; a++, b++, limit--) {
        int difference = tolower(*a) - tolower(*b);
        if (difference || !*a) return difference;
    }
    return 0;
}

int strcasecmp(const char* left, const char* right) {
    return strncasecmp(left, right, PTRDIFF_MAX);
}

char* strcasestr(const char* string, const char* wanted) {
    size_t length = strlen(wanted);
    for (;; string++) {
        if (!strncasecmp(string, wanted, length)) return (char*)string;
        if (!*string) return 0;
    }
}

// Compares as people sort versions: runs of digits by value, those with leading zeros as fractions.
int strverscmp(const char* left, const char* right) {
    size_t i = 0, digits = 0;
    while (left[i] && left[i] == right[i]) {
        digits = isdigit((unsigned char)left[i]) ? digits + 1 : 0;
        i++;
    }
    size_t start = i - digits;
    const char *a = left + i, *b = right + i;
    int a_digit = isdigit((unsigned char)*a), b_digit = isdigit((unsigned char)*b);
    int fraction = digits ? left[start] == '0' : (a_digit && b_digit && (*a == '0' || *b == '0'));
    if (fraction && digits) {
        // "00…" sorts before "0…", and that before a digit run which ends here.
        size_t zeros = 0;
        while (zeros < digits && left[start + zeros] == '0') zeros++;
        if (zeros == digits && (a_digit != b_digit)) return a_digit ? -1 : 1;
    }
    if (!fraction && (digits ? (a_digit || b_digit) : (a_digit && b_digit))) {
        size_t a_length = strspn(a, "0123456789"), b_length = strspn(b, "0123456789");
        if (a_length != b_length) return a_length < b_length ? -1 : 1;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

char* basename(const char* path) {
    const char* slash = strrchr(path, '/');
    return (char*)(slash ? slash + 1 : path);
}

int ffs(int value) { return __builtin_ffs(value); }
int ffsl(long value) { return __builtin_ffsl(value); }
int ffsll(long long value) { return __builtin_ffsll(value); }

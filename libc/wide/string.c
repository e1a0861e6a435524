// Strings of wide characters.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

wchar_t* wmemcpy(wchar_t* __restrict target, const wchar_t* __restrict source, size_t count) {
    return memcpy(target, source, count * sizeof *target);
}
wchar_t* wmemmove(wchar_t* target, const wchar_t* source, size_t count) {
    return memmove(target, source, count * sizeof *target);
}
wchar_t* wmemset(wchar_t* target, wchar_t value, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = value;
    return target;
}
int wmemcmp(const wchar_t* a, const wchar_t* b, size_t count) {
    for (; count; a++, b++, count--)
        if (*a != *b) return *a < *b ? -1 : 1;
    return 0;
}
wchar_t* wmemchr(const wchar_t* at, wchar_t value, size_t count) {
    for (; count; at++, count--)
        if (*at == value) return (wchar_t*)at;
    return 0;
}

size_t wcsnlen(const wchar_t* string, size_t limit) {
    size_t length = 0;
    while (length < limit && string[length]) length++;
    return length;
}
size_t wcslen(const wchar_t* string) { return wcsnlen(string, (size_t)-1); }

wchar_t* wcscpy(wchar_t* __restrict target, const wchar_t* __restrict source) {
    return wmemcpy(target, source, wcslen(source) + 1);
}
wchar_t* wcsncpy(wchar_t* __restrict target, const wchar_t* __restrict source, size_t size) {
    size_t length = wcsnlen(source, size);
    wmemcpy(target, source, length);
    wmemset(target + length, 0, size - length);
    return target;
}
wchar_t* wcscat(wchar_t* __restrict target, const wchar_t* __restrict source) {
    wcscpy(target + wcslen(target), source);
    return target;
}
wchar_t* wcsncat(wchar_t* __restrict target, const wchar_t* __restrict source, size_t limit) {
    size_t length = wcsnlen(source, limit);
    wchar_t* end = target + wcslen(target);
    wmemcpy(end, source, length);
    end[length] = 0;
    return target;
}
wchar_t* wcsdup(const wchar_t* source) {
    size_t size = wcslen(source) + 1;
    wchar_t* copy = malloc(size * sizeof *copy);
    return copy ? wmemcpy(copy, source, size) : 0;
}

int wcsncmp(const wchar_t* a, const wchar_t* b, size_t limit) {
    for (; limit; a++, b++, limit--) {
        if (*a != *b) return *a < *b ? -1 : 1;
        if (!*a) break;
    }
    return 0;
}
int wcscmp(const wchar_t* a, const wchar_t* b) { return wcsncmp(a, b, (size_t)-1); }
int wcscoll(const wchar_t* a, const wchar_t* b) { return wcscmp(a, b); }
int wcscasecmp(const wchar_t* a, const wchar_t* b) {
    while (*a && tolower(*a) == tolower(*b)) a++, b++;
    return tolower(*a) - tolower(*b);
}

wchar_t* wcschr(const wchar_t* string, wchar_t value) {
    return wmemchr(string, value, wcslen(string) + 1);
}
wchar_t* wcsrchr(const wchar_t* string, wchar_t value) {
    const wchar_t* found = 0;
    for (;; string++) {
        if (*string == value) found = string;
        if (!*string) return (wchar_t*)found;
    }
}
wchar_t* wcsstr(const wchar_t* string, const wchar_t* wanted) {
    size_t length = wcslen(wanted);
    for (;; string++) {
        if (!wcsncmp(string, wanted, length)) return (wchar_t*)string;
        if (!*string) return 0;
    }
}

size_t wcsspn(const wchar_t* string, const wchar_t* set) {
    size_t length = 0;
    while (string[length] && wcschr(set, string[length])) length++;
    return length;
}
size_t wcscspn(const wchar_t* string, const wchar_t* set) {
    size_t length = 0;
    while (!wcschr(set, string[length])) length++; // the set's end stops at the string's
    return length;
}
wchar_t* wcspbrk(const wchar_t* string, const wchar_t* set) {
    string += wcscspn(string, set);
    return *string ? (wchar_t*)string : 0;
}
wchar_t* wcstok(wchar_t* __restrict string, const wchar_t* __restrict set,
                wchar_t** __restrict state) {
    if (!string && !(string = *state)) return 0;
    string += wcsspn(string, set);
    wchar_t* end = string + wcscspn(string, set);
    *state = *end ? end + 1 : 0;
    if (!*string) return *state = 0;
    *end = 0;
    return string;
}

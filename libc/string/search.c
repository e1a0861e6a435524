// Searching and comparing memory, and the lengths of strings. A whole aligned word is read where
// one byte of it is wanted: that never crosses into another page.
#include <stdint.h>
#include <string.h>

typedef uintptr_t __attribute__((may_alias)) word;
enum { WORD = sizeof(word) };
#define ONES ((word)-1 / 255)
// Not zero exactly if a byte of w is zero: only then does the subtraction borrow into a clear
// bit 7.
#define HAS_ZERO(w) (((w)-ONES) & ~(w) & (ONES * 128))

size_t strlen(const char* string) {
    const char* at = string;
    for (; (uintptr_t)at % WORD; at++)
        if (!*at) return (size_t)(at - string);
    while (!HAS_ZERO(*(const word*)at)) at += WORD;
    while (*at) at++;
    return (size_t)(at - string);
}

void* memchr(const void* memory, int value, size_t length) {
    const unsigned char* at = memory;
    unsigned char wanted = (unsigned char)value;
    for (; length && (uintptr_t)at % WORD; at++, length--)
        if (*at == wanted) return (void*)at;
    for (; length >= WORD && !HAS_ZERO(*(const word*)at ^ (ONES * wanted)); length -= WORD)
        at += WORD;
    for (; length; at++, length--)
        if (*at == wanted) return (void*)at;
    return 0;
}

void* memrchr(const void* memory, int value, size_t length) {
    const unsigned char* start = memory;
    while (length--)
        if (start[length] == (unsigned char)value) return (void*)(start + length);
    return 0;
}

void* rawmemchr(const void* memory, int value) { return memchr(memory, value, PTRDIFF_MAX); }

size_t strnlen(const char* string, size_t limit) {
    const char* end = memchr(string, 0, limit);
    return end ? (size_t)(end - string) : limit;
}

char* strchrnul(const char* string, int value) {
    unsigned char wanted = (unsigned char)value;
    const unsigned char* at = (const unsigned char*)string;
    for (; (uintptr_t)at % WORD; at++)
        if (!*at || *at == wanted) return (char*)at;
    for (;; at += WORD) {
        word w = *(const word*)at;
        if (HAS_ZERO(w) || HAS_ZERO(w ^ (ONES * wanted))) break;
    }
    while (*at && *at != wanted) at++;
    return (char*)at;
}

char* strchr(const char* string, int value) {
    char* found = strchrnul(string, value);
    return *(unsigned char*)found == (unsigned char)value ? found : 0;
}

char* strrchr(const char* string, int value) { return memrchr(string, value, strlen(string) + 1); }

char* index(const char* string, int value) { return strchr(string, value); }
char* rindex(const char* string, int value) { return strrchr(string, value); }

int memcmp(const void* left, const void* right, size_t length) {
    typedef uintptr_t __attribute__((may_alias, aligned(1))) loose_word;
    const unsigned char *a = left, *b = right;
    while (length >= WORD && *(const loose_word*)a == *(const loose_word*)b)
        a += WORD, b += WORD, length -= WORD;
    for (; length; a++, b++, length--)
        if (*a != *b) return *a - *b;
    return 0;
}

int bcmp(const void* left, const void* right, size_t length) { return memcmp(left, right, length); }

int strcmp(const char* left, const char* right) {
    const unsigned char *a = (const unsigned char*)left, *b = (const unsigned char*)right;
    while (*a && *a == *b) a++, b++;
    return *a - *b;
}

int strncmp(const char* left, const char* right, size_t limit) {
    const unsigned char *a = (const unsigned char*)left, *b = (const unsigned char*)right;
    for (; limit; a++, b++, limit--)
        if (*a != *b || !*a) return *a - *b;
    return 0;
}

int strcoll(const char* left, const char* right) { return strcmp(left, right); }

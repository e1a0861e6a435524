// Copying and filling memory. Eight or four bytes at a time in plain loops: under an emulator those
// beat string instructions several times over, and on hardware they come close.
#include <string.h>

typedef uintptr_t __attribute__((may_alias, aligned(1))) word;
enum { WORD = sizeof(word) };

void* memcpy(void* __restrict target, const void* __restrict source, size_t length) {
    char* to = target;
    const char* from = source;
    for (; length >= 8 * WORD; length -= 8 * WORD, to += 8 * WORD, from += 8 * WORD) {
        const word* w = (const word*)from;
        word a = w[0], b = w[1], c = w[2], d = w[3];
        ((word*)to)[0] = a, ((word*)to)[1] = b, ((word*)to)[2] = c, ((word*)to)[3] = d;
        a = w[4], b = w[5], c = w[6], d = w[7];
        ((word*)to)[4] = a, ((word*)to)[5] = b, ((word*)to)[6] = c, ((word*)to)[7] = d;
    }
    for (; length >= WORD; length -= WORD, to += WORD, from += WORD)
        *(word*)to = *(const word*)from;
    while (length--) *to++ = *from++;
    return target;
}

void* mempcpy(void* __restrict target, const void* __restrict source, size_t length) {
    return (char*)memcpy(target, source, length) + length;
}

static void copy_backwards(char* to, const char* from, size_t length) {
    for (; length >= 4 * WORD; length -= 4 * WORD) {
        const word* w = (const word*)(from + length - 4 * WORD);
        word a = w[0], b = w[1], c = w[2], d = w[3];
        word* t = (word*)(to + length - 4 * WORD);
        t[3] = d, t[2] = c, t[1] = b, t[0] = a;
    }
    while (length--) to[length] = from[length];
}

void* memmove(void* target, const void* source, size_t length) {
    char* to = target;
    const char* from = source;
    if ((uintptr_t)to - (uintptr_t)from >= length) {
        // Forwards: each block is read before it is written, and nothing that is unread is hit.
        for (; length >= 4 * WORD; length -= 4 * WORD, to += 4 * WORD, from += 4 * WORD) {
            const word* w = (const word*)from;
            word a = w[0], b = w[1], c = w[2], d = w[3];
            ((word*)to)[0] = a, ((word*)to)[1] = b, ((word*)to)[2] = c, ((word*)to)[3] = d;
        }
        while (length--) *to++ = *from++;
    } else {
        copy_backwards(to, from, length);
    }
    return target;
}

void* memset(void* target, int value, size_t length) {
    char* to = target;
    word pattern = (word)-1 / 255 * (unsigned char)value;
    for (; length >= 8 * WORD; length -= 8 * WORD, to += 8 * WORD) {
        word* w = (word*)to;
        w[0] = pattern, w[1] = pattern, w[2] = pattern, w[3] = pattern;
        w[4] = pattern, w[5] = pattern, w[6] = pattern, w[7] = pattern;
    }
    for (; length >= WORD; length -= WORD, to += WORD) *(word*)to = pattern;
    while (length--) *to++ = (char)value;
    return target;
}

void explicit_bzero(void* target, size_t length) {
    memset(target, 0, length);
    __asm__ volatile("" : : "r"(target) : "memory"); // the compiler must believe somebody looks
}

void bzero(void* target, size_t length) { memset(target, 0, length); }
void bcopy(const void* source, void* target, size_t length) { memmove(target, source, length); }

void* memccpy(void* __restrict target, const void* __restrict source, int stop, size_t length) {
    char* to = target;
    for (const char* from = source; length--; from++)
        if ((*to++ = *from) == (char)stop) return to;
    return 0;
}

void swab(const void* __restrict source, void* __restrict target, ssize_t length) {
    const char* from = source;
    char* to = target;
    for (; length >= 2; length -= 2, from += 2, to += 2) to[0] = from[1], to[1] = from[0];
}

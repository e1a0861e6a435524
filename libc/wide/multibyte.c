// Between bytes and wide characters in the "C" locale: ASCII is the same on both sides, all else is
// EILSEQ.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>

enum { ASCII = 128 };

static size_t illegal(void) {
    errno = EILSEQ;
    return (size_t)-1;
}

wint_t btowc(int c) { return (unsigned)c < ASCII ? (wint_t)c : WEOF; }
int wctob(wint_t c) { return c < ASCII ? (int)c : -1; }
int mbsinit(const mbstate_t* state) {
    (void)state;
    return 1;
}

size_t mbrtowc(wchar_t* __restrict wide, const char* __restrict text, size_t size,
               mbstate_t* __restrict state) {
    (void)state;
    if (!text) return 0;
    if (size == 0) return (size_t)-2; // incomplete
    unsigned char c = (unsigned char)*text;
    if (c >= ASCII) return illegal();
    if (wide) *wide = c;
    return c != 0;
}

size_t mbrlen(const char* __restrict text, size_t size, mbstate_t* __restrict state) {
    return mbrtowc(0, text, size, state);
}

size_t wcrtomb(char* __restrict text, wchar_t wide, mbstate_t* __restrict state) {
    (void)state;
    if (!text) return 1;
    if ((unsigned)wide >= ASCII) return illegal();
    *text = (char)wide;
    return 1;
}

// With a null target both count what there would be, and leave *source.
size_t mbsrtowcs(wchar_t* __restrict target, const char** __restrict source, size_t size,
                 mbstate_t* __restrict state) {
    (void)state;
    const char* from = *source;
    for (size_t i = 0; !target || i < size; i++) {
        unsigned char c = (unsigned char)from[i];
        if (target) *source = from + i;
        if (c >= ASCII) return illegal();
        if (target) target[i] = c;
        if (c) continue;
        if (target) *source = 0;
        return i;
    }
    *source = from + size;
    return size;
}

size_t wcsrtombs(char* __restrict target, const wchar_t** __restrict source, size_t size,
                 mbstate_t* __restrict state) {
    (void)state;
    const wchar_t* from = *source;
    for (size_t i = 0; !target || i < size; i++) {
        if (target) *source = from + i;
        if ((unsigned)from[i] >= ASCII) return illegal();
        if (target) target[i] = (char)from[i];
        if (from[i]) continue;
        if (target) *source = 0;
        return i;
    }
    *source = from + size;
    return size;
}

size_t mbstowcs(wchar_t* target, const char* source, size_t size) {
    return mbsrtowcs(target, &source, size, 0);
}
size_t wcstombs(char* target, const wchar_t* source, size_t size) {
    return wcsrtombs(target, &source, size, 0);
}
int mbtowc(wchar_t* __restrict wide, const char* __restrict text, size_t size) {
    size_t length = mbrtowc(wide, text, size, 0);
    return length == (size_t)-2 ? -1 : (int)length;
}
int mblen(const char* text, size_t size) { return mbtowc(0, text, size); }
// No state: a null `text` asks for one.
int wctomb(char* text, wchar_t wide) { return text ? (int)wcrtomb(text, wide, 0) : 0; }

int wcwidth(wchar_t wide) { return wide == 0 ? 0 : (unsigned)wide - 32 < ASCII - 33 ? 1 : -1; }

int wcswidth(const wchar_t* wide, size_t count) {
    int width = 0;
    for (size_t i = 0; i < count && wide[i]; i++) {
        if (wcwidth(wide[i]) < 0) return -1;
        width++;
    }
    return width;
}

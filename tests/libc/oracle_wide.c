// Wide strings and their way to bytes, as the host's libc has them in the "C" locale.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "check.h"

static void characters(void) {
    static const char* const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                        "lower", "print", "punct", "space", "upper", "xdigit"};
    for (unsigned c = 0; c < 0x180; c++) {
        printf("%x:", c);
        for (int i = 0; i < 12; i++) printf("%d", iswctype(c, wctype(names[i])) != 0);
        printf(" %d%d%d%d", iswalpha(c) != 0, iswprint(c) != 0, iswspace(c) != 0, iswdigit(c) != 0);
        printf(" %x %x %x %d\n", (unsigned)towlower(c), (unsigned)towupper(c),
               (unsigned)towctrans(c, wctrans("toupper")), wctob(c));
        printf("%d\n", (int)btowc((int)c & 255));
        mbstate_t state;
        memset(&state, 0, sizeof state);
        char bytes[MB_LEN_MAX], one[1] = {(char)c};
        wchar_t wide = 77;
        errno = 0;
        size_t length = wcrtomb(bytes, (wchar_t)c, &state);
        printf("%zd %d ", length, errno);
        errno = 0;
        length = mbrtowc(&wide, one, 1, &state);
        printf("%zd %d %d\n", length, errno, (int)wide);
    }
    printf("%d %d %d\n", (int)wctype("no"), (int)wctrans("no"), (int)MB_CUR_MAX);
    printf("%d %d %d %d\n", mblen("a", 1), mblen("", 1), mblen("a", 0), mblen(0, 0));
    printf("%d %d %d\n", wcwidth('a'), wcwidth(0), wcwidth('\n'));
}

static void conversions(void) {
    static const char* const texts[] = {"", "plain", "mid\xc3\xa9", "\xff"};
    for (int i = 0; i < 4; i++)
        for (size_t room = 0; room < 8; room++) {
            wchar_t wide[16] = {0};
            char text[16] = "";
            const char* from = texts[i];
            mbstate_t state;
            memset(&state, 0, sizeof state);
            size_t there = mbstowcs(0, from, 0), length = mbsrtowcs(wide, &from, room, &state);
            printf("%zd %zd %d ", there, length, from ? (int)(from - texts[i]) : -1);
            const wchar_t* back = wide;
            length = wcsrtombs(text, &back, room, &state);
            printf("%zd %zd %d %s\n", length, wcstombs(0, wide, 0), back ? (int)(back - wide) : -1,
                   text);
        }
}

static int sign(int value) { return (value > 0) - (value < 0); }

static void strings(void) {
    static const wchar_t* const all[] = {L"", L"a", L"abc", L"abcabc", L"b", L"\u00e9", L"ABC"};
    for (int i = 0; i < 7; i++)
        for (int k = 0; k < 7; k++) {
            const wchar_t *a = all[i], *b = all[k], *at = wcsstr(a, b), *any = wcspbrk(a, b);
            wchar_t joined[32];
            wcscpy(joined, a), wcsncat(wcscat(joined, b), b, 2);
            printf("%d %d %d ", sign(wcscmp(a, b)), sign(wcsncmp(a, b, 2)), sign(wcscasecmp(a, b)));
            printf("%d %d ", at ? (int)(at - a) : -1, any ? (int)(any - a) : -1);
            printf("%zu %zu %zu\n", wcsspn(a, b), wcscspn(a, b), wcslen(joined));
        }
    wchar_t list[] = L",,one,two;;three,", *state, *word = wcstok(list, L",;", &state);
    for (; word; word = wcstok(0, L",;", &state)) printf("[%ls]", word);
    wchar_t many[8];
    wmemset(many, L'x', 8), wmemmove(many + 1, wmemcpy(many, L"abcd", 4), 5);
    printf("%.8ls %d %d %d\n", many, (int)(wmemchr(many, L'd', 8) - many),
           sign(wmemcmp(many, L"aabb", 4)), wcsrchr(L"abcabc", L'b') != 0);
    wchar_t* copy = wcsdup(L"copy");
    printf("%ls %zu %zu\n", copy, wcsnlen(copy, 2), wcslen(wcsncpy(many, L"ab", 8)));
    free(copy);
}

int main(void) {
    characters();
    conversions();
    strings();
    return 0;
}

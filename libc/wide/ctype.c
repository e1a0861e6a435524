// Classes of wide characters: the "C" locale's are those of ASCII, and ctype.c counts all else out.
#include <ctype.h>
#include <string.h>
#include <wctype.h>

static const struct {
    const char* name;
    int (*test)(int);
} classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
               {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
               {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
enum { CLASSES = sizeof classes / sizeof *classes };

int iswalnum(wint_t c) { return isalnum((int)c); }
int iswalpha(wint_t c) { return isalpha((int)c); }
int iswblank(wint_t c) { return isblank((int)c); }
int iswcntrl(wint_t c) { return iscntrl((int)c); }
int iswdigit(wint_t c) { return isdigit((int)c); }
int iswgraph(wint_t c) { return isgraph((int)c); }
int iswlower(wint_t c) { return islower((int)c); }
int iswprint(wint_t c) { return isprint((int)c); }
int iswpunct(wint_t c) { return ispunct((int)c); }
int iswspace(wint_t c) { return isspace((int)c); }
int iswupper(wint_t c) { return isupper((int)c); }
int iswxdigit(wint_t c) { return isxdigit((int)c); }
wint_t towlower(wint_t c) { return (wint_t)tolower((int)c); }
wint_t towupper(wint_t c) { return (wint_t)toupper((int)c); }

wctype_t wctype(const char* name) {
    for (wctype_t i = 0; i < CLASSES; i++)
        if (!strcmp(name, classes[i].name)) return i + 1;
    return 0;
}

int iswctype(wint_t c, wctype_t class) {
    return class > 0 && class <= CLASSES && classes[class - 1].test((int)c);
}

enum { TO_LOWER = 1, TO_UPPER };

wctrans_t wctrans(const char* name) {
    return !strcmp(name, "tolower") ? TO_LOWER : !strcmp(name, "toupper") ? TO_UPPER : 0;
}

wint_t towctrans(wint_t c, wctrans_t mapping) {
    return mapping == TO_LOWER ? towlower(c) : mapping == TO_UPPER ? towupper(c) : c;
}

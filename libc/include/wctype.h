// Classes of wide characters in the "C" locale: those of <ctype.h> (C17 7.30).
#pragma once
#include <features.h>
__BEGIN_DECLS
typedef __WINT_TYPE__ wint_t;
typedef unsigned long wctype_t;
typedef unsigned long wctrans_t;
#define WEOF ((wint_t)-1)
int iswalnum(wint_t), iswalpha(wint_t), iswblank(wint_t), iswcntrl(wint_t), iswdigit(wint_t),
    iswgraph(wint_t);
int iswlower(wint_t), iswprint(wint_t), iswpunct(wint_t), iswspace(wint_t), iswupper(wint_t),
    iswxdigit(wint_t);
wint_t towlower(wint_t), towupper(wint_t);
wctype_t wctype(const char*); // 0: no such class
int iswctype(wint_t, wctype_t);
wctrans_t wctrans(const char*); // 0: no such mapping
wint_t towctrans(wint_t, wctrans_t);
__END_DECLS

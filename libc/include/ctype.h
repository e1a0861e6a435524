// Classification of characters, "C" locale (C17 7.4).
#pragma once
#include <features.h>
__BEGIN_DECLS
int isalnum(int), isalpha(int), isblank(int), iscntrl(int), isdigit(int), isgraph(int),
    islower(int);
int isprint(int), ispunct(int), isspace(int), isupper(int), isxdigit(int), isascii(int);
int tolower(int), toupper(int), toascii(int);
__END_DECLS

// There is one locale, "C" (setlocale(3)).
#pragma once
#include <features.h>
#include <stddef.h>
__BEGIN_DECLS
#define LC_CTYPE 0
#define LC_NUMERIC 1
#define LC_TIME 2
#define LC_COLLATE 3
#define LC_MONETARY 4
#define LC_MESSAGES 5
#define LC_ALL 6
char* setlocale(int, const char*);
__END_DECLS

// Comparison without case, bit search, and BSD's memory calls (POSIX <strings.h>).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
int strcasecmp(const char*, const char*);
int strncasecmp(const char*, const char*, size_t);
int bcmp(const void*, const void*, size_t);
void bcopy(const void*, void*, size_t);
void bzero(void*, size_t);
int ffs(int);
int ffsl(long);
int ffsll(long long);
char* index(const char*, int);
char* rindex(const char*, int);
__END_DECLS

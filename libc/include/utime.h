// Times of a file, in whole seconds (utime(2)).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
struct utimbuf {
    time_t actime, modtime;
};
int utime(const char*, const struct utimbuf*);
__END_DECLS

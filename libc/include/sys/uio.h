// Scatter and gather (readv(2)).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
#define UIO_MAXIOV 1024
ssize_t readv(int, const struct iovec*, int);
ssize_t writev(int, const struct iovec*, int);
ssize_t preadv(int, const struct iovec*, int, off_t);
ssize_t pwritev(int, const struct iovec*, int, off_t);
__END_DECLS

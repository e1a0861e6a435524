// Waiting for several descriptors (select(2)).
#pragma once
#include <bits/types.h>
#include <uapi/poll.h>
__BEGIN_DECLS
typedef long fd_mask;
#define NFDBITS (8 * (int)sizeof(long))
typedef struct {
    fd_mask fds_bits[FD_SETSIZE / 8 / sizeof(long)];
} fd_set;
#if __USE_FORTIFY_LEVEL > 0
#include <bits/fortify_select.h>
#else
#define __fd_word(fd) ((fd) / NFDBITS)
#endif
#define FD_SET(fd, set) ((void)((set)->fds_bits[__fd_word(fd)] |= 1UL << ((fd) % NFDBITS)))
#define FD_CLR(fd, set) ((void)((set)->fds_bits[__fd_word(fd)] &= ~(1UL << ((fd) % NFDBITS))))
#define FD_ISSET(fd, set) ((((set)->fds_bits[__fd_word(fd)] >> ((fd) % NFDBITS)) & 1) != 0)
#define FD_ZERO(set) ((void)__builtin_memset((set), 0, sizeof(fd_set)))
int select(int, fd_set* __restrict, fd_set* __restrict, fd_set* __restrict,
           struct timeval* __restrict);
int pselect(int, fd_set* __restrict, fd_set* __restrict, fd_set* __restrict,
            const struct timespec* __restrict, const sigset_t* __restrict);
__END_DECLS

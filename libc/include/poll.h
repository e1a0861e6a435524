// Waiting for several descriptors (poll(2)).
#pragma once
#include <bits/types.h>
#include <uapi/poll.h>
__BEGIN_DECLS
typedef unsigned long nfds_t;
struct pollfd {
    int fd;
    short events, revents;
};
int poll(struct pollfd*, nfds_t, int);
int ppoll(struct pollfd*, nfds_t, const struct timespec*, const sigset_t*);
__END_DECLS

#if __USE_FORTIFY_LEVEL > 0
#include <bits/fortify_poll.h>
#endif

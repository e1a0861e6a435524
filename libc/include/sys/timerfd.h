// Timers as descriptors (timerfd_create(2)).
#pragma once
#include <time.h>
#include <uapi/fcntl.h>
__BEGIN_DECLS
#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK
int timerfd_create(int, int);
int timerfd_settime(int, int, const struct itimerspec*, struct itimerspec*);
int timerfd_gettime(int, struct itimerspec*);
__END_DECLS

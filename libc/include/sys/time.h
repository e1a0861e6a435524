// Time in microseconds, interval timers (gettimeofday(2), setitimer(2)).
#pragma once
#include <bits/types.h>
#include <sys/select.h>
#include <uapi/time.h>
__BEGIN_DECLS
struct timezone {
    int tz_minuteswest, tz_dsttime;
};
struct itimerval {
    struct timeval it_interval, it_value;
};
int gettimeofday(struct timeval* __restrict, void* __restrict);
int settimeofday(const struct timeval*, const struct timezone*);
int getitimer(int, struct itimerval*);
int setitimer(int, const struct itimerval* __restrict, struct itimerval* __restrict);
int utimes(const char*, const struct timeval[2]);
int lutimes(const char*, const struct timeval[2]);
int futimes(int, const struct timeval[2]);
#define timerisset(t) ((t)->tv_sec || (t)->tv_usec)
#define timerclear(t) ((t)->tv_sec = (t)->tv_usec = 0)
#define timercmp(a, b, op)                                                                         \
    ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec op(b)->tv_usec : (a)->tv_sec op(b)->tv_sec)
#define timeradd(a, b, sum)                                                                        \
    ((sum)->tv_sec = (a)->tv_sec + (b)->tv_sec, (sum)->tv_usec = (a)->tv_usec + (b)->tv_usec,      \
     (sum)->tv_usec >= 1000000 ? ((sum)->tv_sec++, (sum)->tv_usec -= 1000000) : 0)
#define timersub(a, b, difference)                                                                 \
    ((difference)->tv_sec = (a)->tv_sec - (b)->tv_sec,                                             \
     (difference)->tv_usec = (a)->tv_usec - (b)->tv_usec,                                          \
     (difference)->tv_usec < 0 ? ((difference)->tv_sec--, (difference)->tv_usec += 1000000) : 0)
__END_DECLS

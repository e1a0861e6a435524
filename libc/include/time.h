// Time and dates (C17 7.27, POSIX).
#pragma once
#include <bits/types.h>
#include <uapi/time.h>
__BEGIN_DECLS
#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
    long tm_gmtoff;
    const char* tm_zone;
};
struct itimerspec {
    struct timespec it_interval, it_value;
};
extern long timezone;
extern int daylight;
extern char* tzname[2];
void tzset(void);
time_t time(time_t*);
clock_t clock(void);
double difftime(time_t, time_t);
time_t mktime(struct tm*);
time_t timegm(struct tm*);
struct tm* gmtime(const time_t*);
struct tm* localtime(const time_t*);
struct tm* gmtime_r(const time_t* __restrict, struct tm* __restrict);
struct tm* localtime_r(const time_t* __restrict, struct tm* __restrict);
char* asctime(const struct tm*);
char* asctime_r(const struct tm* __restrict, char* __restrict);
char* ctime(const time_t*);
char* ctime_r(const time_t*, char*);
size_t strftime(char* __restrict, size_t, const char* __restrict, const struct tm* __restrict);
char* strptime(const char* __restrict, const char* __restrict, struct tm* __restrict);
int nanosleep(const struct timespec*, struct timespec*);
int clock_gettime(clockid_t, struct timespec*);
int clock_settime(clockid_t, const struct timespec*);
int clock_getres(clockid_t, struct timespec*);
int clock_nanosleep(clockid_t, int, const struct timespec*, struct timespec*);
int timespec_get(struct timespec*, int);
__END_DECLS

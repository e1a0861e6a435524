// Dates from seconds and back (gmtime(3), mktime(3)). Days are counted by eras of 400 years that
// begin on 1 March, so that the leap day comes last (H. Hinnant, "chrono-compatible low-level date
// algorithms").
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "time_zone.h"

enum { DAY = 86400, DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0); }

// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; month 0 … 11.
static int64_t days_from_date(int64_t year, int month, int64_t day) {
    year -= month < 2;
    int64_t era = floor_divide(year, 400), year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((month + 10) % 12) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

int __calendar_from_seconds(int64_t seconds, struct tm* out) {
    int64_t days = floor_divide(seconds, DAY), rest = seconds - days * DAY;
    int64_t shifted = days + DAYS_TO_1970, era = floor_divide(shifted, DAYS_PER_ERA);
    int64_t day = shifted - era * DAYS_PER_ERA;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)((march_month + 2) % 12);
    year += era * 400 + (month < 2) - 1900;
    if (year > INT_MAX || year < INT_MIN) {
        errno = EOVERFLOW;
        return -1;
    }
    out->tm_sec = (int)(rest % 60);
    out->tm_min = (int)(rest / 60 % 60);
    out->tm_hour = (int)(rest / 3600);
    out->tm_mday = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
    out->tm_mon = month;
    out->tm_year = (int)year;
    out->tm_wday = (int)((days % 7 + 11) % 7);
    out->tm_yday = (int)(days - days_from_date(year + 1900, 0, 1));
    return 0;
}

int64_t __seconds_from_calendar(const struct tm* tm) {
    int64_t months = tm->tm_mon, year = tm->tm_year + 1900ll + floor_divide(months, 12);
    int month = (int)(months - floor_divide(months, 12) * 12);
    int64_t days = days_from_date(year, month, tm->tm_mday);
    return days * DAY + tm->tm_hour * 3600ll + tm->tm_min * 60ll + tm->tm_sec;
}

struct tm* gmtime_r(const time_t* __restrict time, struct tm* __restrict tm) {
    if (__calendar_from_seconds(*time, tm) < 0) return 0;
    tm->tm_isdst = 0;
    tm->tm_gmtoff = 0;
    tm->tm_zone = "GMT";
    return tm;
}

static struct tm shared;
struct tm* gmtime(const time_t* time) {
    return gmtime_r(time, &shared);
}
struct tm* localtime(const time_t* time) {
    tzset();
    return localtime_r(time, &shared);
}

time_t timegm(struct tm* tm) {
    time_t result = __seconds_from_calendar(tm);
    return gmtime_r(&result, tm) ? result : -1;
}

static char* write_date(const struct tm* tm, char* text, int room) {
    static const char days[] = "SunMonTueWedThuFriSat",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char* day = tm->tm_wday >= 0 && tm->tm_wday < 7 ? days + 3 * tm->tm_wday : "???";
    const char* month = tm->tm_mon >= 0 && tm->tm_mon < 12 ? months + 3 * tm->tm_mon : "???";
    int length = snprintf(text, (size_t)room, "%.3s %.3s%3d %.2d:%.2d:%.2d %lld\n", day, month,
                          tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_year + 1900ll);
    if (length < room) return text;
    errno = EOVERFLOW;
    return 0;
}

char* asctime_r(const struct tm* __restrict tm, char* __restrict text) {
    return write_date(tm, text, 26);
}
char* asctime(const struct tm* tm) {
    static char text[96]; // for any numbers at all
    return write_date(tm, text, sizeof text);
}
char* ctime_r(const time_t* time, char* text) {
    struct tm tm;
    return localtime_r(time, &tm) ? asctime_r(&tm, text) : 0;
}
char* ctime(const time_t* time) {
    struct tm* tm = localtime(time);
    return tm ? asctime(tm) : 0;
}

// Local time: the TZ variable in POSIX's form, "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX 8.3). Without
// it, or with a name of the zone database, local time is UTC.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time_zone.h"

long timezone;
int daylight;
char* tzname[2] = {(char*)"UTC", (char*)"UTC"};

struct rule {
    char form;            // 'M', 'J' or 'n'
    int month, week, day; // Mm.w.d: month 1 … 12, week 1 … 5, day 0 … 6
                          // Jn: day 1 … 365, 29 February doesn't count; n: day 0 … 365, it does
    long seconds;         // local time of the change
};
static struct {
    char name[2][16];
    long offset[2];        // seconds east of Greenwich: standard, summer
    struct rule change[2]; // to summer time, and back
} zone;

static const char* read_name(const char* at, char* name) {
    const char* end = at;
    if (*at == '<') {
        end = strchr(at, '>');
        if (!end) return 0;
        at++;
    } else {
        while (isalpha((unsigned char)*end)) end++;
    }
    size_t length = (size_t)(end - at);
    if (length < 3 || length > 15) return 0;
    memcpy(name, at, length);
    name[length] = 0;
    return *end == '>' ? end + 1 : end;
}

static const char* read_time(const char* at, long* seconds) {
    char* end;
    int sign = *at == '-' ? -1 : 1;
    if (*at == '-' || *at == '+') at++;
    if (!isdigit((unsigned char)*at)) return 0;
    long unit = 3600;
    *seconds = 0;
    for (;; at = end + 1, unit /= 60) {
        *seconds += strtol(at, &end, 10) * unit;
        if (*end != ':' || unit == 1) break;
    }
    *seconds *= sign;
    return end;
}

// A number from `least` to `most`, and what follows it. Null: it is another, or none.
static const char* read_number(const char* at, int least, int most, int* number) {
    char* end;
    if (!isdigit((unsigned char)*at)) return 0;
    long value = strtol(at, &end, 10);
    *number = (int)value;
    return value >= least && value <= most ? end : 0;
}

static const char* read_rule(const char* at, struct rule* rule) {
    rule->form = *at == 'M' || *at == 'J' ? *at++ : 'n';
    rule->seconds = 7200;
    if (rule->form == 'M') {
        if (!(at = read_number(at, 1, 12, &rule->month)) || *at++ != '.') return 0;
        if (!(at = read_number(at, 1, 5, &rule->week)) || *at++ != '.') return 0;
        at = read_number(at, 0, 6, &rule->day);
    } else {
        at = read_number(at, rule->form == 'J', 365, &rule->day);
    }
    return at && *at == '/' ? read_time(at + 1, &rule->seconds) : at;
}

static int read_zone(const char* at) {
    static const struct rule usual[2] = {{'M', 3, 2, 0, 7200}, {'M', 11, 1, 0, 7200}};
    if (*at == ':') at++;
    if (!(at = read_name(at, zone.name[0])) || !(at = read_time(at, &zone.offset[0]))) return 0;
    zone.offset[0] = -zone.offset[0]; // POSIX counts westwards
    daylight = *at != 0;
    if (!daylight) return 1;
    if (!(at = read_name(at, zone.name[1]))) return 0;
    zone.offset[1] = zone.offset[0] + 3600;
    if (*at && *at != ',') {
        if (!(at = read_time(at, &zone.offset[1]))) return 0;
        zone.offset[1] = -zone.offset[1];
    }
    memcpy(zone.change, usual, sizeof usual);
    if (!*at) return 1;
    return *at == ',' && (at = read_rule(at + 1, &zone.change[0])) && *at == ',' &&
           (at = read_rule(at + 1, &zone.change[1])) && !*at;
}

void tzset(void) {
    const char* text = getenv("TZ");
    daylight = 0;
    if (!text || !*text || !read_zone(text)) {
        strcpy(zone.name[0], "UTC");
        zone.offset[0] = 0;
        daylight = 0;
    }
    if (!daylight) strcpy(zone.name[1], zone.name[0]);
    tzname[0] = zone.name[0];
    tzname[1] = zone.name[1];
    timezone = -zone.offset[0];
}

// Seconds since 1970, in the local time that is left behind, of a rule's change in that year.
static int64_t time_of_change(const struct rule* rule, int tm_year) {
    if (rule->form != 'M') {
        struct tm day = {.tm_year = tm_year, .tm_mday = 1 + rule->day};
        if (rule->form == 'J') {
            struct tm last = {.tm_year = tm_year, .tm_mon = 2, .tm_mday = 0};
            __calendar_from_seconds(__seconds_from_calendar(&last), &last);
            day.tm_mday -= rule->day < 60 || last.tm_mday == 28;
        }
        return __seconds_from_calendar(&day) + rule->seconds;
    }
    struct tm first = {.tm_year = tm_year, .tm_mon = rule->month - 1, .tm_mday = 1};
    int64_t start = __seconds_from_calendar(&first);
    struct tm date;
    __calendar_from_seconds(start, &date);
    int day = 1 + (rule->day - date.tm_wday + 7) % 7 + 7 * (rule->week - 1);
    first.tm_mon++;
    int days = (int)((__seconds_from_calendar(&first) - start) / 86400);
    while (day > days) day -= 7;
    return start + (day - 1) * 86400ll + rule->seconds;
}

static int is_summer(int64_t utc) {
    struct tm date;
    if (!daylight || __calendar_from_seconds(utc + zone.offset[0], &date) < 0) return 0;
    int64_t begins = time_of_change(&zone.change[0], date.tm_year) - zone.offset[0];
    int64_t ends = time_of_change(&zone.change[1], date.tm_year) - zone.offset[1];
    return begins < ends ? utc >= begins && utc < ends : utc >= begins || utc < ends;
}

struct tm* localtime_r(const time_t* __restrict time, struct tm* __restrict tm) {
    if (!zone.name[0][0]) tzset();
    int summer = is_summer(*time);
    if (__calendar_from_seconds(*time + zone.offset[summer], tm) < 0) return 0;
    tm->tm_isdst = summer;
    tm->tm_gmtoff = zone.offset[summer];
    tm->tm_zone = zone.name[summer];
    return tm;
}

time_t mktime(struct tm* tm) {
    tzset();
    int64_t local = __seconds_from_calendar(tm);
    int summer = tm->tm_isdst > 0 && daylight;
    time_t result = local - zone.offset[summer];
    if (tm->tm_isdst < 0 && is_summer(result)) {
        time_t other = local - zone.offset[1];
        if (is_summer(other)) result = other;
    }
    return localtime_r(&result, tm) ? result : -1;
}

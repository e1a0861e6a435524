// Dates over some thousand years in two zones, formatted and read, as the host's libc has them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

static void show(time_t time) {
    struct tm utc, local;
    char text[256];
    gmtime_r(&time, &utc);
    localtime_r(&time, &local);
    strftime(
        text, sizeof text,
        "%Y-%m-%d %H:%M:%S %a %A %b %B %j %U %W %V %G %g %u %w %C %y %e %k %l %I %p %D %T %R %r %F %c %s",
        &utc);
    printf("%lld %s\n", (long long)time, text);
    strftime(text, sizeof text, "%c %z %Z", &local);
    printf("%s dst %d yday %d back %lld %lld\n", text, local.tm_isdst, local.tm_yday,
           (long long)timegm(&utc), (long long)mktime(&local));
}

// Flags and widths of the GNU library, and years of few digits or before the first.
static void flagged(void) {
    static const char* const flags[] = {"", "_", "-", "0", "^", "#", "^_", "#0", "-^"};
    static const char* const widths[] = {"", "", "1", "3", "5", "12", "30"};
    static const int years[] = {2024, 999, 99, 5, 0, -1, -5, -99, -100, -101, -1234, 12345, 100};
    for (int y = 0; y < 13; y++)
        for (int i = 0; i < 800; i++) {
            struct tm tm = {.tm_year = years[y] - 1900, .tm_mon = (int)(next_random() % 12)};
            char format[32], text[80];
            tm.tm_mday = 1 + (int)(next_random() % 28);
            tm.tm_hour = (int)(next_random() % 24);
            tm.tm_sec = (int)(next_random() % 61);
            time_t same = timegm(&(struct tm){.tm_year = tm.tm_year,
                                              .tm_mon = tm.tm_mon,
                                              .tm_mday = tm.tm_mday,
                                              .tm_hour = tm.tm_hour});
            gmtime_r(&same, &tm);
            tm.tm_gmtoff = (long)(next_random() % 80000) - 40000;
            tm.tm_zone = "xYz";
            char kind = "aAbBcCdDeFgGhHIjklmMnpPrRStTuUVwWxXyYzZ%EOQv"[next_random() % 45];
            snprintf(format, sizeof format, "<%%%s%s%s%c>", flags[next_random() % 9],
                     widths[next_random() % 7],
                     i % 8 == 0   ? "E"
                     : i % 8 == 1 ? "O"
                                  : "",
                     kind);
            if (strpbrk(format, "EO") && strchr(format, '#')) continue;
            size_t room = i % 5 ? sizeof text : next_random() % 14;
            size_t length = strftime(text, room, format, &tm);
            printf("%d %s %zu: %zu %s\n", years[y], format, room, length, length ? text : "");
        }
    struct tm tm = {.tm_mday = 1};
    char text[32];
    static const char* const ends[] = {"%", "%E", "%5", "%-", "%^#", "%99999999999d", "%:z"};
    for (int i = 0; i < 7; i++) {
        size_t length = strftime(text, sizeof text, ends[i], &tm);
        printf("%s: %zu %s\n", ends[i], length, length ? text : "");
    }
}

// Whole dates tell their day of the week and of the year; numbers end where they would be too big.
static void readings(void) {
    static const char* const formats[] = {"%Y-%m-%d", "%d/%m/%y", "%e %B %Y", "%D",
                                          "%F",       "%j %Y",    "%H%M%S",   "%a %d %b %Y"};
    static const char* const texts[] = {"2024-02-29", "31/12/69",       "02/03/04", " 7 march 1999",
                                        "2020-1-2",   "366 2024",       "60 2023",  "99999",
                                        "235959",     "Mon 3 jun 2024", "1900-3-1", "999"};
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 12; k++) {
            struct tm tm;
            memset(&tm, 0, sizeof tm);
            const char* rest = strptime(texts[k], formats[i], &tm);
            printf("'%s' %s: %d", texts[k], formats[i], rest ? (int)(rest - texts[k]) : -1);
            if (rest)
                printf(" %d %d %d %d %d", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_wday,
                       tm.tm_yday);
            if (rest) printf(" %d %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec);
            printf("\n");
        }
}

int main(void) {
    readings();
    flagged();
    static const char* const zones[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3",
                                        "EST5EDT,M3.2.0,M11.1.0", "<-03>3<-02>,J60/0,J300",
                                        "NZST-12NZDT,270/2,92/3"};
    for (int z = 0; z < 5; z++) {
        setenv("TZ", zones[z], 1);
        tzset();
        // Before 1970 libraries disagree about when summer time was invented: that only in UTC.
        for (int i = 0; i < 700; i++)
            show((time_t)(next_random() % 70000000000ull) - (z ? 0 : 30000000000ll));
        for (int i = 0; i < 300; i++)
            show((time_t)(1700000000 + i * 86400ll * 3 + (long long)(next_random() % 86400)));
        show(0), show(z ? 1 : -1), show(951782400), show(2147483648ll);
    }
    setenv("TZ", "UTC0", 1);
    tzset();
    struct tm wild = {.tm_year = 100,
                      .tm_mon = 25,
                      .tm_mday = -40,
                      .tm_hour = 99,
                      .tm_min = -1000,
                      .tm_sec = 100000};
    printf("%lld\n", (long long)mktime(&wild));
    printf("%s", asctime(&wild));
    wild.tm_year = 9000;
    printf("%s", asctime(&wild));
    struct tm read;
    memset(&read, 0, sizeof read);
    const char* rest =
        strptime("Tue, 10 Nov 2009 23:04:05 PM tail", "%a, %d %b %Y %H:%M:%S", &read);
    printf("%s %d %d %d %d %d %d\n", rest, read.tm_year, read.tm_mon, read.tm_mday, read.tm_hour,
           read.tm_min, read.tm_sec);
    return 0;
}

// Text as dates (strptime(3)), "C" locale.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time_zone.h"

// Which of the names begins the text, in full or by three letters. −1: none.
static int read_name(const char** text, const char* const* names, int count) {
    for (int i = 0; i < count; i++) {
        const char* name = names[i];
        size_t length = strlen(name);
        if (strncasecmp(*text, name, length)) length = 3;
        if (strncasecmp(*text, name, length)) continue;
        *text += length;
        return i;
    }
    return -1;
}

static int read_number(const char** text, int digits, int low, int high, int* value) {
    int result = 0, count = 0;
    while (isspace((unsigned char)**text)) ++*text;
    // A digit that would lead beyond `high` belongs to what follows.
    for (; count < digits && result * 10 <= high && isdigit((unsigned char)**text);
         count++, ++*text)
        result = result * 10 + (**text - '0');
    if (!count || result < low || result > high) return 0;
    *value = result;
    return 1;
}

static int read_zone(const char** text, struct tm* tm) {
    int sign = **text == '-' ? -1 : 1, hours, minutes = 0;
    if (**text == 'Z') {
        ++*text;
        tm->tm_gmtoff = 0;
        return 1;
    }
    if (**text != '+' && **text != '-') return 0;
    ++*text;
    if (!read_number(text, 2, 0, 23, &hours)) return 0;
    if (**text == ':') ++*text;
    if (isdigit((unsigned char)**text) && !read_number(text, 2, 0, 59, &minutes)) return 0;
    tm->tm_gmtoff = sign * (hours * 3600 + minutes * 60);
    return 1;
}

enum known { YEAR = 1, MONTH = 2, DAY = 4, YEAR_DAY = 8, WEEKDAY = 16 };

struct state {
    int afternoon;  // −1: not said
    int century;    // −1: not said
    unsigned known; // what the text has said
};

static unsigned said_by(char kind) {
    static const struct {
        const char* kinds;
        enum known known;
    } all[] = {{"CyY", YEAR}, {"bBhm", MONTH}, {"de", DAY}, {"j", YEAR_DAY}, {"aAwu", WEEKDAY}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strchr(all[i].kinds, kind)) return all[i].known;
    return 0;
}

// What follows from a whole date, as glibc has it: the days of week and year, or month and day.
static void derive(struct tm* tm, unsigned known) {
    int by_month = (known & (YEAR | MONTH | DAY)) == (YEAR | MONTH | DAY);
    int by_day = (known & (YEAR | MONTH | DAY | YEAR_DAY)) == (YEAR | YEAR_DAY);
    if (!by_month && !by_day) return;
    struct tm date = {.tm_year = tm->tm_year,
                      .tm_mon = by_month ? tm->tm_mon : 0,
                      .tm_mday = by_month ? tm->tm_mday : tm->tm_yday + 1};
    timegm(&date);
    if (by_day) tm->tm_mon = date.tm_mon, tm->tm_mday = date.tm_mday;
    if (!(known & WEEKDAY)) tm->tm_wday = date.tm_wday;
    if (!(known & YEAR_DAY)) tm->tm_yday = date.tm_yday;
}

static const char* parse(const char* text, const char* format, struct tm* tm, struct state* state);

static int read_field(const char** text, char kind, struct tm* tm, struct state* state) {
    int value;
    const char* whole = 0;
    switch (kind) {
    case 'a':
    case 'A':
        return (tm->tm_wday = read_name(text, __day_names, 7)) >= 0;
    case 'b':
    case 'B':
    case 'h':
        return (tm->tm_mon = read_name(text, __month_names, 12)) >= 0;
    case 'd':
    case 'e':
        return read_number(text, 2, 1, 31, &tm->tm_mday);
    case 'H':
    case 'k':
        return read_number(text, 2, 0, 23, &tm->tm_hour);
    case 'I':
    case 'l':
        return read_number(text, 2, 1, 12, &tm->tm_hour);
    case 'M':
        return read_number(text, 2, 0, 59, &tm->tm_min);
    case 'S':
        return read_number(text, 2, 0, 61, &tm->tm_sec);
    case 'm':
        return read_number(text, 2, 1, 12, &value) ? tm->tm_mon = value - 1, 1 : 0;
    case 'j':
        return read_number(text, 3, 1, 366, &value) ? tm->tm_yday = value - 1, 1 : 0;
    case 'w':
        return read_number(text, 1, 0, 6, &tm->tm_wday);
    case 'u':
        return read_number(text, 1, 1, 7, &value) ? tm->tm_wday = value % 7, 1 : 0;
    case 'C':
        return read_number(text, 2, 0, 99, &state->century);
    case 'y':
        return read_number(text, 2, 0, 99, &value) ? tm->tm_year = value + (value < 69 ? 100 : 0),
                                                     1 : 0;
    case 'Y':
        return read_number(text, 4, 0, 9999, &value) ? tm->tm_year = value - 1900, 1 : 0;
    case 'z':
        return read_zone(text, tm);
    case 'p':
        if (strncasecmp(*text, "am", 2) && strncasecmp(*text, "pm", 2)) return 0;
        state->afternoon = tolower((unsigned char)**text) == 'p';
        *text += 2;
        return 1;
    case 'n':
    case 't':
        while (isspace((unsigned char)**text)) ++*text;
        return 1;
    case '%':
        return *(*text)++ == '%';
    case 'D':
    case 'x':
        whole = "%m/%d/%y";
        break;
    case 'T':
    case 'X':
        whole = "%H:%M:%S";
        break;
    case 'R':
        whole = "%H:%M";
        break;
    case 'r':
        whole = "%I:%M:%S %p";
        break;
    case 'F':
        whole = "%Y-%m-%d";
        break;
    case 'c':
        whole = "%a %b %e %H:%M:%S %Y";
        break;
    default:
        return 0;
    }
    return (*text = parse(*text, whole, tm, state)) != 0;
}

static const char* parse(const char* text, const char* format, struct tm* tm, struct state* state) {
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            while (isspace((unsigned char)*text)) text++;
        } else if (*format != '%') {
            if (*text++ != *format) return 0;
        } else {
            if (format[1] == 'E' || format[1] == 'O') format++;
            if (!*++format || !read_field(&text, *format, tm, state)) return 0;
            state->known |= said_by(*format);
        }
    }
    return text;
}

char* strptime(const char* __restrict text, const char* __restrict format,
               struct tm* __restrict tm) {
    struct state state = {-1, -1, 0};
    const char* end = parse(text, format, tm, &state);
    if (!end) return 0;
    if (state.afternoon >= 0) tm->tm_hour = tm->tm_hour % 12 + 12 * state.afternoon;
    if (state.century >= 0)
        tm->tm_year = state.century * 100 - 1900 + (tm->tm_year % 100 + 100) % 100;
    derive(tm, state.known);
    return (char*)end;
}

// Dates as text (strftime(3)), "C" locale.
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char* const day_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
static const char* const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

struct out {
    char* text;
    size_t length, size;
};

static void put(struct out* out, const char* text) {
    size_t length = strlen(text);
    if (out->length + length < out->size) memcpy(out->text + out->length, text, length + 1);
    out->length += length;
}

// pad: '0' or ' ', or '-' for none
static void put_number(struct out* out, long long value, int width, char pad) {
    char text[24];
    if (pad == '-')
        snprintf(text, sizeof text, "%lld", value);
    else
        snprintf(text, sizeof text, pad == '0' ? "%0*lld" : "%*lld", width, value);
    put(out, text);
}

static const char* name_of(const char* const* names, int count, int index) {
    return index >= 0 && index < count ? names[index] : "?";
}

static void put_short(struct out* out, const char* name) {
    char text[4];
    snprintf(text, sizeof text, "%.3s", name);
    put(out, text);
}

// ISO 8601: week 1 is the one with the year's first Thursday.
static int iso_week(const struct tm* tm, int* year) {
    int monday_based = (tm->tm_wday + 6) % 7;
    int week = (tm->tm_yday - monday_based + 10) / 7;
    *year = tm->tm_year + 1900;
    if (week < 1) {
        int before = *year - 1, leap = (before % 4 == 0 && before % 100) || before % 400 == 0;
        *year = before;
        return (tm->tm_yday + 365 + leap - monday_based + 10) / 7;
    }
    int leap = (*year % 4 == 0 && *year % 100) || *year % 400 == 0;
    if (week == 53 && tm->tm_yday - monday_based + 3 >= 365 + leap) {
        ++*year;
        return 1;
    }
    return week;
}

static void format(struct out* out, const char* text, const struct tm* tm);

static void put_zone(struct out* out, const struct tm* tm) {
    char text[16];
    long minutes = tm->tm_gmtoff / 60, size = minutes < 0 ? -minutes : minutes;
    snprintf(text, sizeof text, "%c%02ld%02ld", minutes < 0 ? '-' : '+', size / 60, size % 60);
    put(out, text);
}

static int put_name(struct out* out, char kind, const struct tm* tm) {
    switch (kind) {
    case 'a':
        put_short(out, name_of(day_names, 7, tm->tm_wday));
        return 1;
    case 'A':
        put(out, name_of(day_names, 7, tm->tm_wday));
        return 1;
    case 'b':
    case 'h':
        put_short(out, name_of(month_names, 12, tm->tm_mon));
        return 1;
    case 'B':
        put(out, name_of(month_names, 12, tm->tm_mon));
        return 1;
    case 'p':
        put(out, tm->tm_hour >= 12 ? "PM" : "AM");
        return 1;
    case 'P':
        put(out, tm->tm_hour >= 12 ? "pm" : "am");
        return 1;
    case 'Z':
        put(out, tm->tm_zone ? tm->tm_zone : "");
        return 1;
    case 'z':
        put_zone(out, tm);
        return 1;
    case 'n':
        put(out, "\n");
        return 1;
    case 't':
        put(out, "\t");
        return 1;
    case '%':
        put(out, "%");
        return 1;
    case 'c':
        format(out, "%a %b %e %H:%M:%S %Y", tm);
        return 1;
    case 'x':
    case 'D':
        format(out, "%m/%d/%y", tm);
        return 1;
    case 'X':
    case 'T':
        format(out, "%H:%M:%S", tm);
        return 1;
    case 'R':
        format(out, "%H:%M", tm);
        return 1;
    case 'r':
        format(out, "%I:%M:%S %p", tm);
        return 1;
    case 'F':
        format(out, "%Y-%m-%d", tm);
        return 1;
    }
    return 0;
}

static int put_field(struct out* out, char kind, char pad, const struct tm* tm) {
    int year = 0, week = iso_week(tm, &year), hour = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
    char zero = pad ? pad : '0', space = pad ? pad : ' ';
    long long full_year = tm->tm_year + 1900ll;
    struct tm copy;
    switch (kind) {
    case 'd':
        put_number(out, tm->tm_mday, 2, zero);
        return 1;
    case 'e':
        put_number(out, tm->tm_mday, 2, space);
        return 1;
    case 'H':
        put_number(out, tm->tm_hour, 2, zero);
        return 1;
    case 'I':
        put_number(out, hour, 2, zero);
        return 1;
    case 'k':
        put_number(out, tm->tm_hour, 2, space);
        return 1;
    case 'l':
        put_number(out, hour, 2, space);
        return 1;
    case 'j':
        put_number(out, tm->tm_yday + 1, 3, zero);
        return 1;
    case 'm':
        put_number(out, tm->tm_mon + 1, 2, zero);
        return 1;
    case 'M':
        put_number(out, tm->tm_min, 2, zero);
        return 1;
    case 'S':
        put_number(out, tm->tm_sec, 2, zero);
        return 1;
    case 'u':
        put_number(out, tm->tm_wday ? tm->tm_wday : 7, 1, zero);
        return 1;
    case 'w':
        put_number(out, tm->tm_wday, 1, zero);
        return 1;
    case 'U':
        put_number(out, (tm->tm_yday + 7 - tm->tm_wday) / 7, 2, zero);
        return 1;
    case 'W':
        put_number(out, (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7, 2, zero);
        return 1;
    case 'V':
        put_number(out, week, 2, zero);
        return 1;
    case 'G':
        put_number(out, year, 4, zero);
        return 1;
    case 'g':
        put_number(out, (year % 100 + 100) % 100, 2, zero);
        return 1;
    case 'y':
        put_number(out, (full_year % 100 + 100) % 100, 2, zero);
        return 1;
    case 'Y':
        put_number(out, full_year, 1, zero);
        return 1;
    case 'C':
        put_number(out, full_year / 100, 2, zero);
        return 1;
    case 's':
        copy = *tm;
        put_number(out, mktime(&copy), 1, zero);
        return 1;
    }
    return 0;
}

static void format(struct out* out, const char* text, const struct tm* tm) {
    for (; *text; text++) {
        char single[2] = {*text, 0}, pad = 0;
        const char* start = text;
        if (*text != '%') {
            put(out, single);
            continue;
        }
        text++;
        for (; *text && strchr("-_0", *text); text++) pad = *text == '_' ? ' ' : *text;
        if (*text == 'E' || *text == 'O') text++;
        if (*text && (put_name(out, *text, tm) || put_field(out, *text, pad, tm))) continue;
        for (; start < text + (*text != 0); start++) { // unknown: as it stands
            single[0] = *start;
            put(out, single);
        }
        if (!*text) return;
    }
}

size_t strftime(char* __restrict text, size_t size, const char* __restrict pattern,
                const struct tm* __restrict tm) {
    struct out out = {text, 0, size};
    if (size) *text = 0;
    format(&out, pattern, tm);
    return out.length < size ? out.length : 0;
}

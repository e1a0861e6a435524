// Option letters and numbers from the command line.
#include "user/lib/user.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int option_index = 1;
char* option_value;
static const char* cluster = ""; // the rest of "-abc"

int option(int argc, char** argv, const char* letters) {
    if (!*cluster) {
        char* argument = option_index < argc ? argv[option_index] : NULL;
        if (!argument || argument[0] != '-' || !argument[1]) return 0;
        option_index++;
        if (!strcmp(argument, "--")) return 0;
        cluster = argument + 1;
    }
    int letter = *cluster++;
    const char* known = letter == ':' ? NULL : strchr(letters, letter);
    if (!known) {
        warn_text("unknown option -%c", letter);
        die_usage();
    }
    if (known[1] != ':') return letter;
    if (*cluster) {
        option_value = (char*)cluster;
    } else if (option_index < argc) {
        option_value = argv[option_index++];
    } else {
        warn_text("option -%c needs a value", letter);
        die_usage();
    }
    cluster = "";
    return letter;
}

long long number(const char* text, const char* what, long long low, long long high) {
    char* end;
    errno = 0;
    long long value = strtoll(text, &end, 0);
    if (end == text || *end) die_text("%s: not a number: %s", what, text);
    if (errno || value < low || value > high) {
        die_text("%s: %s is not between %lld and %lld", what, text, low, high);
    }
    return value;
}

long long size_number(const char* text, const char* what) {
    static const char suffixes[] = "cwbkKMG";
    static const long long factors[] = {1, 2, 512, 1024, 1024, 1024 * 1024, 1024 * 1024 * 1024};
    char* end;
    long long value = strtoll(text, &end, 10);
    const char* suffix = *end ? strchr(suffixes, *end) : NULL;
    if (end == text || value < 0 || (*end && (!suffix || end[1]))) {
        die_text("%s: not a size: %s", what, text);
    }
    long long factor = suffix ? factors[suffix - suffixes] : 1;
    if (value > INT64_MAX / factor) die_text("%s: too large: %s", what, text);
    return value * factor;
}

bool duration(const char* text, struct timespec* out) {
    if (!isdigit((unsigned char)*text) && *text != '.') return false;
    long long seconds = 0, nanoseconds = 0, unit = 100000000;
    for (; isdigit((unsigned char)*text); text++) {
        if (seconds > 1000000000) return false;
        seconds = seconds * 10 + (*text - '0');
    }
    if (*text == '.') {
        for (text++; isdigit((unsigned char)*text); text++, unit /= 10) {
            nanoseconds += (*text - '0') * unit;
        }
    }
    long long factor = 1;
    if (*text) {
        if (text[1]) return false;
        switch (*text) {
        case 's':
            break;
        case 'm':
            factor = 60;
            break;
        case 'h':
            factor = 3600;
            break;
        case 'd':
            factor = 86400;
            break;
        default:
            return false;
        }
    }
    nanoseconds *= factor;
    out->tv_sec = (time_t)(seconds * factor + nanoseconds / 1000000000);
    out->tv_nsec = (long)(nanoseconds % 1000000000);
    return true;
}

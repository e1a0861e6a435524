// Cuts fields or characters out of lines.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>

enum { RANGES = 64 };
static struct { long low, high; } range[RANGES];
static int ranges;
static char separator = '\t';
static bool fields, only_separated;

static void parse_list(const char* text) {
    while (*text) {
        char* end;
        if (ranges == RANGES) die_text("too many ranges");
        long low = strtol(text, &end, 10), high = low;
        if (*text == '-') {
            low = 1;
            end = (char*)text;
        }
        if (*end == '-') {
            text = end + 1;
            high = strtol(text, &end, 10);
            if (end == text) high = INT32_MAX;
        }
        if (low < 1 || high < low || (*end && *end != ',')) die_text("bad list");
        range[ranges].low = low;
        range[ranges++].high = high;
        text = end + (*end == ',');
    }
}

static bool wanted(long index) {
    for (int i = 0; i < ranges; i++) {
        if (index >= range[i].low && index <= range[i].high) return true;
    }
    return false;
}

static void cut_fields(char* line) {
    if (!strchr(line, separator)) {
        if (!only_separated) puts(line);
        return;
    }
    bool first = true;
    for (long index = 1; line; index++) {
        char* end = strchr(line, separator);
        if (end) *end = 0;
        if (wanted(index)) {
            if (!first) putchar(separator);
            fputs(line, stdout);
            first = false;
        }
        line = end ? end + 1 : NULL;
    }
    putchar('\n');
}

static int cut(const char* path) {
    FILE* file = open_stream(path);
    if (!file) return 1;
    char* line;
    while ((line = read_line(file, NULL, NULL))) {
        if (fields) {
            cut_fields(line);
        } else {
            for (long i = 0; line[i]; i++) {
                if (wanted(i + 1)) putchar(line[i]);
            }
            putchar('\n');
        }
        free(line);
    }
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "cut -f LIST [-d CHARACTER] [-s] [FILE...]\n       cut -c LIST [FILE...]\n");
    int letter;
    while ((letter = option(argc, argv, "f:c:b:d:s"))) {
        if (letter == 'd') {
            separator = *option_value;
        } else if (letter == 's') {
            only_separated = true;
        } else {
            fields = letter == 'f';
            parse_list(option_value);
        }
    }
    if (!ranges) die_usage();
    return for_operands(argc, argv, cut);
}

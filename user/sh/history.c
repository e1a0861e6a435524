// The lines that were typed, the oldest given up first.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>

enum { REMEMBERED = 500 };
static char* lines[REMEMBERED];
static size_t first, count;

size_t history_count(void) { return count; }

const char* history_line(size_t index) {
    return index < count ? lines[(first + index) % REMEMBERED] : NULL;
}

void history_add(const char* line) {
    const char* newest = count ? history_line(count - 1) : NULL;
    if (!*line || *line == ' ' || (newest && !strcmp(newest, line))) return;
    if (count == REMEMBERED) {
        free(lines[first]);
        first = (first + 1) % REMEMBERED;
        count--;
    }
    lines[(first + count++) % REMEMBERED] = copy_text(line);
}

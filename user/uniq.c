// Drops lines that repeat the one before.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>

static bool counted, repeated, single;

static void print(const char* line, unsigned count) {
    if (!line || (repeated && count < 2) || (single && count > 1)) return;
    if (counted) printf("%7u ", count);
    puts(line);
}

int main(int argc, char** argv) {
    begin(argv, "uniq [-cdu] [FILE]\n");
    int letter;
    while ((letter = option(argc, argv, "cdu"))) {
        if (letter == 'c')
            counted = true;
        else if (letter == 'd')
            repeated = true;
        else
            single = true;
    }
    FILE* file = open_stream(option_index < argc ? argv[option_index] : "-");
    if (!file) return 1;
    char *line, *before = NULL;
    unsigned count = 0;
    while ((line = read_line(file, NULL, NULL))) {
        if (before && !strcmp(line, before)) {
            count++;
            free(line);
            continue;
        }
        print(before, count);
        free(before);
        before = line;
        count = 1;
    }
    print(before, count);
    return finish(0);
}

// Compares two files byte by byte.
#include "user/lib/user.h"

#include <stdlib.h>

int main(int argc, char** argv) {
    begin(argv, "cmp [-s] FILE1 FILE2\n");
    bool silent = false;
    while (option(argc, argv, "s")) silent = true;
    if (argc - option_index != 2) die_usage();
    char *one = argv[option_index], *two = argv[option_index + 1];
    FILE *first = open_stream(one), *second = open_stream(two);
    if (!first || !second) return 2;
    unsigned long long offset = 1, line = 1;
    for (;; offset++) {
        int a = getc(first), b = getc(second);
        if (a == EOF && b == EOF) return 0;
        if (a == EOF || b == EOF) {
            if (!silent) warn_text("EOF on %s after byte %llu", a == EOF ? one : two, offset - 1);
            return 1;
        }
        if (a != b) {
            if (!silent) printf("%s %s differ: char %llu, line %llu\n", one, two, offset, line);
            return 1;
        }
        line += a == '\n';
    }
}

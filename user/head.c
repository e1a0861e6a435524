// The first lines or bytes of files.
#include "user/lib/user.h"

#include <ctype.h>
#include <unistd.h>

static long long lines = 10, bytes = -1;
static bool titled;

static int show(const char* path) {
    static bool before;
    FILE* file = open_stream(path);
    if (!file) return 1;
    if (titled) printf("%s==> %s <==\n", before ? "\n" : "", path);
    before = true;
    long long left = bytes >= 0 ? bytes : lines;
    int c;
    while (left > 0 && (c = getc(file)) != EOF) {
        if (putchar(c) == EOF) break;
        if (bytes >= 0 || c == '\n') left--;
    }
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "head [-n LINES | -LINES] [-c BYTES] [FILE...]\n");
    int letter;
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        lines = number(argv[1] + 1, "lines", 0, INT64_MAX);
        option_index = 2;
    }
    while ((letter = option(argc, argv, "n:c:"))) {
        if (letter == 'n')
            lines = number(option_value, "lines", 0, INT64_MAX);
        else
            bytes = size_number(option_value, "bytes");
    }
    titled = argc - option_index > 1;
    return for_operands(argc, argv, show);
}

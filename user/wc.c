// Counts lines, words and bytes.
#include "user/lib/user.h"

#include <ctype.h>
#include <unistd.h>

static bool want_lines, want_words, want_bytes;
static unsigned long long total[3];

static void print(const unsigned long long count[3], const char* name) {
    static const char* const format[2] = {"%llu", " %7llu"};
    bool wanted[3] = {want_lines, want_words, want_bytes};
    bool several = want_lines + want_words + want_bytes > 1;
    for (int i = 0, shown = 0; i < 3; i++) {
        if (!wanted[i]) continue;
        if (shown++) putchar(' ');
        printf(several ? format[1] + 1 : format[0], count[i]);
    }
    printf("%s%s\n", *name ? " " : "", name);
}

static int count_file(const char* path) {
    static char block[65536];
    int fd = open_input(path);
    if (fd < 0) return 1;
    unsigned long long count[3] = {0};
    bool inside = false;
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0) {
        count[2] += (unsigned long long)got;
        for (ssize_t i = 0; i < got; i++) {
            bool space = isspace((unsigned char)block[i]);
            count[0] += block[i] == '\n';
            count[1] += !space && !inside;
            inside = !space;
        }
    }
    int status = got < 0;
    if (got < 0) warn_errno(path);
    if (fd != STDIN_FILENO) close(fd);
    for (int i = 0; i < 3; i++) total[i] += count[i];
    print(count, path[0] == '-' && !path[1] ? "" : path);
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "wc [-lwc] [FILE...]\n");
    int letter;
    while ((letter = option(argc, argv, "lwcm"))) {
        if (letter == 'l')
            want_lines = true;
        else if (letter == 'w')
            want_words = true;
        else
            want_bytes = true;
    }
    if (!want_lines && !want_words && !want_bytes) want_lines = want_words = want_bytes = true;
    int status = for_operands(argc, argv, count_file);
    if (argc - option_index > 1) print(total, "total");
    return finish(status);
}

// The last lines or bytes of a file; -f stays and shows what is added.
#include "user/lib/user.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long long amount = 10;
static bool by_bytes, from_start, follow, titled;

// Keeps what may still be the end in a buffer, cut down as it grows.
static size_t end_begins(const struct Buffer* all) {
    if (by_bytes) return all->length > (size_t)amount ? all->length - (size_t)amount : 0;
    size_t at = all->length;
    long long left = amount;
    if (at && all->data[at - 1] == '\n') at--;
    if (!amount) return all->length;
    while (at) {
        if (all->data[at - 1] == '\n' && --left == 0) break;
        at--;
    }
    return at;
}

static void show_from(FILE* file) {
    long long left = amount ? amount - 1 : 0;
    int c;
    while (left > 0 && (c = getc(file)) != EOF) {
        if (by_bytes || c == '\n') left--;
    }
    while ((c = getc(file)) != EOF) putchar(c);
}

static int show(const char* path) {
    FILE* file = open_stream(path);
    if (!file) return 1;
    if (titled) printf("==> %s <==\n", path);
    if (from_start) {
        show_from(file);
    } else {
        struct Buffer all = {0};
        int c;
        while ((c = getc(file)) != EOF) {
            buffer_put(&all, (char)c);
            if (all.length < 1 << 20) continue;
            size_t begins = end_begins(&all);
            if (begins < 1 << 19) continue;
            memmove(all.data, all.data + begins, all.length - begins + 1);
            all.length -= begins;
        }
        size_t begins = end_begins(&all);
        if (all.data) fwrite(all.data + begins, 1, all.length - begins, stdout);
        free(all.data);
    }
    while (follow) {
        fflush(stdout);
        usleep(250000);
        clearerr(file);
        int c;
        while ((c = getc(file)) != EOF) putchar(c);
    }
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "tail [-n [+]LINES | -LINES] [-c [+]BYTES] [-f] [FILE...]\n");
    int letter;
    if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
        amount = number(argv[1] + 1, "lines", 0, INT32_MAX);
        option_index = 2;
    }
    while ((letter = option(argc, argv, "n:c:f"))) {
        if (letter == 'f') {
            follow = true;
            continue;
        }
        by_bytes = letter == 'c';
        from_start = *option_value == '+';
        const char* text = option_value + (*option_value == '+' || *option_value == '-');
        amount = number(text, by_bytes ? "bytes" : "lines", 0, INT32_MAX);
    }
    titled = argc - option_index > 1;
    return for_operands(argc, argv, show);
}

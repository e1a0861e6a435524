// Shows bytes as hexadecimal numbers and characters. Its other name is xxd.
#include "user/lib/user.h"

#include <ctype.h>
#include <string.h>

static long long limit = INT64_MAX, skip;

static void print_row(unsigned long long offset, const unsigned char* row, size_t count) {
    printf("%08llx ", offset);
    for (size_t i = 0; i < 16; i++) {
        if (i % 8 == 0) putchar(' ');
        if (i < count)
            printf("%02x ", row[i]);
        else
            printf("   ");
    }
    printf(" |");
    for (size_t i = 0; i < count; i++) putchar(row[i] >= 32 && row[i] < 127 ? row[i] : '.');
    puts("|");
}

static int dump(const char* path) {
    FILE* file = open_stream(path);
    if (!file) return 1;
    unsigned char row[16], before[16];
    unsigned long long offset = 0;
    size_t count;
    bool repeated = false;
    for (; (long long)offset < skip && getc(file) != EOF; offset++) {
    }
    while (limit > 0 && (count = fread(row, 1, limit < 16 ? (size_t)limit : 16, file)) > 0) {
        bool same = count == 16 && (long long)offset > skip && !memcmp(row, before, 16);
        if (!same) print_row(offset, row, count);
        if (same && !repeated) puts("*");
        repeated = same;
        memcpy(before, row, 16);
        offset += count;
        limit -= (long long)count;
    }
    printf("%08llx\n", offset);
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "hexdump [-C] [-n BYTES] [-s SKIP] [FILE...]\n");
    int letter;
    while ((letter = option(argc, argv, "Cn:s:"))) {
        if (letter == 'n') limit = size_number(option_value, "bytes");
        if (letter == 's') skip = size_number(option_value, "skip");
    }
    return for_operands(argc, argv, dump);
}

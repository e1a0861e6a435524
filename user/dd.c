// Copies blocks.
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long long block = 512, count = -1, skip, seek_blocks;
static const char *from = "-", *to = "-";
static bool keep, quiet, whole;

static void parse(char* word) {
    char* value = strchr(word, '=');
    if (!value) die_usage();
    *value++ = 0;
    if (!strcmp(word, "if"))
        from = value;
    else if (!strcmp(word, "of"))
        to = value;
    else if (!strcmp(word, "bs"))
        block = size_number(value, word);
    else if (!strcmp(word, "count"))
        count = size_number(value, word);
    else if (!strcmp(word, "skip"))
        skip = size_number(value, word);
    else if (!strcmp(word, "seek"))
        seek_blocks = size_number(value, word);
    else if (!strcmp(word, "conv"))
        keep = strstr(value, "notrunc") != NULL;
    else if (!strcmp(word, "iflag"))
        whole = strstr(value, "fullblock") != NULL;
    else if (!strcmp(word, "status"))
        quiet = !strcmp(value, "none");
    else
        die_usage();
}

static ssize_t read_block(int fd, char* out) {
    ssize_t have = 0;
    while (have < block) {
        ssize_t got = read(fd, out + have, (size_t)(block - have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) die_errno(from);
        have += got;
        if (!got || !whole) break;
    }
    return have;
}

int main(int argc, char** argv) {
    begin(argv, "dd [if=FILE] [of=FILE] [bs=SIZE] [count=N] [skip=N] [seek=N] [conv=notrunc]\n"
                "   [iflag=fullblock] [status=none]\n");
    for (int i = 1; i < argc; i++) parse(argv[i]);
    if (block < 1 || block > 1 << 28) die_text("bs: %lld is out of range", block);
    int in = open_input(from), out = STDOUT_FILENO;
    if (in < 0) return 1;
    int flags = O_WRONLY | O_CREAT | (keep || seek_blocks ? 0 : O_TRUNC);
    if (strcmp(to, "-") && (out = open(to, flags, 0666)) < 0) die_errno(to);
    char* data = allocate((size_t)block);
    if (skip && lseek(in, skip * block, SEEK_SET) < 0) {
        for (long long i = 0; i < skip && read_block(in, data) > 0; i++) {
        }
    }
    if (seek_blocks && lseek(out, seek_blocks * block, SEEK_SET) < 0) die_errno(to);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    long long full = 0, part = 0, bytes = 0;
    while (count < 0 || full + part < count) {
        ssize_t got = read_block(in, data);
        if (!got) break;
        if (write_all(out, data, (size_t)got)) die_errno(to);
        bytes += got;
        if (got == block)
            full++;
        else
            part++;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (close(out)) die_errno(to);
    long long taken =
        (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000;
    char speed[16];
    if (quiet) return 0;
    fprintf(stderr, "%lld+%lld records\n%lld bytes in %lld.%06lld s, %s/s\n", full, part, bytes,
            taken / 1000000, taken % 1000000,
            human_size((uint64_t)(bytes / (taken ? taken : 1) * 1000000), speed));
    return 0;
}

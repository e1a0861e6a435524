// How much room files take.
#include "user/lib/user.h"

#include <stdlib.h>
#include <sys/stat.h>

static bool every, human, sums_only;
static int status;

static void print(unsigned long long blocks, const char* path) {
    char text[16];
    if (human)
        printf("%s\t%s\n", human_size(blocks * 512, text), path);
    else
        printf("%llu\t%s\n", (blocks + 1) / 2, path);
}

static unsigned long long measure(const char* path, bool top) {
    struct stat info;
    struct Names names = {0};
    if (lstat(path, &info)) {
        warn_errno(path);
        status = 1;
        return 0;
    }
    unsigned long long blocks = (unsigned long long)info.st_blocks;
    if (S_ISDIR(info.st_mode) && list_directory(path, false, &names)) {
        warn_errno(path);
        status = 1;
    }
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        blocks += measure(inner, false);
        free(inner);
    }
    names_free(&names);
    if (top || (!sums_only && (every || S_ISDIR(info.st_mode)))) print(blocks, path);
    return blocks;
}

int main(int argc, char** argv) {
    begin(argv, "du [-ahsk] [FILE...]\n");
    int letter;
    while ((letter = option(argc, argv, "ahsk"))) {
        if (letter == 'a') every = true;
        if (letter == 'h') human = true;
        if (letter == 's') sums_only = true;
    }
    if (option_index >= argc) measure(".", true);
    for (int i = option_index; i < argc; i++) measure(argv[i], true);
    return finish(status);
}

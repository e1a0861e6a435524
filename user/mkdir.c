// Makes directories; with -p their parents too.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_parents(const char* path) {
    char* part = copy_text(path);
    int status = 0;
    for (char* slash = part; !status && (slash = strchr(slash + 1, '/'));) {
        *slash = 0;
        if (mkdir(part, 0777) && errno != EEXIST) status = -1;
        *slash = '/';
    }
    free(part);
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "mkdir [-p] [-m MODE] DIRECTORY...\n");
    bool parents = false, moded = false;
    mode_t mode = 0777;
    int letter, status = 0;
    while ((letter = option(argc, argv, "pm:"))) {
        if (letter == 'p')
            parents = true;
        else if (!parse_mode(option_value, 0777, &mode))
            die_text("bad mode: %s", option_value);
        else
            moded = true;
    }
    if (option_index >= argc) die_usage();
    for (int i = option_index; i < argc; i++) {
        struct stat info;
        bool there = parents && !stat(argv[i], &info) && S_ISDIR(info.st_mode);
        if (there) continue;
        if ((parents && make_parents(argv[i])) || mkdir(argv[i], mode) ||
            (moded && chmod(argv[i], mode))) {
            warn_errno(argv[i]);
            status = 1;
        }
    }
    return status;
}

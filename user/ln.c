// Links: a second name for a file, or with -s a name that stands for a path.
#include "user/lib/user.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "ln [-sf] TARGET... NAME|DIRECTORY\n");
    bool symbolic = false, force = false;
    int letter, status = 0;
    while ((letter = option(argc, argv, "sfn"))) {
        if (letter == 's') symbolic = true;
        if (letter == 'f') force = true;
    }
    int count = argc - option_index;
    if (count < 1) die_usage();
    char* to = count == 1 ? "." : argv[argc - 1];
    struct stat info;
    bool directory = !stat(to, &info) && S_ISDIR(info.st_mode);
    if (count > 2 && !directory) die_text("%s: not a directory", to);
    for (int i = option_index; i < argc - (count > 1); i++) {
        char* name = directory ? join_path(to, last_part(argv[i])) : copy_text(to);
        if (force) unlink(name);
        if (symbolic ? symlink(argv[i], name) : link(argv[i], name)) {
            warn_errno(name);
            status = 1;
        }
        free(name);
    }
    return status;
}

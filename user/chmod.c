// Changes files' modes, by number or by letters.
#include "user/lib/user.h"

#include <stdlib.h>
#include <sys/stat.h>

static const char* wanted;
static bool recursive;

static int change(const char* path) {
    struct stat info;
    mode_t mode;
    if (stat(path, &info)) {
        warn_errno(path);
        return 1;
    }
    if (!parse_mode(wanted, info.st_mode, &mode)) die_text("bad mode: %s", wanted);
    int status = 0;
    if (chmod(path, mode)) {
        warn_errno(path);
        status = 1;
    }
    struct Names names;
    if (!recursive || !S_ISDIR(info.st_mode) || list_directory(path, false, &names)) return status;
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        struct stat link;
        if (!lstat(inner, &link) && !S_ISLNK(link.st_mode)) status |= change(inner);
        free(inner);
    }
    names_free(&names);
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "chmod [-R] MODE FILE...\n");
    // A mode such as -x looks like an option and isn't one.
    if (argc > 1 && argv[1][0] == '-' && argv[1][1] == 'R') {
        recursive = true;
        argv++;
        argc--;
    }
    if (argc < 3) die_usage();
    wanted = argv[1];
    option_index = 2;
    return for_operands(argc, argv, change);
}

// Removes files, and directories with -r.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool recursive, force, ask;

static int fail(const char* path) {
    if (force && errno == ENOENT) return 0;
    warn_errno(path);
    return 1;
}

static int drop(const char* path) {
    struct stat info;
    if (lstat(path, &info)) return fail(path);
    if (ask && !confirm("remove %s? ", path)) return 0;
    if (!S_ISDIR(info.st_mode)) return unlink(path) ? fail(path) : 0;
    if (!recursive) {
        warn_text("%s: is a directory (-r removes it)", path);
        return 1;
    }
    struct Names names;
    if (list_directory(path, false, &names)) return fail(path);
    int status = 0;
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        status |= drop(inner);
        free(inner);
    }
    names_free(&names);
    return rmdir(path) ? fail(path) : status;
}

int main(int argc, char** argv) {
    begin(argv, "rm [-rfi] FILE...\n");
    int letter;
    while ((letter = option(argc, argv, "rRfi"))) {
        if (letter == 'f')
            force = true;
        else if (letter == 'i')
            ask = true;
        else
            recursive = true;
    }
    if (option_index >= argc && !force) die_usage();
    int status = 0;
    for (int i = option_index; i < argc; i++) {
        const char* name = last_part(argv[i]);
        if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(argv[i], "/")) {
            warn_text("%s: refused", argv[i]);
            status = 1;
        } else {
            status |= drop(argv[i]);
        }
    }
    return status;
}

// Changes who owns files.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uid_t user = (uid_t)-1;
static gid_t group = (gid_t)-1;
static bool recursive;

static int change(const char* path) {
    int status = 0;
    if (lchown(path, user, group)) {
        warn_errno(path);
        status = 1;
    }
    struct stat info;
    struct Names names;
    if (!recursive || lstat(path, &info) || !S_ISDIR(info.st_mode)) return status;
    if (list_directory(path, false, &names)) return 1;
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        status |= change(inner);
        free(inner);
    }
    names_free(&names);
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "chown [-R] USER[:GROUP] FILE...\n");
    while (option(argc, argv, "R")) recursive = true;
    if (argc - option_index < 2) die_usage();
    char *owner = argv[option_index++], *colon = strchr(owner, ':');
    gid_t own;
    if (colon) *colon = 0;
    if (*owner && !user_id(owner, &user, &own)) die_text("%s: no such user", owner);
    if (colon && colon[1] && !group_id(colon + 1, &group)) die_text("%s: no such group", colon + 1);
    return for_operands(argc, argv, change);
}

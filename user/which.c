// Where programs are found.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool find(const char* name) {
    const char* path = getenv("PATH");
    struct stat info;
    for (path = path ? path : "/bin"; path;) {
        size_t length = strcspn(path, ":");
        char* directory = copy_bytes(path, length);
        char* full = strchr(name, '/') ? copy_text(name) : join_path(directory, name);
        if (!access(full, X_OK) && !stat(full, &info) && S_ISREG(info.st_mode)) {
            puts(full);
            return true;
        }
        free(full);
        free(directory);
        path = path[length] ? path + length + 1 : NULL;
    }
    return false;
}

int main(int argc, char** argv) {
    begin(argv, "which PROGRAM...\n");
    if (argc < 2) die_usage();
    int status = 0;
    for (int i = 1; i < argc; i++) status |= !find(argv[i]);
    return finish(status);
}

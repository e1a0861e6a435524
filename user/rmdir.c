// Removes empty directories.
#include "user/lib/user.h"

#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "rmdir DIRECTORY...\n");
    option(argc, argv, "");
    if (option_index >= argc) die_usage();
    int status = 0;
    for (int i = option_index; i < argc; i++) {
        if (!rmdir(argv[i])) continue;
        warn_errno(argv[i]);
        status = 1;
    }
    return status;
}

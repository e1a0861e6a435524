// Takes a file system off.
#include "user/lib/user.h"

#include <sys/mount.h>

int main(int argc, char** argv) {
    begin(argv, "umount DIRECTORY...\n");
    if (argc < 2) die_usage();
    int status = 0;
    for (int i = 1; i < argc; i++) {
        if (!umount(argv[i])) continue;
        warn_errno(argv[i]);
        status = 1;
    }
    return status;
}

// Sets files' times to now, and makes those that aren't there.
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "touch [-c] FILE...\n");
    bool existing = false;
    int status = 0;
    while (option(argc, argv, "c")) existing = true;
    if (option_index >= argc) die_usage();
    for (int i = option_index; i < argc; i++) {
        if (!utimensat(AT_FDCWD, argv[i], NULL, 0)) continue;
        if (errno == ENOENT && existing) continue;
        int fd = errno == ENOENT ? open(argv[i], O_WRONLY | O_CREAT, 0666) : -1;
        if (fd < 0) {
            warn_errno(argv[i]);
            status = 1;
        } else {
            close(fd);
        }
    }
    return status;
}

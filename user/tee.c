// Copies standard input to standard output and to files.
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "tee [-a] [FILE...]\n");
    int flags = O_TRUNC, fds[64], count = 0, status = 0;
    while (option(argc, argv, "ai") == 'a') flags = O_APPEND;
    fds[count++] = STDOUT_FILENO;
    for (int i = option_index; i < argc && count < 64; i++) {
        int fd = open(argv[i], O_WRONLY | O_CREAT | flags, 0666);
        if (fd >= 0) {
            fds[count++] = fd;
        } else {
            warn_errno(argv[i]);
            status = 1;
        }
    }
    static char block[65536];
    ssize_t got;
    while ((got = read(STDIN_FILENO, block, sizeof block)) > 0) {
        for (int i = 0; i < count; i++) {
            if (fds[i] < 0 || !write_all(fds[i], block, (size_t)got)) continue;
            warn_errno("write");
            fds[i] = -1;
            status = 1;
        }
    }
    if (got < 0) die_errno("read");
    return status;
}

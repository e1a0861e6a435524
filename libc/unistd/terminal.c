// Is it a terminal, and which (isatty(3), ttyname(3)).
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sysdep.h"

int isatty(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0;
}

int ttyname_r(int fd, char* name, size_t size) {
    if (!isatty(fd)) return errno;
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, size);
    if (length < 0) return errno;
    if ((size_t)length == size) return ERANGE;
    name[length] = 0;
    return 0;
}

char* ttyname(int fd) {
    static char name[64];
    int error = ttyname_r(fd, name, sizeof name);
    if (!error) return name;
    errno = error;
    return 0;
}

pid_t tcgetpgrp(int fd) {
    pid_t group;
    return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}
int tcsetpgrp(int fd, pid_t group) { return ioctl(fd, TIOCSPGRP, &group); }

// Overflows one buffer, the way that the argument says. Compiled with _FORTIFY_SOURCE the program
// must be stopped; with TOO_BIG the compiler must say something too.
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[8];

#ifdef TOO_BIG
ssize_t too_big(int fd) { return recv(fd, buffer, 100, 0); }
size_t too_many(FILE* file) { return fread(buffer, 4, 3, file); }
char* too_short(void) { return realpath("/", buffer); }
int too_many_groups(void) { return getgroups(3, (gid_t*)buffer); }
int too_many_files(void) { return poll((struct pollfd*)buffer, 2, 0); }
void too_far(fd_set* set) { FD_SET(FD_SETSIZE, set); }
#endif

int main(int argc, char** argv) {
    const char* name = argc > 1 ? argv[1] : "";
    volatile size_t length = strcmp(name, "none") ? 20 : 5;
    static char text[] = "much too long for it";
    FILE* zeros = fopen("/dev/zero", "r");
    if (!strcmp(name, "memcpy")) memcpy(buffer, text, length);
    if (!strcmp(name, "memset")) memset(buffer, 1, length);
    if (!strcmp(name, "bzero")) bzero(buffer, length);
    if (!strcmp(name, "explicit_bzero")) explicit_bzero(buffer, length);
    if (!strcmp(name, "fread")) return fread(buffer, 1, length, zeros) == length ? 3 : 2;
    if (!strcmp(name, "strcpy")) strcpy(buffer, text + (length == 0));
    if (!strcmp(name, "strcat")) strcpy(buffer, "1234"), strcat(buffer, text + (length == 0));
    if (!strcmp(name, "sprintf")) sprintf(buffer, "%s", text);
    if (!strcmp(name, "snprintf")) snprintf(buffer, length, "%s", text);
    if (!strcmp(name, "fgets") && !fgets(buffer, (int)length, zeros)) return 2;
    if (!strcmp(name, "read")) return read(0, buffer, length) < 0 ? 2 : 3;
    if (!strcmp(name, "recv")) return recv(0, buffer, length, 0) < 0 ? 2 : 3;
    if (!strcmp(name, "recvfrom")) return recvfrom(0, buffer, length, 0, NULL, NULL) < 0 ? 2 : 3;
    if (!strcmp(name, "readlinkat")) return readlinkat(0, "/x", buffer, length) < 0 ? 2 : 3;
    if (!strcmp(name, "getgroups")) return getgroups((int)length, (gid_t*)buffer) < 0 ? 2 : 3;
    if (!strcmp(name, "ttyname_r")) return ttyname_r(0, buffer, length) ? 2 : 3;
    if (!strcmp(name, "gethostname")) return gethostname(buffer, length) ? 2 : 3;
    if (!strcmp(name, "getdomainname")) return getdomainname(buffer, length) ? 2 : 3;
    if (!strcmp(name, "poll")) return poll((struct pollfd*)buffer, length, 0);
    if (!strcmp(name, "ppoll")) return ppoll((struct pollfd*)buffer, length, NULL, NULL);
    fd_set set;
    FD_ZERO(&set);
    if (!strcmp(name, "fd_set")) FD_SET((int)length * 60, &set);
    if (!strcmp(name, "fd_clr")) FD_CLR(-(int)length, &set);
    if (!strcmp(name, "fd_isset")) return FD_ISSET((int)length * 60, &set) ? 2 : 3;
    if (!strcmp(name, "none")) {
        char path[PATH_MAX];
        struct pollfd files[5] = {{-1, 0, 0}, {-1, 0, 0}, {-1, 0, 0}, {-1, 0, 0}, {-1, 0, 0}};
        if (!realpath("/", path) || strcmp(path, "/")) return 5;
        if (poll(files, length, 0) || gethostname(path, length * 20)) return 6;
        if (getgroups(0, NULL) < 0 || getgroups(-(int)length, (gid_t*)buffer) != -1) return 7;
        FD_SET((int)length * 200, &set); // 1000: below FD_SETSIZE
        if (!FD_ISSET((int)length * 200, &set) || FD_ISSET(999, &set)) return 8;
        memcpy(buffer, text, length), strcpy(buffer, "1234"), strcat(buffer, "567");
        snprintf(buffer, sizeof buffer, "%s", text);
        return strcmp(buffer, "much to") != 0;
    }
    return 4;
}

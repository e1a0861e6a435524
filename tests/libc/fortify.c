// Overflows one buffer, the way that the argument says. Compiled with _FORTIFY_SOURCE the program
// must be stopped; with TOO_BIG the compiler must say something too.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[8];

#ifdef TOO_BIG
ssize_t too_big(int fd) { return recv(fd, buffer, 100, 0); }
size_t too_many(FILE* file) { return fread(buffer, 4, 3, file); }
#endif

int main(int argc, char** argv) {
    const char* name = argc > 1 ? argv[1] : "";
    volatile size_t length = strcmp(name, "none") ? 20 : 5;
    static char text[] = "much too long for it";
    FILE* zeros = fopen("/dev/zero", "r");
    if (!strcmp(name, "memcpy")) memcpy(buffer, text, length);
    if (!strcmp(name, "memset")) memset(buffer, 1, length);
    if (!strcmp(name, "bzero")) bzero(buffer, length);
    if (!strcmp(name, "fread")) return fread(buffer, 1, length, zeros) == length ? 3 : 2;
    if (!strcmp(name, "strcpy")) strcpy(buffer, text + (length == 0));
    if (!strcmp(name, "strcat")) strcpy(buffer, "1234"), strcat(buffer, text + (length == 0));
    if (!strcmp(name, "sprintf")) sprintf(buffer, "%s", text);
    if (!strcmp(name, "snprintf")) snprintf(buffer, length, "%s", text);
    if (!strcmp(name, "fgets") && !fgets(buffer, (int)length, zeros)) return 2;
    if (!strcmp(name, "read")) return read(0, buffer, length) < 0 ? 2 : 3;
    if (!strcmp(name, "recv")) return recv(0, buffer, length, 0) < 0 ? 2 : 3;
    if (!strcmp(name, "recvfrom")) return recvfrom(0, buffer, length, 0, NULL, NULL) < 0 ? 2 : 3;
    if (!strcmp(name, "none")) {
        memcpy(buffer, text, length), strcpy(buffer, "1234"), strcat(buffer, "567");
        snprintf(buffer, sizeof buffer, "%s", text);
        return strcmp(buffer, "much to") != 0;
    }
    return 4;
}

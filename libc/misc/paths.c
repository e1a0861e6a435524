// Parts of paths (dirname(3)), the locale there is, and going to the background (daemon(3)).
#include <fcntl.h>
#include <libgen.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

char* dirname(char* path) {
    if (!path || !*path) return (char*)".";
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    while (end > 0 && path[end - 1] != '/') end--;
    if (end == 0) return (char*)".";
    while (end > 1 && path[end - 1] == '/') end--;
    path[end] = 0;
    return path;
}

char* __xpg_basename(char* path) {
    if (!path || !*path) return (char*)".";
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') path[--end] = 0;
    while (end > 0 && path[end - 1] != '/') end--;
    return path[end] ? path + end : path;
}

char* setlocale(int category, const char* name) {
    (void)category;
    if (!name || !*name || !strcmp(name, "C") || !strcmp(name, "POSIX")) return (char*)"C";
    return 0;
}

int daemon(int keep_directory, int keep_output) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child > 0) _exit(0);
    if (setsid() < 0) return -1;
    if (!keep_directory && chdir("/") < 0) return -1;
    if (keep_output) return 0;
    int fd = open("/dev/null", O_RDWR);
    if (fd < 0) return -1;
    for (int i = 0; i < 3; i++) dup2(fd, i);
    if (fd > 2) close(fd);
    return 0;
}

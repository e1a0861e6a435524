// Names the terminal on standard input.
#include "user/lib/user.h"

#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "tty [-s]\n");
    bool silent = option(argc, argv, "s");
    bool terminal = isatty(STDIN_FILENO);
    char path[256] = "not a tty";
    ssize_t length = terminal ? readlink("/proc/self/fd/0", path, sizeof path - 1) : 0;
    if (length > 0)
        path[length] = 0;
    else if (terminal)
        snprintf(path, sizeof path, "/dev/tty");
    if (!silent) puts(path);
    return finish(terminal ? 0 : 1);
}

// Shows the environment, or runs a program in a changed one.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char** environ;

int main(int argc, char** argv) {
    begin(argv, "env [-i] [-u NAME] [NAME=VALUE...] [PROGRAM [ARGUMENT...]]\n");
    static char* nothing[] = {NULL};
    int letter;
    // Only what stands before the program is env's own.
    while (option_index < argc && *argv[option_index] == '-' &&
           (letter = option(argc, argv, "iu:"))) {
        if (letter == 'i')
            environ = nothing;
        else
            unsetenv(option_value);
    }
    for (; option_index < argc && strchr(argv[option_index], '='); option_index++) {
        char* equals = strchr(argv[option_index], '=');
        *equals = 0;
        if (setenv(argv[option_index], equals + 1, 1)) die_errno(argv[option_index]);
    }
    if (option_index < argc) {
        execvp(argv[option_index], argv + option_index);
        warn_errno(argv[option_index]);
        return errno == ENOENT ? 127 : 126;
    }
    for (char** at = environ; *at; at++) puts(*at);
    return finish(0);
}

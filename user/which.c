// Where programs are found.
#include "user/lib/user.h"

#include <stdlib.h>

int main(int argc, char** argv) {
    begin(argv, "which PROGRAM...\n");
    if (argc < 2) die_usage();
    int status = 0;
    for (int i = 1; i < argc; i++) {
        char* found = find_executable(argv[i], getenv("PATH"));
        if (found) puts(found);
        status |= !found;
        free(found);
    }
    return finish(status);
}

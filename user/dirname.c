// A path without its last part.
#include "user/lib/user.h"

#include <string.h>

int main(int argc, char** argv) {
    begin(argv, "dirname PATH\n");
    if (argc != 2) die_usage();
    char* path = copy_text(argv[1]);
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    while (length && path[length - 1] != '/') length--;
    while (length > 1 && path[length - 1] == '/') length--;
    path[length] = 0;
    puts(length ? path : ".");
    return finish(0);
}

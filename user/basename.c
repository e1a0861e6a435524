// The last part of a path.
#include "user/lib/user.h"

#include <string.h>

int main(int argc, char** argv) {
    begin(argv, "basename PATH [SUFFIX]\n");
    if (argc < 2 || argc > 3) die_usage();
    char* path = copy_text(argv[1]);
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') path[--length] = 0;
    char* name = length > 1 ? (char*)last_part(path) : path;
    size_t size = strlen(name), suffix = argc == 3 ? strlen(argv[2]) : 0;
    if (suffix && suffix < size && !strcmp(name + size - suffix, argv[2])) name[size - suffix] = 0;
    puts(name);
    return finish(0);
}

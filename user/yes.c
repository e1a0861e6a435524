// Says the same again and again.
#include "user/lib/user.h"

#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "yes [TEXT...]\n");
    struct Buffer line = {0}, block = {0};
    for (int i = 1; i < argc; i++) {
        if (i > 1) buffer_put(&line, ' ');
        buffer_text(&line, argv[i]);
    }
    if (argc < 2) buffer_put(&line, 'y');
    buffer_put(&line, '\n');
    while (block.length < 8192) buffer_add(&block, line.data, line.length);
    while (!write_all(STDOUT_FILENO, block.data, block.length)) {
    }
    die_errno("write");
}

// Copies files to standard output.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static bool numbered;

static int show_numbered(const char* path) {
    static unsigned line;
    FILE* file = open_stream(path);
    if (!file) return 1;
    char* text;
    while ((text = read_line(file, NULL, NULL))) {
        printf("%6u\t%s\n", ++line, text);
        free(text);
    }
    if (file != stdin) fclose(file);
    return 0;
}

static int show(const char* path) {
    if (numbered) return show_numbered(path);
    int fd = open_input(path);
    if (fd < 0) return 1;
    bool reading;
    int result = copy_descriptor(fd, STDOUT_FILENO, &reading);
    if (result) warn_errno(reading ? path : "write");
    if (fd != STDIN_FILENO) close(fd);
    return result ? 1 : 0;
}

int main(int argc, char** argv) {
    begin(argv, "cat [-n] [FILE...]\n");
    while (option(argc, argv, "nu") == 'n') numbered = true;
    return for_operands(argc, argv, show);
}

// Reading and writing a file of rules.
#include "user/lib/rule_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_all(int fd, const char* path, struct Buffer* out) {
    char block[4096];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0) buffer_add(out, block, (size_t)n);
    if (n < 0) die_errno(path);
}

char* rule_file_read(const char* path) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) die_errno(path);
    struct Buffer text = {0};
    buffer_text(&text, "");
    read_all(fd, path, &text);
    close(fd);
    return text.data;
}

// The comment that the file ends with, when it has one.
static const char* reason(const char* path) {
    char* text = rule_file_read(path);
    char* last = strrchr(text, '#');
    if (!last || last[1] != ' ') return NULL;
    last[strcspn(last, "\n")] = 0;
    return last + 2;
}

void rule_file_write(const char* path, const char* text, size_t length) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) die_errno(path);
    if (write(fd, text, length) != (ssize_t)length) {
        int error = errno;
        const char* why = error == EPERM ? NULL : reason(path);
        if (why) die_text("%s (%s)", why, strerror(error));
        errno = error;
        die_errno(path);
    }
    close(fd);
}

void rule_file_command(const char* path, int argc, char** argv, int from) {
    struct Buffer line = {0};
    for (int i = from; i < argc; i++) {
        if (i > from) buffer_put(&line, ' ');
        buffer_text(&line, argv[i]);
    }
    buffer_put(&line, '\n');
    rule_file_write(path, line.data, line.length);
}

void rule_file_load(const char* path, const char* from) {
    int fd = open_input(from);
    if (fd < 0) exit(1);
    struct Buffer text = {0};
    buffer_text(&text, "");
    read_all(fd, from, &text);
    rule_file_write(path, text.data, text.length);
}

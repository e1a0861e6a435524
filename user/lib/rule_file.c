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

static void list(const char* path, void (*list_line)(char* line, int* place)) {
    int place = 0;
    char* text = rule_file_read(path);
    for (char* line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) list_line(line, &place);
}

static int is_among(const char* word, const char* words) {
    size_t length = strlen(word);
    for (; *words; words += strcspn(words, " "), words += strspn(words, " "))
        if (strcspn(words, " ") == length && !strncmp(words, word, length)) return 1;
    return 0;
}

int rule_file_main(int argc, char** argv, const char* usage, const char* path, const char* commands,
                   void (*list_line)(char* line, int* place)) {
    begin(argv, usage);
    const char* command = argc > 1 ? argv[1] : "list";
    if (!strcmp(command, "list") && argc <= 2)
        list(path, list_line);
    else if (!strcmp(command, "save") && argc == 2)
        fputs(rule_file_read(path), stdout);
    else if (!strcmp(command, "load") && argc <= 3)
        rule_file_load(path, argc == 3 ? argv[2] : "-");
    else if (is_among(command, commands))
        rule_file_command(path, argc, argv, 1);
    else
        die_usage();
    return finish(0);
}

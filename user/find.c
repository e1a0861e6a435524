// Finds files below directories by name, type, size, and prints or deletes them or runs a program.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct Test {
    enum { NAME, PATH, TYPE, SIZE, NEWER, EMPTY, PRINT, PRINT0, DELETE, EXEC, OR } kind;
    bool negated;
    char* text;
    long long value;
    int sign; // +N, -N
    char** command;
    int words;
};

static struct Test tests[64];
static int test_count, deepest = 1000000, shallowest, status;
static bool acts, depth_first;

static int compare_size(const struct Test* test, long long size) {
    long long blocks = test->text[strcspn(test->text, "ckMG")] ? size : (size + 511) / 512;
    return test->sign > 0   ? blocks > test->value
           : test->sign < 0 ? blocks < test->value
                            : blocks == test->value;
}

static bool run_command(const struct Test* test, const char* path) {
    char** argv = allocate(((size_t)test->words + 1) * sizeof *argv);
    for (int i = 0; i < test->words; i++) {
        bool here = !strcmp(test->command[i], "{}");
        argv[i] = here ? (char*)path : test->command[i];
    }
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) die_errno("fork");
    if (!pid) {
        execvp(argv[0], argv);
        die_errno(argv[0]);
    }
    int result;
    while (waitpid(pid, &result, 0) < 0 && errno == EINTR) {
    }
    free(argv);
    return result == 0;
}

static bool is_empty(const char* path, const struct stat* info) {
    struct Names names;
    if (!S_ISDIR(info->st_mode)) return S_ISREG(info->st_mode) && !info->st_size;
    if (list_directory(path, false, &names)) return false;
    bool empty = !names.count;
    names_free(&names);
    return empty;
}

static bool holds(const struct Test* test, const char* path, const struct stat* info) {
    char mode[11];
    switch (test->kind) {
    case NAME:
        return wildcard(test->text, last_part(path));
    case PATH:
        return wildcard(test->text, path);
    case TYPE:
        mode_text(info->st_mode, mode);
        return *mode == (*test->text == 'f' ? '-' : *test->text);
    case SIZE:
        return compare_size(test, (long long)info->st_size);
    case NEWER:
        return info->st_mtime > test->value;
    case EMPTY:
        return is_empty(path, info);
    case PRINT:
        puts(path);
        return true;
    case PRINT0:
        fputs(path, stdout);
        putchar(0);
        return true;
    case EXEC:
        return run_command(test, path);
    default:
        if (!(S_ISDIR(info->st_mode) ? rmdir : unlink)(path)) return true;
        warn_errno(path);
        status = 1;
        return false;
    }
}

static void examine(const char* path, const struct stat* info) {
    bool value = true;
    for (int i = 0; i < test_count; i++) {
        if (tests[i].kind == OR) {
            if (value) return; // what stands before was enough
            value = true;
        } else if (value) {
            value = holds(&tests[i], path, info) != tests[i].negated;
        }
    }
    if (value && !acts) puts(path);
}

static void walk(const char* path, int depth) {
    struct stat info;
    struct Names names = {0};
    if (lstat(path, &info)) {
        warn_errno(path);
        status = 1;
        return;
    }
    if (depth >= shallowest && !depth_first) examine(path, &info);
    if (S_ISDIR(info.st_mode) && depth < deepest && list_directory(path, false, &names)) {
        warn_errno(path);
        status = 1;
    }
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        walk(inner, depth + 1);
        free(inner);
    }
    names_free(&names);
    if (depth >= shallowest && depth_first) examine(path, &info);
}

static void set_value(struct Test* test) {
    struct stat info;
    if (test->kind == NEWER) {
        if (stat(test->text, &info)) die_errno(test->text);
        test->value = (long long)info.st_mtime;
    } else if (test->kind == SIZE) {
        test->sign = *test->text == '+' ? 1 : *test->text == '-' ? -1 : 0;
        test->value = size_number(test->text + (test->sign != 0), "size");
    }
}

// One word of the expression, with what belongs to it; the place behind.
static int parse(char** argv, int at) {
    static const char* const names[] = {"-name",  "-path",   "-type",   "-size", "-newer", "-empty",
                                        "-print", "-print0", "-delete", "-exec", "-o"};
    struct Test* test = &tests[test_count++];
    if (test_count == 64) die_text("expression too long");
    while (!strcmp(argv[at], "!") || !strcmp(argv[at], "-not")) {
        test->negated = !test->negated;
        if (!argv[++at]) die_usage();
    }
    size_t kind = 0;
    while (kind < sizeof names / sizeof names[0] && strcmp(argv[at], names[kind])) kind++;
    if (kind == sizeof names / sizeof names[0]) die_text("%s: unknown test", argv[at]);
    test->kind = kind;
    acts |= kind >= PRINT && kind <= EXEC;
    depth_first |= kind == DELETE;
    at++;
    if (kind <= NEWER) {
        if (!argv[at]) die_usage();
        test->text = argv[at++];
        set_value(test);
    } else if (kind == EXEC) {
        test->command = argv + at;
        while (argv[at] && strcmp(argv[at], ";")) at++;
        test->words = (int)(argv + at - test->command);
        if (!argv[at++] || !test->words) die_text("-exec without ;");
    }
    return at;
}

int main(int argc, char** argv) {
    begin(
        argv,
        "find [DIRECTORY...] [-maxdepth N] [-mindepth N] [-depth] [!] [-name PATTERN] [-path PATTERN]\n"
        "     [-type f|d|l|c|b|p|s] [-size [+-]N[ckMG]] [-newer FILE] [-empty] [-o]\n"
        "     [-print] [-print0] [-delete] [-exec PROGRAM {} ;]\n");
    int at = 1, roots = 1;
    while (at < argc && *argv[at] != '-' && strcmp(argv[at], "!")) at++;
    roots = at;
    while (at < argc) {
        bool deep = !strcmp(argv[at], "-maxdepth"), shallow = !strcmp(argv[at], "-mindepth");
        if (deep || shallow) {
            if (at + 1 >= argc) die_usage();
            *(deep ? &deepest : &shallowest) = (int)number(argv[at + 1], argv[at], 0, 1000000);
            at += 2;
        } else if (!strcmp(argv[at], "-depth")) {
            depth_first = true;
            at++;
        } else {
            at = parse(argv, at);
        }
    }
    if (roots == 1) walk(".", 0);
    for (int i = 1; i < roots; i++) walk(argv[i], 0);
    return finish(status);
}

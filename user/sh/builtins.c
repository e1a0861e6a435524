// The built-ins that know nothing of the shell's insides but its variables: cd, read, echo …
#include "user/sh/sh.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <unistd.h>

static const struct Builtin* const tables[] = {builtins, shell_builtins, option_builtins,
                                               job_builtins, alias_builtins};
enum { TABLES = sizeof tables / sizeof tables[0] };

const struct Builtin* find_builtin(const char* name) {
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct Builtin* one = tables[i]; one->name; one++) {
            if (!strcmp(one->name, name)) return one;
        }
    }
    return NULL;
}

static int do_help(int argc, char** argv) {
    (void)argc, (void)argv;
    printf("Built into the shell:");
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct Builtin* one = tables[i]; one->name; one++) printf(" %s", one->name);
    }
    puts("\nPrograms are in /bin (`ls /bin`); `NAME --help` says how to use one.");
    return 0;
}

static int do_true(int argc, char** argv) { return (void)argc, (void)argv, 0; }
static int do_false(int argc, char** argv) { return (void)argc, (void)argv, 1; }

static int do_pwd(int argc, char** argv) {
    (void)argc, (void)argv;
    char path[PATH_MAX];
    if (!getcwd(path, sizeof path)) {
        warn_errno("pwd");
        return 1;
    }
    puts(path);
    return 0;
}

static int do_cd(int argc, char** argv) {
    char path[PATH_MAX];
    const char* target = argc > 1 ? argv[1] : variable("HOME");
    bool back = target && !strcmp(target, "-");
    if (back) target = variable("OLDPWD");
    if (!target) {
        warn_text("cd: %s is not set", back ? "OLDPWD" : "HOME");
        return 1;
    }
    if (chdir(target)) {
        warn_text("cd: %s: %s", target, strerror(errno));
        return 1;
    }
    const char* old = variable("PWD");
    if (old) set_variable("OLDPWD", old);
    if (getcwd(path, sizeof path)) {
        set_variable("PWD", path);
        if (back) puts(path);
    }
    return 0;
}

// A line, with each byte that a backslash protects marked. false at the end of input.
static bool read_input(struct Buffer* line, struct Buffer* quoted, bool raw) {
    char c;
    for (;;) {
        ssize_t got = read(0, &c, 1);
        if (got < 0 && errno == EINTR && !shell.interrupted) continue;
        if (got <= 0) return false;
        if (c == '\\' && !raw) {
            if (read(0, &c, 1) != 1) return false;
            if (c == '\n') continue;
            buffer_put(line, c);
            buffer_put(quoted, 1);
            continue;
        }
        if (c == '\n') return true;
        if (!c) continue;
        buffer_put(line, c);
        buffer_put(quoted, 0);
    }
}

// Cuts the line into the names; the last gets all that is left.
static void assign_fields(const struct Buffer* line, const struct Buffer* quoted, char** names,
                          int count) {
    const char* separators = variable("IFS");
    if (!separators) separators = " \t\n";
    size_t at = 0, length = line->length;
    const char* text = line->data ? line->data : "";
#define SEPARATES(i) (!quoted->data[i] && strchr(separators, text[i]))
#define WHITE(i) (SEPARATES(i) && isspace((unsigned char)text[i]))
    for (int i = 0; i < count; i++) {
        while (at < length && WHITE(at)) at++;
        size_t end = at;
        if (i + 1 < count) {
            while (end < length && !SEPARATES(end)) end++;
        } else {
            end = length;
            while (end > at && WHITE(end - 1)) end--;
            // One separator behind the very last field isn't part of it.
            size_t first = at;
            while (first < end && !SEPARATES(first)) first++;
            if (first + 1 == end) end = first;
        }
        char* field = copy_bytes(text + at, end - at);
        set_variable(names[i], field);
        free(field);
        at = end;
        while (at < length && WHITE(at)) at++;
        if (at < length && i + 1 < count && SEPARATES(at) && !WHITE(at)) at++;
    }
#undef SEPARATES
#undef WHITE
}

static int do_read(int argc, char** argv) {
    bool raw = false;
    int at = 1;
    for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++) {
        if (!strcmp(argv[at], "-r")) {
            raw = true;
        } else if (!strcmp(argv[at], "-p") && at + 1 < argc) {
            fputs(argv[++at], stderr);
        } else {
            warn_text("read: unknown option %s", argv[at]);
            return 2;
        }
    }
    char* reply[] = {"REPLY"};
    struct Buffer line = {0}, quoted = {0};
    bool whole = read_input(&line, &quoted, raw);
    bool named = at < argc;
    assign_fields(&line, &quoted, named ? argv + at : reply, named ? argc - at : 1);
    free(line.data);
    free(quoted.data);
    return whole ? 0 : 1;
}

static int do_umask(int argc, char** argv) {
    if (argc < 2) {
        mode_t old = umask(0);
        umask(old);
        printf("%04o\n", (unsigned)old);
        return 0;
    }
    mode_t mask;
    if (!parse_mode(argv[1], 0, &mask)) {
        warn_text("umask: bad mask: %s", argv[1]);
        return 2;
    }
    umask(mask);
    return 0;
}

static void print_ticks(clock_t ticks, char behind) {
    long rate = sysconf(_SC_CLK_TCK);
    if (rate <= 0) rate = 100;
    printf("%ldm%ld.%02lds%c", (long)(ticks / rate / 60), (long)(ticks / rate % 60),
           (long)(ticks % rate * 100 / rate), behind);
}

static int do_times(int argc, char** argv) {
    (void)argc, (void)argv;
    struct tms used;
    times(&used);
    print_ticks(used.tms_utime, ' ');
    print_ticks(used.tms_stime, '\n');
    print_ticks(used.tms_cutime, ' ');
    print_ticks(used.tms_cstime, '\n');
    return 0;
}

static int do_history(int argc, char** argv) {
    (void)argc, (void)argv;
    for (size_t i = 0; i < history_count(); i++)
        printf("%4u  %s\n", (unsigned)i + 1, history_line(i));
    return 0;
}

const struct Builtin builtins[] = {
    {":", do_true, true},           {"true", do_true, false},       {"false", do_false, false},
    {"echo", echo_main, false},     {"printf", printf_main, false}, {"test", test_main, false},
    {"[", test_main, false},        {"cd", do_cd, false},           {"pwd", do_pwd, false},
    {"read", do_read, false},       {"umask", do_umask, false},     {"times", do_times, true},
    {"history", do_history, false}, {"help", do_help, false},       {NULL, NULL, false},
};

// echo, printf and kill: each a program and a built-in of the shell.
#include "user/lib/user.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// As dash and the standard's XSI part: escapes are always interpreted, -n is the one option.
int echo_main(int argc, char** argv) {
    int at = 1;
    bool newline = true, plain = false;
    for (; at < argc && argv[at][0] == '-' && argv[at][1] &&
           !argv[at][1 + strspn(argv[at] + 1, "neE")];
         at++) {
        if (strchr(argv[at], 'n')) newline = false;
        if (strchr(argv[at], 'E')) plain = true;
    }
    for (; at < argc; at++) {
        for (const char* text = argv[at]; *text;) {
            int c = (unsigned char)*text++;
            if (c == '\\' && !plain && *text && *text != '"' && *text != '\'') c = escape(&text);
            if (c < 0) return 0;
            putchar(c);
        }
        if (at + 1 < argc) putchar(' ');
    }
    if (newline) putchar('\n');
    return ferror(stdout) ? 1 : 0;
}

struct Printf {
    char** argument;
    int status;
    bool stop;
};

static const char* next_argument(struct Printf* state, const char* otherwise) {
    return *state->argument ? *state->argument++ : otherwise;
}

static long long integer_argument(struct Printf* state) {
    const char* text = next_argument(state, "0");
    if (*text == '\'' || *text == '"') return (unsigned char)text[1];
    char* end;
    errno = 0;
    long long value = *text == '-' ? strtoll(text, &end, 0) : (long long)strtoull(text, &end, 0);
    if (end == text || *end || errno) {
        warn_text("%s: %s", text, errno ? strerror(errno) : "expected a number");
        state->status = 1;
    }
    return value;
}

static void print_escaped(struct Printf* state, const char* text) {
    while (*text && !state->stop) {
        int c = (unsigned char)*text++;
        if (c == '\\') c = escape(&text);
        if (c < 0) {
            state->stop = true;
        } else {
            putchar(c);
        }
    }
}

// One conversion; `format` points behind the '%'. Returns the place behind it.
static const char* convert(struct Printf* state, const char* format) {
    char specification[64] = "%";
    size_t length = 1;
    while (*format && (strchr("-+ #0123456789.*", *format)) && length < 40) {
        if (*format == '*') {
            length +=
                (size_t)snprintf(specification + length, 12, "%d", (int)integer_argument(state));
        } else {
            specification[length++] = *format;
        }
        format++;
    }
    char kind = *format ? *format++ : 0;
    if (kind && strchr("diouxX", kind)) {
        snprintf(specification + length, 8, "ll%c", kind);
        printf(specification, integer_argument(state));
    } else if (kind == 'c') {
        const char* text = next_argument(state, "");
        if (*text) putchar(*text);
    } else if (kind == 's') {
        snprintf(specification + length, 8, "s");
        printf(specification, next_argument(state, ""));
    } else if (kind == 'b') {
        print_escaped(state, next_argument(state, ""));
    } else if (kind == '%') {
        putchar('%');
    } else {
        warn_text("bad conversion: %%%c", kind ? kind : ' ');
        state->status = 1;
        state->stop = true;
    }
    return format;
}

int printf_main(int argc, char** argv) {
    if (argc < 2) {
        warn_text("usage: printf FORMAT [ARGUMENT...]");
        return 2;
    }
    struct Printf state = {argv + 2, 0, false};
    char** before;
    do { // the format is used again while there are arguments left that it takes
        before = state.argument;
        for (const char* format = argv[1]; *format && !state.stop;) {
            int c = (unsigned char)*format++;
            if (c == '%') {
                format = convert(&state, format);
            } else {
                if (c == '\\') c = escape(&format);
                if (c < 0) return state.status;
                putchar(c);
            }
        }
    } while (!state.stop && *state.argument && state.argument != before);
    return state.status;
}

int kill_main(int argc, char** argv, pid_t (*find)(const char* name)) {
    int signal = SIGTERM, at = 1;
    if (argc > 1 && !strcmp(argv[1], "-l")) {
        if (argc == 2) {
            list_signals();
        } else {
            int value = signal_number(argv[2]);
            const char* name = signal_name(value & 127);
            if (*argv[2] >= '0' && *argv[2] <= '9' && name) {
                puts(name);
            } else {
                printf("%d\n", value);
            }
        }
        return 0;
    }
    if (argc > 2 && argv[1][0] == '-' && argv[1][1] != '-') {
        const char* name = argv[1] + 1;
        at = 2;
        if (!strcmp(name, "s") || !strcmp(name, "n")) name = argv[at++];
        signal = signal_number(name);
        if (signal < 0) {
            warn_text("unknown signal: %s", name);
            return 2;
        }
    }
    if (at < argc && !strcmp(argv[at], "--")) at++;
    if (at >= argc) {
        warn_text("usage: kill [-SIGNAL] PID... | -l");
        return 2;
    }
    int status = 0;
    for (; at < argc; at++) {
        char* end;
        pid_t process = find ? find(argv[at]) : 0;
        if (!process) {
            process = (pid_t)strtol(argv[at], &end, 10);
            if (end == argv[at] || *end) {
                warn_text("not a process: %s", argv[at]);
                status = 1;
                continue;
            }
        }
        if (kill(process, signal)) {
            warn_errno(argv[at]);
            status = 1;
        }
    }
    return status;
}

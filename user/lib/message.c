// How every program speaks: its name in front, the reason behind, and the right exit status.
#include "user/lib/user.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char* own_name = "?";
static const char* own_usage = "";

void begin(char** argv, const char* usage) {
    own_usage = usage;
    if (!argv[0]) return;
    own_name = last_part(argv[0]);
    if (argv[1] && !strcmp(argv[1], "--help")) {
        printf("usage: %s", usage);
        exit(finish(0));
    }
}

const char* program_name(void) { return own_name; }

void warn_errno(const char* what) {
    int error = errno;
    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", own_name, what, strerror(error));
    errno = error;
}

static void say(const char* format, va_list arguments) {
    fflush(stdout);
    fprintf(stderr, "%s: ", own_name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void warn_text(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

void die_errno(const char* what) {
    warn_errno(what);
    exit(1);
}

void die_text(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    exit(1);
}

void die_usage(void) {
    fprintf(stderr, "usage: %s", own_usage);
    exit(2);
}

int finish(int status) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    fprintf(stderr, "%s: write error: %s\n", own_name, strerror(errno));
    return status ? status : 1;
}

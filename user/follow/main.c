// follow PROGRAM ARGS…: starts it (or attaches to a process) and prints what the trace says.
#include "user/follow/follow.h"
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
    "follow [-s] [-f] [-e NAME,…] [-o FILE] [-j FILE] [-r KIB] {-p PID | PROGRAM ARGS…}\n"
    "Prints the system calls of a program and the kernel's stations beneath each.\n"
    "  -s  the calls alone, as strace does    -f  its children too\n"
    "  -e  only these calls, or these groups of stations (groups: see /proc/stations)\n"
    "  -p  attach to a running process        -r  size of the kernel's ring\n"
    "  -o  write to a file                    -j  write the records as they are, for tools\n";

static const char default_groups[] =
    "entry process syscall socket inet tcp udp raw unix ip neigh dev sched";

static char groups[256];
static char* filters[8]; // -e, once for each
static int filter_count;
static const char* record_file;
static const char* ring_size;
static bool children;
static int pid;

static _Noreturn void fail(const char* what) {
    fprintf(stderr, "follow: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void command(int trace, const char* format, const char* argument) {
    char line[320];
    const int n = snprintf(line, sizeof line, format, argument);
    if (write(trace, line, (size_t)n) >= 0) return;
    line[strcspn(line, "\n")] = 0;
    fail(line);
}

static _Noreturn void misuse(const char* what, const char* word) {
    fprintf(stderr, "follow: %s: %s\n", word, what);
    exit(2);
}

static int read_pid(const char* word) {
    char* end;
    const long number = strtol(word, &end, 10);
    if (end == word || *end || number < 1 || number > 0x7fffffff) misuse("not a process", word);
    return (int)number;
}

// -s has no stations: there `socket` is the call.
static void filter(char* list) {
    char* save;
    for (char* word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
        if (!options.plain && is_group(word))
            snprintf(groups + strlen(groups), sizeof groups - strlen(groups), " %s", word);
        else if (!is_call(word))
            misuse(options.plain ? "not a call" : "neither a call nor a group of stations", word);
        else if (options.call_count < MAX_CALLS)
            options.calls[options.call_count++] = word;
        else
            misuse("too many names", word);
    }
}

static void read_option(int c, char* argument) {
    if (c == 's')
        options.plain = true;
    else if (c == 'f')
        children = true;
    else if (c == 'e' && filter_count == sizeof filters / sizeof *filters)
        misuse("too many names", argument);
    else if (c == 'e')
        filters[filter_count++] = argument;
    else if (c == 'p')
        pid = read_pid(argument);
    else if (c == 'j')
        record_file = argument;
    else if (c == 'r')
        ring_size = argument;
    else if (c == 'o') {
        out = fopen(argument, "we");
        if (!out) fail(argument);
    } else {
        fprintf(c == 'h' ? stdout : stderr, "%s", usage);
        exit(c == 'h' ? 0 : 2);
    }
}

static void read_options(int argc, char** argv) {
    out = stderr;
    for (int c; (c = getopt(argc, argv, "+sfe:p:o:j:r:h")) != -1;) read_option(c, optarg);
    for (int i = 0; i < filter_count; i++) filter(filters[i]);
    if (!pid == !argv[optind]) {
        fprintf(stderr, "%s", usage);
        exit(2);
    }
}

static void set_up(int trace) {
    if (ring_size) command(trace, "ring %s\n", ring_size);
    command(trace, "children %s\n", children ? "on" : "off");
    if (record_file) {
        command(trace, "groups %s\n", "all");
        command(trace, "payloads %s\n", "all");
        return;
    }
    if (options.plain)
        command(trace, "groups %s\n", "entry process");
    else if (groups[0])
        command(trace, "groups entry process%s\n", groups);
    else
        command(trace, "groups %s\n", default_groups);
    command(trace, "payloads %s\n", options.plain ? "arguments memory" : "arguments memory frames");
}

// The program waits at a pipe until it is followed.
static int start(char** argv, int* go) {
    char* path = find_executable(argv[0], getenv("PATH"));
    if (!path) {
        fprintf(stderr, "follow: cannot find executable '%s'\n", argv[0]);
        exit(1);
    }
    int gate[2];
    if (pipe(gate) < 0) fail("pipe");
    const int child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        char byte;
        close(gate[1]);
        if (read(gate[0], &byte, 1) != 1) _exit(126);
        close(gate[0]);
        execvp(path, argv);
        fprintf(stderr, "follow: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    free(path);
    close(gate[0]);
    *go = gate[1];
    return child;
}

static void write_header(FILE* to) {
    fprintf(to, "plumb-trace 1\n");
    FILE* file = fopen("/proc/stations", "r");
    char line[512];
    while (file && fgets(line, sizeof line, file)) fputs(line, to);
    if (file) fclose(file);
    fprintf(to, "\n");
}

static void show(const unsigned char* bytes, long length) {
    for (long at = 0; at < length;) {
        struct trace_record record;
        memcpy(&record, bytes + at, sizeof record);
        show_record(&record, bytes + at + sizeof record);
        at += record.units * TRACE_UNIT;
    }
}

static void read_all(int trace) {
    static unsigned char bytes[65536];
    FILE* raw = record_file ? fopen(record_file, "we") : NULL;
    if (record_file && !raw) fail(record_file);
    if (raw) write_header(raw);
    for (;;) {
        const ssize_t n = read(trace, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("/dev/trace");
        if (n == 0) break;
        if (raw)
            fwrite(bytes, 1, (size_t)n, raw);
        else
            show(bytes, n);
        fflush(out);
    }
    if (raw && fclose(raw)) fail(record_file);
}

int main(int argc, char** argv) {
    read_stations();
    read_options(argc, argv);
    const int trace = open("/dev/trace", O_RDWR | O_CLOEXEC);
    if (trace < 0) fail("/dev/trace");
    int go = -1;
    const int child = pid ? 0 : start(argv + optind, &go);
    char number[16];
    snprintf(number, sizeof number, "%d", pid ? pid : child);
    options.starting = (unsigned)child;
    set_up(trace);
    command(trace, "pid %s\n", number);
    if (!pid && write(go, "", 1) < 0) fail("pipe");
    if (!pid) close(go);
    read_all(trace);
    int status = 0;
    if (!pid && waitpid(child, &status, 0) == child)
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return 0;
}

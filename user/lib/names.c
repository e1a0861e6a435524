// Names for numbers: users and groups from /etc, signals from a table.
#include "user/lib/user.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Finds the line of a colon-separated file whose field `key` is `text`; its first four fields are
// copied out.
static bool find_line(const char* path, int key, const char* text, char fields[4][64]) {
    FILE* file = fopen(path, "r");
    if (!file) return false;
    bool found = false;
    char* line;
    while (!found && (line = read_line(file, NULL, NULL))) {
        char* at = line;
        for (int i = 0; i < 4; i++) {
            size_t length = strcspn(at, ":");
            snprintf(fields[i], 64, "%.*s", (int)length, at);
            at += length + (at[length] == ':');
        }
        found = !strcmp(fields[key], text);
        free(line);
    }
    fclose(file);
    return found;
}

static const char* name_of(const char* path, unsigned id) {
    static char fields[4][64];
    char text[16];
    snprintf(text, sizeof text, "%u", id);
    if (!find_line(path, 2, text, fields)) snprintf(fields[0], 64, "%u", id);
    return fields[0];
}

const char* user_name(uid_t id) { return name_of("/etc/passwd", id); }
const char* group_name(gid_t id) { return name_of("/etc/group", id); }

bool user_id(const char* name, uid_t* id, gid_t* group) {
    char fields[4][64], *end;
    if (find_line("/etc/passwd", 0, name, fields)) {
        *id = (uid_t)strtoul(fields[2], NULL, 10);
        *group = (gid_t)strtoul(fields[3], NULL, 10);
        return true;
    }
    *id = (uid_t)strtoul(name, &end, 10);
    *group = *id;
    return end != name && !*end;
}

bool group_id(const char* name, gid_t* id) {
    char fields[4][64], *end;
    if (find_line("/etc/group", 0, name, fields)) {
        *id = (gid_t)strtoul(fields[2], NULL, 10);
        return true;
    }
    *id = (gid_t)strtoul(name, &end, 10);
    return end != name && !*end;
}

static const struct {
    const char *name, *text;
} signals[] = {
    {NULL, NULL},
    {"HUP", "Hangup"},
    {"INT", ""},
    {"QUIT", "Quit"},
    {"ILL", "Illegal instruction"},
    {"TRAP", "Trace/breakpoint trap"},
    {"ABRT", "Aborted"},
    {"BUS", "Bus error"},
    {"FPE", "Floating point exception"},
    {"KILL", "Killed"},
    {"USR1", "User defined signal 1"},
    {"SEGV", "Segmentation fault"},
    {"USR2", "User defined signal 2"},
    {"PIPE", ""},
    {"ALRM", "Alarm clock"},
    {"TERM", "Terminated"},
    {"STKFLT", "Stack fault"},
    {"CHLD", "Child exited"},
    {"CONT", "Continued"},
    {"STOP", "Stopped (signal)"},
    {"TSTP", "Stopped"},
    {"TTIN", "Stopped (tty input)"},
    {"TTOU", "Stopped (tty output)"},
    {"URG", "Urgent I/O condition"},
    {"XCPU", "CPU time limit exceeded"},
    {"XFSZ", "File size limit exceeded"},
    {"VTALRM", "Virtual timer expired"},
    {"PROF", "Profiling timer expired"},
    {"WINCH", "Window changed"},
    {"IO", "I/O possible"},
    {"PWR", "Power failure"},
    {"SYS", "Bad system call"},
};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

const char* signal_name(int signal) {
    return signal > 0 && signal < SIGNALS ? signals[signal].name : NULL;
}

const char* signal_text(int signal) {
    return signal > 0 && signal < SIGNALS ? signals[signal].text : "Unknown signal";
}

int signal_number(const char* name) {
    if (isdigit((unsigned char)*name)) {
        char* end;
        long value = strtol(name, &end, 10);
        return *end || value > 64 ? -1 : (int)value;
    }
    if (!strncasecmp(name, "SIG", 3)) name += 3;
    for (int i = 1; i < SIGNALS; i++) {
        if (!strcasecmp(name, signals[i].name)) return i;
    }
    return -1;
}

void list_signals(void) {
    for (int i = 1; i < SIGNALS; i++) {
        printf("%2d %-7s%c", i, signals[i].name, i % 8 && i + 1 < SIGNALS ? ' ' : '\n');
    }
}

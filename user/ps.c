// Lists processes, from /proc.
#include "user/lib/user.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Process {
    int pid, parent, group, session;
    char state;
    unsigned long user_time, system_time, size; // ticks, ticks, bytes
    long pages;
    char name[64];
};

// /proc/PID/stat (proc(5)): the name stands in parentheses and may itself hold some.
static bool read_process(const char* pid, struct Process* out) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    if (read_small(path, text, sizeof text) <= 0) return false;
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close < open) return false;
    out->pid = atoi(text);
    snprintf(out->name, sizeof out->name, "%.*s", (int)(close - open - 1), open + 1);
    return sscanf(close + 2,
                  "%c %d %d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d "
                  "%*u %lu %ld",
                  &out->state, &out->parent, &out->group, &out->session, &out->user_time,
                  &out->system_time, &out->size, &out->pages) == 8;
}

static void print_command(const struct Process* process) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/cmdline", process->pid);
    ssize_t length = read_small(path, text, sizeof text);
    if (length <= 0) {
        printf("[%s]\n", process->name);
        return;
    }
    for (ssize_t i = 0; i + 1 < length; i++) {
        if (!isprint((unsigned char)text[i])) text[i] = ' ';
    }
    puts(text);
}

static int by_number(const void* a, const void* b) {
    return atoi(*(char* const*)a) - atoi(*(char* const*)b);
}

int main(int argc, char** argv) {
    begin(argv, "ps [-aeflux]\n-l, -f: parents, groups and sizes too.\n");
    bool detailed = false;
    int letter = 0;
    while ((letter = argc > 1 && argv[1][0] == '-' ? option(argc, argv, "aeAfluxw") : 0)) {
        detailed |= letter == 'l' || letter == 'f';
    }
    struct Names names;
    if (list_directory("/proc", false, &names)) die_errno("/proc");
    qsort(names.name, names.count, sizeof *names.name, by_number);
    long rate = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
    if (rate <= 0) rate = 100;
    puts(detailed ? "  PID  PPID  PGID   SID USER     S   SIZE    RSS     TIME COMMAND"
                  : "  PID USER     S     TIME COMMAND");
    for (size_t i = 0; i < names.count; i++) {
        struct Process process;
        struct stat info;
        char path[64], size[2][16];
        if (!isdigit((unsigned char)names.name[i][0]) || !read_process(names.name[i], &process))
            continue;
        snprintf(path, sizeof path, "/proc/%d", process.pid);
        const char* user = stat(path, &info) ? "?" : user_name(info.st_uid);
        unsigned long ticks = process.user_time + process.system_time;
        unsigned long seconds = ticks / (unsigned long)rate;
        printf("%5d ", process.pid);
        if (detailed) printf("%5d %5d %5d ", process.parent, process.group, process.session);
        printf("%-8s %c ", user, process.state);
        if (detailed) {
            printf("%6s %6s ", human_size(process.size, size[0]),
                   human_size((uint64_t)process.pages * (uint64_t)page, size[1]));
        }
        printf("%5lu:%02lu ", seconds / 60, seconds % 60);
        print_command(&process);
    }
    names_free(&names);
    return finish(0);
}

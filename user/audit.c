// Shows and follows the kernel's audit log of socket calls (/dev/audit).
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "audit on|off|status\n"
    "       audit [-f] [-e] [-c CALL] [-d DOOR] [-n PROGRAM] [-p PID] [-u UID]\n"
    "  -f  follow: waits for new records; switches the log on while it runs\n"
    "  -e  only calls that failed\n"
    "  the others: only records with that call (connect), door (syscall, int80, socketcall),\n"
    "  program, process, user\n";

static const char device[] = "/dev/audit", knob[] = "/proc/sys/kernel/audit";

static volatile sig_atomic_t stopped;
static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static bool is_on(void) {
    char text[8];
    if (read_small(knob, text, sizeof text) < 0) die_errno(knob);
    return text[0] == '1';
}

static void set(bool on) {
    int fd = open(knob, O_WRONLY);
    if (fd < 0 || write_all(fd, on ? "1\n" : "0\n", 2)) die_errno(knob);
    close(fd);
}

// What a record must have: " key=value " somewhere in it.
static char* wanted[8];
static int wanted_count;
static bool only_errors;

static void want(const char* key, const char* value) {
    wanted[wanted_count++] = format_text(" %s=%s ", key, value);
}

static bool is_wanted(const char* line) {
    if (!strncmp(line, "lost=", 5)) return true;
    if (only_errors && !strstr(line, " result=-")) return false;
    for (int i = 0; i < wanted_count; i++)
        if (!strstr(line, wanted[i])) return false;
    return true;
}

// The device gives whole lines.
static void show(bool follow) {
    static char block[16384];
    int fd = open(device, O_RDONLY | (follow ? 0 : O_NONBLOCK));
    if (fd < 0) die_errno(device);
    while (!stopped) {
        ssize_t length = read(fd, block, sizeof block - 1);
        if (length < 0 && errno != EAGAIN && errno != EINTR) die_errno(device);
        if (length <= 0) break;
        block[length] = 0;
        for (char* line = strtok(block, "\n"); line; line = strtok(NULL, "\n"))
            if (is_wanted(line)) puts(line);
        fflush(stdout);
    }
    close(fd);
}

static void follow_log(void) {
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    const bool was_on = is_on();
    if (!was_on) set(true);
    show(true);
    if (!was_on) set(false);
}

int main(int argc, char** argv) {
    begin(argv, usage);
    bool follow = false;
    int letter;
    while ((letter = option(argc, argv, "fec:d:n:p:u:"))) {
        if (letter == 'f') follow = true;
        if (letter == 'e') only_errors = true;
        if (letter == 'c') want("call", option_value);
        if (letter == 'd') want("door", option_value);
        if (letter == 'n') want("program", option_value);
        if (letter == 'p') want("pid", option_value);
        if (letter == 'u') want("uid", option_value);
        if (wanted_count == 8) die_usage();
    }
    const char* command = option_index < argc ? argv[option_index] : "";
    if (!strcmp(command, "on") || !strcmp(command, "off"))
        set(!strcmp(command, "on"));
    else if (!strcmp(command, "status"))
        puts(is_on() ? "on" : "off");
    else if (*command)
        die_usage();
    else if (follow)
        follow_log();
    else
        show(false);
    return finish(0);
}

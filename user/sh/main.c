// The shell begins here: options, where commands come from, the terminal.
#include "user/sh/sh.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Shell shell = {.substitution_status = -1, .terminal = -1};
extern char** environ;

void shell_exit(int status) {
    shell.status = status;
    run_exit_trap();
    fflush(stdout);
    _exit(status);
}

// Takes the terminal with a process group of its own; without one there is no job control.
static void take_terminal(void) {
    static const int ignored[] = {SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};
    shell.terminal = fcntl(0, F_DUPFD_CLOEXEC, 10);
    pid_t group;
    while ((group = tcgetpgrp(shell.terminal)) >= 0 && group != getpgrp()) kill(0, SIGTTIN);
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) signal(ignored[i], SIG_IGN);
    catch_interrupt();
    bool own = getpgrp() == getpid() || !setpgid(0, 0);
    shell.job_control = group >= 0 && own && !tcsetpgrp(shell.terminal, getpgrp());
}

static void source_file(const char* path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    struct Source source = {.fd = fd};
    run_source(&source);
    free(source.text.data);
    close(fd);
}

static void default_variables(void) {
    char path[PATH_MAX];
    variables_import(environ);
    if (!variable("PATH")) set_variable("PATH", "/bin:/usr/bin:/sbin:/usr/sbin");
    if (!variable("PS1")) set_variable("PS1", geteuid() ? "$ " : "# ");
    set_variable("PS2", "> ");
    set_variable("IFS", " \t\n");
    set_variable("OPTIND", "1");
    snprintf(path, 16, "%d", (int)getppid());
    set_variable("PPID", path);
    if (getcwd(path, sizeof path)) set_variable("PWD", path);
}

static int run_interactive(void) {
    struct Source source = {.fd = 0, .interactive = true};
    shell.interactive = true;
    take_terminal();
    return run_source(&source);
}

int main(int argc, char** argv) {
    begin(argv, "sh [-aefimnuvx] [-l] [-c COMMAND | FILE] [ARGUMENT...]\n");
    shell.name = argv[0] ? argv[0] : "sh";
    shell.process = getpid();
    bool command = false, interactive = false, login = argv[0] && *argv[0] == '-';
    int at = 1;
    default_variables();
    for (; at < argc && (*argv[at] == '-' || *argv[at] == '+') && argv[at][1]; at++) {
        if (!strcmp(argv[at], "--")) {
            at++;
            break;
        }
        for (const char* letter = argv[at] + 1; *letter; letter++) {
            char word[3] = {*argv[at], *letter, 0};
            char* set[] = {"set", word, NULL};
            if (*letter == 'c')
                command = true;
            else if (*letter == 'i')
                interactive = true;
            else if (*letter == 'l')
                login = true;
            else if (*letter == 's')
                continue;
            else if (find_builtin("set")->run(2, set))
                die_usage();
        }
    }
    if (login) source_file("/etc/profile");
    if (command) {
        if (at >= argc) die_usage();
        const char* text = argv[at++];
        if (at < argc) shell.name = argv[at++];
        shell.argument = argv + at;
        shell.arguments = argc - at;
        shell_exit(run_text(text, strlen(text)));
    }
    struct Source source = {.byte_wise = true};
    if (at < argc) {
        source.byte_wise = false;
        source.fd = open(argv[at], O_RDONLY | O_CLOEXEC);
        if (source.fd < 0) {
            warn_errno(argv[at]);
            return errno == ENOENT ? 127 : 126;
        }
        shell.name = argv[at++];
    }
    shell.argument = argv + at;
    shell.arguments = argc > at ? argc - at : 0;
    if (source.byte_wise && (interactive || (isatty(0) && isatty(2))))
        shell_exit(run_interactive());
    shell_exit(run_source(&source));
}

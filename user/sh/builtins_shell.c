// The built-ins that steer the shell itself: control flow, variables, options, traps.
#include "user/sh/sh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char* traps[65]; // what to run; index 0 is EXIT
static volatile sig_atomic_t pending[65], any_pending;

static void note_signal(int signal) {
    pending[signal] = any_pending = 1;
    if (signal == SIGINT && shell.interactive && !traps[SIGINT]) shell.interrupted = 1;
}

// Without SA_RESTART: a read or wait must come back so that the shell can act.
static void catch_signal(int signal) {
    struct sigaction action = {.sa_handler = note_signal};
    sigaction(signal, &action, NULL);
}

void catch_interrupt(void) { catch_signal(SIGINT); }

void run_traps(void) {
    static bool running;
    if (!any_pending || running) return;
    running = true;
    any_pending = 0;
    for (int i = 1; i < 65; i++) {
        if (!pending[i]) continue;
        pending[i] = 0;
        if (!traps[i]) continue;
        int status = shell.status;
        char* text = copy_text(traps[i]); // the trap may replace itself
        run_text(text, strlen(text));
        free(text);
        shell.status = status;
    }
    running = false;
}

void run_exit_trap(void) {
    char* text = traps[0];
    traps[0] = NULL;
    if (!text) return;
    shell.unwind = UNWIND_NONE;
    shell.failed = false;
    run_text(text, strlen(text));
}

void forget_traps(void) {
    for (int i = 0; i < 65; i++) {
        if (!traps[i]) continue;
        if (i && *traps[i]) signal(i, SIG_DFL);
        if (!i || *traps[i]) traps[i] = NULL;
    }
}

static int do_trap(int argc, char** argv) {
    if (argc == 1) {
        for (int i = 0; i < 65; i++) {
            if (traps[i]) printf("trap -- '%s' %s\n", traps[i], i ? signal_name(i) : "EXIT");
        }
        return 0;
    }
    bool reset = !strcmp(argv[1], "-") || argc == 2;
    int status = 0;
    for (int at = argc == 2 ? 1 : 2; at < argc; at++) {
        int number = !strcmp(argv[at], "EXIT") ? 0 : signal_number(argv[at]);
        if (number < 0 || number > 64) {
            warn_text("trap: %s: unknown signal", argv[at]);
            status = 1;
            continue;
        }
        traps[number] = reset ? NULL : copy_text(argv[1]);
        if (!number) continue;
        if (!reset && *argv[1]) {
            catch_signal(number);
        } else if (reset && number == SIGINT && shell.interactive) {
            catch_interrupt();
        } else {
            signal(number, reset ? SIG_DFL : SIG_IGN);
        }
    }
    return status;
}

static int status_argument(int argc, char** argv) {
    return argc > 1 ? (int)(strtol(argv[1], NULL, 10) & 255) : shell.status;
}

static int do_exit(int argc, char** argv) { shell_exit(status_argument(argc, argv)); }

static int do_return(int argc, char** argv) {
    shell.unwind = UNWIND_RETURN;
    return status_argument(argc, argv);
}

static int leave_loop(int argc, char** argv, enum Unwind how) {
    int levels = argc > 1 ? atoi(argv[1]) : 1;
    if (levels < 1) {
        warn_text("%s: bad number: %s", argv[0], argv[1]);
        return 2;
    }
    if (!shell.loops) return 0;
    shell.unwind = how;
    shell.unwind_count = levels < shell.loops ? levels : shell.loops;
    return 0;
}

static int do_break(int argc, char** argv) { return leave_loop(argc, argv, UNWIND_BREAK); }
static int do_continue(int argc, char** argv) { return leave_loop(argc, argv, UNWIND_CONTINUE); }

static int do_eval(int argc, char** argv) {
    struct Buffer text = {0};
    for (int i = 1; i < argc; i++) {
        if (i > 1) buffer_put(&text, ' ');
        buffer_text(&text, argv[i]);
    }
    shell.status = 0;
    int status = text.data ? run_text(text.data, text.length) : 0;
    free(text.data);
    return status;
}

static int do_dot(int argc, char** argv) {
    if (argc < 2) {
        warn_text("usage: . FILE");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        warn_errno(argv[1]);
        return 1;
    }
    struct Source source = {.fd = fd};
    int status = run_source(&source);
    if (shell.unwind == UNWIND_RETURN) shell.unwind = UNWIND_NONE;
    free(source.text.data);
    close(fd);
    return status;
}

static int do_exec(int argc, char** argv) {
    if (argc < 2) return 0;
    if (shell.interactive) become_subshell();
    execute_program(argv + 1);
}

// export and readonly: `mark` each name, with a value if there is one.
static int mark_names(int argc, char** argv, void (*mark)(const char*)) {
    int status = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-p")) continue;
        size_t length = strcspn(argv[i], "=");
        char* name = copy_bytes(argv[i], length);
        if (!is_name(name, length)) {
            warn_text("%s: %s: not a name", argv[0], argv[i]);
            status = 2;
        } else {
            if (mark == make_local) mark(name);
            if (argv[i][length] && !set_variable(name, argv[i] + length + 1)) status = 1;
            if (mark != make_local) mark(name);
        }
        free(name);
    }
    return status;
}

static int do_export(int argc, char** argv) {
    if (argc == 1 || (argc == 2 && !strcmp(argv[1], "-p"))) print_variables(true, "export ");
    return mark_names(argc, argv, export_variable);
}

static int do_readonly(int argc, char** argv) { return mark_names(argc, argv, protect_variable); }

static int do_local(int argc, char** argv) {
    if (!shell.functions) {
        warn_text("local: not in a function");
        return 1;
    }
    return mark_names(argc, argv, make_local);
}

static int do_unset(int argc, char** argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) {
        if (*argv[i] != '-' && !unset_variable(argv[i])) status = 1;
    }
    return status;
}

static int do_shift(int argc, char** argv) {
    int count = argc > 1 ? atoi(argv[1]) : 1;
    if (count < 0 || count > shell.arguments) {
        warn_text("shift: can't shift that many");
        return 1;
    }
    shell.argument += count;
    shell.arguments -= count;
    return 0;
}

static bool* option_flag(char letter) {
    switch (letter) {
    case 'a':
        return &shell.export_all;
    case 'e':
        return &shell.exit_on_error;
    case 'f':
        return &shell.no_glob;
    case 'm':
        return &shell.job_control;
    case 'n':
        return &shell.no_run;
    case 'u':
        return &shell.unset_error;
    case 'v':
        return &shell.verbose;
    case 'x':
        return &shell.trace;
    default:
        return NULL;
    }
}

static char option_letter(const char* name) {
    static const char* const names[] = {"allexport", "errexit", "noglob",  "monitor",
                                        "noexec",    "nounset", "verbose", "xtrace"};
    for (int i = 0; i < 8; i++) {
        if (!strcmp(name, names[i])) return "aefmnuvx"[i];
    }
    return 0;
}

static int set_options(char** argv, int* at) {
    const char* word = argv[*at];
    for (const char* letter = word + 1; *letter; letter++) {
        char which = *letter;
        if (which == 'o' && argv[*at + 1]) which = option_letter(argv[++*at]);
        bool* flag = option_flag(which);
        if (!flag) {
            warn_text("set: unknown option %s", argv[*at]);
            return 2;
        }
        *flag = *word == '-';
    }
    return 0;
}

static void set_arguments(int count, char** list) {
    // What was there before may still be a function's or a loop's: it stays.
    char** copy = allocate(((size_t)count + 1) * sizeof *copy);
    for (int i = 0; i < count; i++) copy[i] = copy_text(list[i]);
    shell.argument = copy;
    shell.arguments = count;
}

static int do_set(int argc, char** argv) {
    if (argc == 1) {
        print_variables(false, "");
        print_functions();
    }
    for (int at = 1; at < argc; at++) {
        bool options = (argv[at][0] == '-' || argv[at][0] == '+') && argv[at][1];
        if (!strcmp(argv[at], "--") || !options) {
            at += options;
            set_arguments(argc - at, argv + at);
            break;
        }
        if (set_options(argv, &at)) return 2;
    }
    return 0;
}

static int describe(const char* name, bool wordy) {
    char* path = NULL;
    const char* alias = alias_text(name);
    if (alias && wordy) {
        printf("%s is an alias for %s\n", name, alias);
    } else if (alias) {
        printf("alias ");
        print_alias(name, alias);
    } else if (find_function(name)) {
        printf(wordy ? "%s is a function\n" : "%s\n", name);
    } else if (find_builtin(name)) {
        printf(wordy ? "%s is a shell builtin\n" : "%s\n", name);
    } else if ((path = find_program(name))) {
        if (wordy) printf("%s is ", name);
        puts(path);
        free(path);
    } else {
        if (wordy) printf("%s: not found\n", name);
        return 127;
    }
    return 0;
}

static int do_type(int argc, char** argv) {
    int status = 0;
    for (int i = 1; i < argc; i++) status |= describe(argv[i], true);
    return status;
}

static int do_command(int argc, char** argv) {
    if (argc > 2 && (!strcmp(argv[1], "-v") || !strcmp(argv[1], "-V"))) {
        return describe(argv[2], argv[1][1] == 'V');
    }
    if (argc < 2) return 0;
    const struct Builtin* builtin = find_builtin(argv[1]);
    if (builtin) return builtin->run(argc - 1, argv + 1);
    struct Job* job = job_create(argv[1]);
    pid_t pid = job_fork(job, true);
    if (pid == 0) execute_program(argv + 1);
    if (pid > 0) return job_wait(job);
    job_remove(job);
    return 126;
}

const struct Builtin shell_builtins[] = {
    {"trap", do_trap, true},     {"exit", do_exit, true},         {"return", do_return, true},
    {"break", do_break, true},   {"continue", do_continue, true}, {"eval", do_eval, true},
    {".", do_dot, true},         {"source", do_dot, true},        {"exec", do_exec, true},
    {"export", do_export, true}, {"readonly", do_readonly, true}, {"local", do_local, true},
    {"unset", do_unset, true},   {"shift", do_shift, true},       {"set", do_set, true},
    {"type", do_type, false},    {"command", do_command, false},  {NULL, NULL, false},
};

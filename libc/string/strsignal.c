// The texts of signals, as Linux's shells print them (strsignal(3), psignal(3)).
#include <signal.h>
#include <stdio.h>
#include <string.h>

const char* const sys_siglist[NSIG] = {
    [SIGHUP] = "Hangup",
    [SIGINT] = "Interrupt",
    [SIGQUIT] = "Quit",
    [SIGILL] = "Illegal instruction",
    [SIGTRAP] = "Trace/breakpoint trap",
    [SIGABRT] = "Aborted",
    [SIGBUS] = "Bus error",
    [SIGFPE] = "Floating point exception",
    [SIGKILL] = "Killed",
    [SIGUSR1] = "User defined signal 1",
    [SIGSEGV] = "Segmentation fault",
    [SIGUSR2] = "User defined signal 2",
    [SIGPIPE] = "Broken pipe",
    [SIGALRM] = "Alarm clock",
    [SIGTERM] = "Terminated",
    [SIGSTKFLT] = "Stack fault",
    [SIGCHLD] = "Child exited",
    [SIGCONT] = "Continued",
    [SIGSTOP] = "Stopped (signal)",
    [SIGTSTP] = "Stopped",
    [SIGTTIN] = "Stopped (tty input)",
    [SIGTTOU] = "Stopped (tty output)",
    [SIGURG] = "Urgent I/O condition",
    [SIGXCPU] = "CPU time limit exceeded",
    [SIGXFSZ] = "File size limit exceeded",
    [SIGVTALRM] = "Virtual timer expired",
    [SIGPROF] = "Profiling timer expired",
    [SIGWINCH] = "Window changed",
    [SIGIO] = "I/O possible",
    [SIGPWR] = "Power failure",
    [SIGSYS] = "Bad system call",
};

char* strsignal(int number) {
    static __thread char buffer[32];
    if (number > 0 && number < NSIG && sys_siglist[number]) return (char*)sys_siglist[number];
    if (number >= SIGRTMIN && number <= SIGRTMAX)
        snprintf(buffer, sizeof buffer, "Real-time signal %d", number - SIGRTMIN);
    else
        snprintf(buffer, sizeof buffer, "Unknown signal %d", number);
    return buffer;
}

void psignal(int number, const char* prefix) {
    if (prefix && *prefix) fprintf(stderr, "%s: ", prefix);
    fprintf(stderr, "%s\n", strsignal(number));
}

// abort(3): SIGABRT, whatever the program did to it.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

void abort(void) {
    raise(SIGABRT);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGABRT);
    signal(SIGABRT, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    raise(SIGABRT);
    _exit(127);
}

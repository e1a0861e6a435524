// Sets of signals (sigsetops(3)).
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "threads.h"

enum { BITS = 8 * sizeof(long) };

int sigemptyset(sigset_t* set) {
    memset(set, 0, sizeof *set);
    return 0;
}

int sigfillset(sigset_t* set) {
    memset(set, 0xff, sizeof *set);
    for (int signal = FIRST_INTERNAL_SIGNAL; signal <= LAST_INTERNAL_SIGNAL; signal++)
        set->__bits[(signal - 1) / BITS] &= ~(1UL << (signal - 1) % BITS);
    return 0;
}

static int bad(int signal) {
    int internal = signal >= FIRST_INTERNAL_SIGNAL && signal <= LAST_INTERNAL_SIGNAL;
    if (signal >= 1 && signal < NSIG && !internal) return 0;
    errno = EINVAL;
    return 1;
}

int sigaddset(sigset_t* set, int signal) {
    if (bad(signal)) return -1;
    set->__bits[(signal - 1) / BITS] |= 1UL << (signal - 1) % BITS;
    return 0;
}

int sigdelset(sigset_t* set, int signal) {
    if (bad(signal)) return -1;
    set->__bits[(signal - 1) / BITS] &= ~(1UL << (signal - 1) % BITS);
    return 0;
}

int sigismember(const sigset_t* set, int signal) {
    if (bad(signal)) return -1;
    return (set->__bits[(signal - 1) / BITS] >> (signal - 1) % BITS) & 1;
}

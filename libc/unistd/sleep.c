// Sleeping and alarms, in the units of old (sleep(3), usleep(3), alarm(2)).
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "sysdep.h"

unsigned sleep(unsigned seconds) {
    struct timespec left = {seconds, 0};
    return nanosleep(&left, &left) == 0 ? 0 : (unsigned)left.tv_sec + (left.tv_nsec >= 500000000);
}

int usleep(useconds_t microseconds) {
    struct timespec time = {microseconds / 1000000, (long)(microseconds % 1000000) * 1000};
    return nanosleep(&time, 0);
}

unsigned alarm(unsigned seconds) { return (unsigned)INTERNAL_SYSCALL(alarm, 1, seconds); }

unsigned ualarm(unsigned value, unsigned interval) {
    struct itimerval timer = {{interval / 1000000, interval % 1000000},
                              {value / 1000000, value % 1000000}};
    struct itimerval old;
    if (setitimer(ITIMER_REAL, &timer, &old) < 0) return (unsigned)-1;
    return (unsigned)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}

int pause(void) { return (int)SYSCALL_CANCEL(pause); }

// How long the machine has been running.
#include "user/lib/user.h"

#include <sys/sysinfo.h>

int main(int argc, char** argv) {
    begin(argv, "uptime\n");
    (void)argc;
    struct sysinfo info;
    char clock[16];
    time_t now = time(NULL);
    if (sysinfo(&info)) die_errno("sysinfo");
    strftime(clock, sizeof clock, "%H:%M:%S", gmtime(&now));
    printf(" %s up %ld days, %02ld:%02ld:%02ld, %u processes, load", clock,
           (long)info.uptime / 86400, (long)info.uptime / 3600 % 24, (long)info.uptime / 60 % 60,
           (long)info.uptime % 60, (unsigned)info.procs);
    for (int i = 0; i < 3; i++) { // fixed point with 16 bits behind it
        printf("%s %lu.%02lu", i ? "," : "", info.loads[i] >> 16,
               (info.loads[i] & 65535) * 100 >> 16);
    }
    putchar('\n');
    return finish(0);
}

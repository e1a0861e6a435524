// Ends the machine's run: poweroff, reboot or halt, by the name that it is called by.
#include "user/lib/user.h"

#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "poweroff | reboot | halt\n");
    option(argc, argv, "f");
    const char* name = program_name();
    int command = !strncmp(name, "reboot", 6) ? RB_AUTOBOOT
                  : !strncmp(name, "halt", 4) ? RB_HALT_SYSTEM
                                              : RB_POWER_OFF;
    sync();
    if (reboot(command)) die_errno(name);
    return 0;
}

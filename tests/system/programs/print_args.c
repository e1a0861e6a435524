// As process 1: prints its arguments and powers the machine off.
#include <stdio.h>
#include <sys/reboot.h>

int main(int argc, char** argv) {
    printf("argv:");
    for (int i = 0; i < argc; i++) printf(" %s", argv[i]);
    printf("\n");
    fflush(stdout);
    reboot(RB_POWER_OFF);
    perror("reboot");
    return 1;
}

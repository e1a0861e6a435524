// Sends a signal to processes.
#include "user/lib/user.h"

int main(int argc, char** argv) {
    begin(argv, "kill [-SIGNAL | -s SIGNAL] PID...\n       kill -l [NUMBER]\n");
    return finish(kill_main(argc, argv, NULL));
}

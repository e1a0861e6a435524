// Writes out what is in memory only.
#include "user/lib/user.h"

#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "sync\n");
    (void)argc;
    sync();
    return 0;
}

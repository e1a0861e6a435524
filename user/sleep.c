// Waits.
#include "user/lib/user.h"

#include <errno.h>

int main(int argc, char** argv) {
    begin(argv, "sleep SECONDS[s|m|h|d]...\n");
    if (argc < 2) die_usage();
    for (int i = 1; i < argc; i++) {
        struct timespec left;
        if (!duration(argv[i], &left)) die_text("%s: not a duration", argv[i]);
        while (nanosleep(&left, &left) && errno == EINTR) {
        }
    }
    return 0;
}

// What the exercises' tests share: say what was expected, and fail; never hang.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void expect(int holds, const char* what) {
    if (holds) return;
    printf("not yet: %s\n", what);
    exit(1);
}

// A test that waits for ever ends by SIGALRM.
static inline void limit_seconds(unsigned seconds) {
    setvbuf(stdout, NULL, _IONBF, 0);
    alarm(seconds);
}

// Files and directories with new names (mkstemp(3), mkdtemp(3), mktemp(3)).
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"

enum { ATTEMPTS = 100 };

// The six X before the suffix, or null (EINVAL).
static char* place_of(char* pattern, int suffix) {
    size_t length = strlen(pattern);
    if (suffix >= 0 && length >= (size_t)suffix + 6) {
        char* place = pattern + length - (size_t)suffix - 6;
        if (!memcmp(place, "XXXXXX", 6)) return place;
    }
    errno = EINVAL;
    return 0;
}

static void fill(char* place) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (int i = 0; i < 6; i++) place[i] = letters[arc4random_uniform(sizeof letters - 1)];
}

static int make_file(char* pattern, int suffix, int flags) {
    char* place = place_of(pattern, suffix);
    if (!place) return -1;
    flags = (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL;
    for (int i = 0; i < ATTEMPTS; i++) {
        fill(place);
        int fd = __open(pattern, flags, 0600);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

int mkstemp(char* pattern) { return make_file(pattern, 0, 0); }
int mkostemp(char* pattern, int flags) { return make_file(pattern, 0, flags); }
int mkstemps(char* pattern, int suffix) { return make_file(pattern, suffix, 0); }

char* mkdtemp(char* pattern) {
    char* place = place_of(pattern, 0);
    for (int i = 0; place && i < ATTEMPTS; i++) {
        fill(place);
        if (mkdir(pattern, 0700) == 0) return pattern;
        if (errno != EEXIST) return 0;
    }
    return 0;
}

char* mktemp(char* pattern) {
    char* place = place_of(pattern, 0);
    for (int i = 0; place && i < ATTEMPTS; i++) {
        fill(place);
        if (access(pattern, F_OK) < 0 && errno == ENOENT) return pattern;
    }
    *pattern = 0;
    return pattern;
}

// The one absolute path without links, dots and double slashes (realpath(3)).
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

struct walk {
    char done[PATH_MAX]; // absolute, without a slash at its end
    size_t length;
    char rest[PATH_MAX];
    int links;
};

static int fail(int error) {
    errno = error;
    return -1;
}

// A link's target takes the place of its name: in front of the rest.
static int follow(struct walk* walk, size_t before, const char* target, size_t length) {
    if (++walk->links > MOST_LINKS) return fail(ELOOP);
    size_t rest = strlen(walk->rest);
    if (length + rest + 2 > sizeof walk->rest) return fail(ENAMETOOLONG);
    memmove(walk->rest + length + 1, walk->rest, rest + 1);
    memcpy(walk->rest, target, length);
    walk->rest[length] = '/';
    walk->length = target[0] == '/' ? 0 : before;
    return 0;
}

static int step(struct walk* walk, const char* name, size_t length) {
    if (length == 0 || (length == 1 && name[0] == '.')) return 0;
    if (length == 2 && name[0] == '.' && name[1] == '.') {
        while (walk->length && walk->done[--walk->length] != '/') {
        }
        return 0;
    }
    size_t before = walk->length;
    if (before + length + 2 > sizeof walk->done) return fail(ENAMETOOLONG);
    walk->done[before] = '/';
    memcpy(walk->done + before + 1, name, length);
    walk->length = before + 1 + length;
    walk->done[walk->length] = 0;
    char target[PATH_MAX];
    ssize_t target_length = readlink(walk->done, target, sizeof target - 1);
    if (target_length > 0) return follow(walk, before, target, (size_t)target_length);
    return target_length < 0 && errno == EINVAL ? 0 : -1; // EINVAL: not a link
}

char* realpath(const char* __restrict path, char* __restrict result) {
    struct walk walk = {.length = 0};
    if (!path || !*path) {
        errno = path ? ENOENT : EINVAL;
        return 0;
    }
    if (strlcpy(walk.rest, path, sizeof walk.rest) >= sizeof walk.rest) {
        errno = ENAMETOOLONG;
        return 0;
    }
    if (*path != '/') {
        if (!getcwd(walk.done, sizeof walk.done)) return 0;
        walk.length = strcmp(walk.done, "/") ? strlen(walk.done) : 0;
    }
    int saved = errno;
    while (*walk.rest) {
        char name[NAME_MAX + 1];
        size_t length = strcspn(walk.rest, "/");
        if (length > NAME_MAX) {
            errno = ENAMETOOLONG;
            return 0;
        }
        memcpy(name, walk.rest, length);
        int more = walk.rest[length] == '/';
        memmove(walk.rest, walk.rest + length + (size_t)more,
                strlen(walk.rest + length + (size_t)more) + 1);
        if (step(&walk, name, length) < 0) return 0;
        if (more && length && walk.length && access(walk.done, F_OK) == 0) {
            char inside[PATH_MAX + 2]; // "name/" must be a directory
            walk.done[walk.length] = 0;
            strcpy(inside, walk.done);
            strcat(inside, "/");
            if (access(inside, F_OK) < 0) return 0;
        }
    }
    errno = saved;
    if (walk.length == 0) walk.done[walk.length++] = '/';
    walk.done[walk.length] = 0;
    return result ? strcpy(result, walk.done) : strdup(walk.done);
}

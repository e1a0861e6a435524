// Directories as streams (readdir(3)).
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "lock.h"
#include "sysdep.h"

struct __DIR {
    int fd, lock;
    off_t position; // of the entry that comes next
    ssize_t at, length;
    char buffer[4096] __attribute__((aligned(8)));
};

ssize_t getdents64(int fd, void* buffer, size_t length) {
    return INLINE_SYSCALL(getdents64, 3, fd, buffer, length);
}

static DIR* make(int fd) {
    DIR* directory = malloc(sizeof *directory);
    if (!directory) return 0;
    directory->fd = fd;
    directory->lock = 0;
    directory->position = 0;
    directory->at = directory->length = 0;
    return directory;
}

DIR* opendir(const char* path) {
    int fd = __open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return 0;
    DIR* directory = make(fd);
    if (!directory) __close(fd);
    return directory;
}

DIR* fdopendir(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return 0;
    if (S_ISDIR(status.st_mode)) return make(fd);
    errno = ENOTDIR;
    return 0;
}

int closedir(DIR* directory) {
    int result = __close(directory->fd);
    free(directory);
    return result;
}

struct dirent* readdir(DIR* directory) {
    struct dirent* entry = 0;
    libc_lock(&directory->lock);
    if (directory->at >= directory->length) {
        directory->length = getdents64(directory->fd, directory->buffer, sizeof directory->buffer);
        directory->at = 0;
        if (directory->length < 0 && errno == ENOENT) errno = 0; // removed meanwhile: just empty
    }
    if (directory->at < directory->length) {
        entry = (struct dirent*)(directory->buffer + directory->at);
        directory->at += entry->d_reclen;
        directory->position = entry->d_off;
    }
    libc_unlock(&directory->lock);
    return entry;
}

int readdir_r(DIR* __restrict directory, struct dirent* __restrict entry,
              struct dirent** __restrict result) {
    int saved = errno;
    errno = 0;
    struct dirent* found = readdir(directory);
    int error = errno;
    errno = saved;
    *result = 0;
    if (!found) return error;
    memcpy(entry, found, found->d_reclen);
    *result = entry;
    return 0;
}

void seekdir(DIR* directory, long position) {
    directory->position = lseek(directory->fd, position, SEEK_SET);
    directory->at = directory->length = 0;
}
void rewinddir(DIR* directory) { seekdir(directory, 0); }
long telldir(DIR* directory) { return (long)directory->position; }
int dirfd(DIR* directory) { return directory->fd; }

int alphasort(const struct dirent** left, const struct dirent** right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

int scandir(const char* path, struct dirent*** result, int (*wanted)(const struct dirent*),
            int (*compare)(const struct dirent**, const struct dirent**)) {
    DIR* directory = opendir(path);
    if (!directory) return -1;
    struct dirent **list = 0, *entry;
    size_t count = 0, room = 0;
    int failed = 0;
    while (!failed && (errno = 0, entry = readdir(directory))) {
        if (wanted && !wanted(entry)) continue;
        if (count == room) {
            struct dirent** grown = realloc(list, (room = room ? 2 * room : 32) * sizeof *list);
            if (!(failed = !grown)) list = grown;
        }
        struct dirent* copy = failed ? 0 : malloc(entry->d_reclen);
        if (copy)
            list[count++] = memcpy(copy, entry, entry->d_reclen);
        else
            failed = 1;
    }
    if (errno) failed = 1;
    int saved = errno;
    closedir(directory);
    if (failed) {
        while (count) free(list[--count]);
        free(list);
        errno = saved;
        return -1;
    }
    typedef int (*comparison)(const void*, const void*);
    if (compare && count) qsort(list, count, sizeof *list, (comparison)compare);
    *result = list;
    return (int)count;
}

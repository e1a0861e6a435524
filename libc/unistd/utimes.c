// Times of files (utimensat(2) and older forms of it).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>

#include "kernel_time.h"
#include "sysdep.h"

int utimensat(int directory, const char* path, const struct timespec times[2], int flags) {
    struct kernel_timespec both[2];
    if (times) {
        both[0] = to_kernel(&times[0]);
        both[1] = to_kernel(&times[1]);
    }
    long number = NR_TIME64(utimensat, utimensat_time64);
    return (int)__syscall_result(
        internal_syscall4(number, directory, path, times ? both : 0, flags));
}

int futimens(int fd, const struct timespec times[2]) { return utimensat(fd, 0, times, 0); }

static int set_times(int directory, const char* path, const struct timeval times[2], int flags) {
    if (!times) return utimensat(directory, path, 0, flags);
    struct timespec both[2];
    for (int i = 0; i < 2; i++) {
        if (times[i].tv_usec < 0 || times[i].tv_usec >= 1000000) {
            errno = EINVAL;
            return -1;
        }
        both[i] = (struct timespec){times[i].tv_sec, (long)times[i].tv_usec * 1000};
    }
    return utimensat(directory, path, both, flags);
}

int utimes(const char* path, const struct timeval times[2]) {
    return set_times(AT_FDCWD, path, times, 0);
}
int lutimes(const char* path, const struct timeval times[2]) {
    return set_times(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}
int futimes(int fd, const struct timeval times[2]) { return set_times(fd, 0, times, 0); }

int utime(const char* path, const struct utimbuf* times) {
    if (!times) return utimensat(AT_FDCWD, path, 0, 0);
    struct timespec both[2] = {{times->actime, 0}, {times->modtime, 0}};
    return utimensat(AT_FDCWD, path, both, 0);
}

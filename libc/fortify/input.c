// Functions that read into a buffer or array, with the size that the compiler knew for it.
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptor.h"
#include "fortify_check.h"

ssize_t __recv_chk(int fd, void* buffer, size_t length, size_t size, int flags);
ssize_t __recv_chk(int fd, void* buffer, size_t length, size_t size, int flags) {
    check_room(length, size);
    return __recv(fd, buffer, length, flags);
}

ssize_t __recvfrom_chk(int fd, void* __restrict buffer, size_t length, size_t size, int flags,
                       struct sockaddr* __restrict from, socklen_t* __restrict from_length);
ssize_t __recvfrom_chk(int fd, void* __restrict buffer, size_t length, size_t size, int flags,
                       struct sockaddr* __restrict from, socklen_t* __restrict from_length) {
    check_room(length, size);
    return __recvfrom(fd, buffer, length, flags, from, from_length);
}

ssize_t __read_chk(int fd, void* buffer, size_t length, size_t size);
ssize_t __read_chk(int fd, void* buffer, size_t length, size_t size) {
    check_room(length, size);
    return __read(fd, buffer, length);
}

ssize_t __pread_chk(int fd, void* buffer, size_t length, off_t offset, size_t size);
ssize_t __pread_chk(int fd, void* buffer, size_t length, off_t offset, size_t size) {
    check_room(length, size);
    return pread(fd, buffer, length, offset);
}

ssize_t __readlink_chk(const char* __restrict path, char* __restrict buffer, size_t length,
                       size_t size);
ssize_t __readlink_chk(const char* __restrict path, char* __restrict buffer, size_t length,
                       size_t size) {
    check_room(length, size);
    return readlink(path, buffer, length);
}

char* __getcwd_chk(char* buffer, size_t length, size_t size);
char* __getcwd_chk(char* buffer, size_t length, size_t size) {
    check_room(length, size);
    return getcwd(buffer, length);
}

char* __fgets_chk(char* __restrict buffer, size_t size, int length, FILE* __restrict stream);
char* __fgets_chk(char* __restrict buffer, size_t size, int length, FILE* __restrict stream) {
    check_room(length > 0 ? (size_t)length : 0, size);
    return fgets(buffer, length, stream);
}

size_t __fread_chk(void* __restrict buffer, size_t size, size_t each, size_t count,
                   FILE* __restrict stream);
size_t __fread_chk(void* __restrict buffer, size_t size, size_t each, size_t count,
                   FILE* __restrict stream) {
    size_t length;
    check_room(__builtin_mul_overflow(each, count, &length) ? (size_t)-1 : length, size);
    return fread(buffer, each, count, stream);
}

ssize_t __readlinkat_chk(int fd, const char* __restrict path, char* __restrict buffer,
                         size_t length, size_t size);
ssize_t __readlinkat_chk(int fd, const char* __restrict path, char* __restrict buffer,
                         size_t length, size_t size) {
    check_room(length, size);
    return readlinkat(fd, path, buffer, length);
}

int __getgroups_chk(int count, gid_t list[], size_t size);
int __getgroups_chk(int count, gid_t list[], size_t size) {
    if (count > 0) check_room((size_t)count, size / sizeof *list);
    return getgroups(count, list);
}

int __ttyname_r_chk(int fd, char* buffer, size_t length, size_t size);
int __ttyname_r_chk(int fd, char* buffer, size_t length, size_t size) {
    check_room(length, size);
    return ttyname_r(fd, buffer, length);
}

int __gethostname_chk(char* buffer, size_t length, size_t size);
int __gethostname_chk(char* buffer, size_t length, size_t size) {
    check_room(length, size);
    return gethostname(buffer, length);
}

int __getdomainname_chk(char* buffer, size_t length, size_t size);
int __getdomainname_chk(char* buffer, size_t length, size_t size) {
    check_room(length, size);
    return getdomainname(buffer, length);
}

char* __realpath_chk(const char* __restrict path, char* __restrict resolved, size_t size);
char* __realpath_chk(const char* __restrict path, char* __restrict resolved, size_t size) {
    check_room(PATH_MAX, size);
    return realpath(path, resolved);
}

int __poll_chk(struct pollfd* all, nfds_t count, int timeout, size_t size);
int __poll_chk(struct pollfd* all, nfds_t count, int timeout, size_t size) {
    check_room(count, size / sizeof *all);
    return poll(all, count, timeout);
}

int __ppoll_chk(struct pollfd* all, nfds_t count, const struct timespec* timeout,
                const sigset_t* mask, size_t size);
int __ppoll_chk(struct pollfd* all, nfds_t count, const struct timespec* timeout,
                const sigset_t* mask, size_t size) {
    check_room(count, size / sizeof *all);
    return ppoll(all, count, timeout, mask);
}

long __fdelt_chk(long fd);
long __fdelt_chk(long fd) {
    if (fd < 0 || fd >= FD_SETSIZE) __chk_fail();
    return fd / NFDBITS;
}

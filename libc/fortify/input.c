// Functions that read into a buffer, with the size that the compiler knew for it.
#include <stdio.h>
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

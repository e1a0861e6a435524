// read, pread, readlink and getcwd that know their buffers. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
ssize_t __read_chk(int, void*, size_t, size_t);
ssize_t __pread_chk(int, void*, size_t, off_t, size_t);
ssize_t __readlink_chk(const char* __restrict, char* __restrict, size_t, size_t);
char* __getcwd_chk(char*, size_t, size_t);
ssize_t __read_alias(int, void*, size_t) __REDIRECT(read);
ssize_t __pread_alias(int, void*, size_t, off_t) __REDIRECT(pread);
ssize_t __readlink_alias(const char* __restrict, char* __restrict, size_t) __REDIRECT(readlink);
char* __getcwd_alias(char*, size_t) __REDIRECT(getcwd);
ssize_t __read_chk_warn(int, void*, size_t, size_t) __REDIRECT(__read_chk)
    __WARN("read called with bigger length than size of destination buffer");
ssize_t __pread_chk_warn(int, void*, size_t, off_t, size_t) __REDIRECT(__pread_chk)
    __WARN("pread called with bigger length than size of destination buffer");
ssize_t __readlink_chk_warn(const char* __restrict, char* __restrict, size_t, size_t)
    __REDIRECT(__readlink_chk)
        __WARN("readlink called with bigger length than size of destination buffer");
char* __getcwd_chk_warn(char*, size_t, size_t) __REDIRECT(__getcwd_chk)
    __WARN("getcwd called with bigger length than size of destination buffer");

__FORTIFY ssize_t read(int __fd, void* __buffer, size_t __length) {
    size_t __size = __bos0(__buffer);
    __FORTIFY_LENGTH(__length, __size, __read_alias(__fd, __buffer, __length),
                     __read_chk(__fd, __buffer, __length, __size),
                     __read_chk_warn(__fd, __buffer, __length, __size));
}
__FORTIFY ssize_t pread(int __fd, void* __buffer, size_t __length, off_t __offset) {
    size_t __size = __bos0(__buffer);
    __FORTIFY_LENGTH(__length, __size, __pread_alias(__fd, __buffer, __length, __offset),
                     __pread_chk(__fd, __buffer, __length, __offset, __size),
                     __pread_chk_warn(__fd, __buffer, __length, __offset, __size));
}
__FORTIFY ssize_t readlink(const char* __restrict __path, char* __restrict __buffer,
                           size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __readlink_alias(__path, __buffer, __length),
                     __readlink_chk(__path, __buffer, __length, __size),
                     __readlink_chk_warn(__path, __buffer, __length, __size));
}
__FORTIFY char* getcwd(char* __buffer, size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __getcwd_alias(__buffer, __length),
                     __getcwd_chk(__buffer, __length, __size),
                     __getcwd_chk_warn(__buffer, __length, __size));
}
__END_DECLS

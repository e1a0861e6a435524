// read, pread, readlink, getcwd, and what asks for names and groups, that know their buffers. See
// fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
ssize_t __read_chk(int, void*, size_t, size_t);
ssize_t __pread_chk(int, void*, size_t, off_t, size_t);
ssize_t __readlink_chk(const char* __restrict, char* __restrict, size_t, size_t);
char* __getcwd_chk(char*, size_t, size_t);
ssize_t __readlinkat_chk(int, const char* __restrict, char* __restrict, size_t, size_t);
int __getgroups_chk(int, gid_t[], size_t);
int __ttyname_r_chk(int, char*, size_t, size_t);
int __gethostname_chk(char*, size_t, size_t);
int __getdomainname_chk(char*, size_t, size_t);
ssize_t __read_alias(int, void*, size_t) __REDIRECT(read);
ssize_t __pread_alias(int, void*, size_t, off_t) __REDIRECT(pread);
ssize_t __readlink_alias(const char* __restrict, char* __restrict, size_t) __REDIRECT(readlink);
char* __getcwd_alias(char*, size_t) __REDIRECT(getcwd);
ssize_t __readlinkat_alias(int, const char* __restrict, char* __restrict, size_t)
    __REDIRECT(readlinkat);
int __getgroups_alias(int, gid_t[]) __REDIRECT(getgroups);
int __ttyname_r_alias(int, char*, size_t) __REDIRECT(ttyname_r);
int __gethostname_alias(char*, size_t) __REDIRECT(gethostname);
int __getdomainname_alias(char*, size_t) __REDIRECT(getdomainname);
ssize_t __read_chk_warn(int, void*, size_t, size_t) __REDIRECT(__read_chk)
    __WARN("read called with bigger length than size of destination buffer");
ssize_t __pread_chk_warn(int, void*, size_t, off_t, size_t) __REDIRECT(__pread_chk)
    __WARN("pread called with bigger length than size of destination buffer");
ssize_t __readlink_chk_warn(const char* __restrict, char* __restrict, size_t, size_t)
    __REDIRECT(__readlink_chk)
        __WARN("readlink called with bigger length than size of destination buffer");
char* __getcwd_chk_warn(char*, size_t, size_t) __REDIRECT(__getcwd_chk)
    __WARN("getcwd called with bigger length than size of destination buffer");
ssize_t __readlinkat_chk_warn(int, const char* __restrict, char* __restrict, size_t, size_t)
    __REDIRECT(__readlinkat_chk)
        __WARN("readlinkat called with bigger length than size of destination buffer");
int __getgroups_chk_warn(int, gid_t[], size_t) __REDIRECT(__getgroups_chk)
    __WARN("getgroups called with bigger group count than what can fit into destination buffer");
int __ttyname_r_chk_warn(int, char*, size_t, size_t) __REDIRECT(__ttyname_r_chk)
    __WARN("ttyname_r called with bigger buflen than size of destination buffer");
int __gethostname_chk_warn(char*, size_t, size_t) __REDIRECT(__gethostname_chk)
    __WARN("gethostname called with bigger buflen than size of destination buffer");
int __getdomainname_chk_warn(char*, size_t, size_t) __REDIRECT(__getdomainname_chk)
    __WARN("getdomainname called with bigger buflen than size of destination buffer");

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
__FORTIFY ssize_t readlinkat(int __fd, const char* __restrict __path, char* __restrict __buffer,
                             size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __readlinkat_alias(__fd, __path, __buffer, __length),
                     __readlinkat_chk(__fd, __path, __buffer, __length, __size),
                     __readlinkat_chk_warn(__fd, __path, __buffer, __length, __size));
}
__FORTIFY int getgroups(int __count, gid_t __list[]) {
    size_t __size = __bos(__list);
    if (__count < 0) return __getgroups_alias(__count, __list);
    __FORTIFY_LENGTH((size_t)__count * sizeof *__list, __size, __getgroups_alias(__count, __list),
                     __getgroups_chk(__count, __list, __size),
                     __getgroups_chk_warn(__count, __list, __size));
}
__FORTIFY int ttyname_r(int __fd, char* __buffer, size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __ttyname_r_alias(__fd, __buffer, __length),
                     __ttyname_r_chk(__fd, __buffer, __length, __size),
                     __ttyname_r_chk_warn(__fd, __buffer, __length, __size));
}
__FORTIFY int gethostname(char* __buffer, size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __gethostname_alias(__buffer, __length),
                     __gethostname_chk(__buffer, __length, __size),
                     __gethostname_chk_warn(__buffer, __length, __size));
}
__FORTIFY int getdomainname(char* __buffer, size_t __length) {
    size_t __size = __bos(__buffer);
    __FORTIFY_LENGTH(__length, __size, __getdomainname_alias(__buffer, __length),
                     __getdomainname_chk(__buffer, __length, __size),
                     __getdomainname_chk_warn(__buffer, __length, __size));
}
__END_DECLS

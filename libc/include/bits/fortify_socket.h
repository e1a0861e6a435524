// recv and recvfrom that know their buffers. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
ssize_t __recv_chk(int, void*, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void* __restrict, size_t, size_t, int, struct sockaddr* __restrict,
                       socklen_t* __restrict);
ssize_t __recv_alias(int, void*, size_t, int) __REDIRECT(recv);
ssize_t __recvfrom_alias(int, void* __restrict, size_t, int, struct sockaddr* __restrict,
                         socklen_t* __restrict) __REDIRECT(recvfrom);
ssize_t __recv_chk_warn(int, void*, size_t, size_t, int) __REDIRECT(__recv_chk)
    __WARN("recv called with bigger length than size of destination buffer");
ssize_t __recvfrom_chk_warn(int, void* __restrict, size_t, size_t, int, struct sockaddr* __restrict,
                            socklen_t* __restrict) __REDIRECT(__recvfrom_chk)
    __WARN("recvfrom called with bigger length than size of destination buffer");

__FORTIFY ssize_t recv(int __fd, void* __buffer, size_t __length, int __flags) {
    size_t __size = __bos0(__buffer);
    __FORTIFY_LENGTH(__length, __size, __recv_alias(__fd, __buffer, __length, __flags),
                     __recv_chk(__fd, __buffer, __length, __size, __flags),
                     __recv_chk_warn(__fd, __buffer, __length, __size, __flags));
}
__FORTIFY ssize_t recvfrom(int __fd, void* __restrict __buffer, size_t __length, int __flags,
                           struct sockaddr* __restrict __from,
                           socklen_t* __restrict __from_length) {
    size_t __size = __bos0(__buffer);
    __FORTIFY_LENGTH(
        __length, __size,
        __recvfrom_alias(__fd, __buffer, __length, __flags, __from, __from_length),
        __recvfrom_chk(__fd, __buffer, __length, __size, __flags, __from, __from_length),
        __recvfrom_chk_warn(__fd, __buffer, __length, __size, __flags, __from, __from_length));
}
__END_DECLS

// poll and ppoll that know their arrays. See fortify.h.
#pragma once
#include <bits/fortify.h>
__BEGIN_DECLS
int __poll_chk(struct pollfd*, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd*, nfds_t, const struct timespec*, const sigset_t*, size_t);
int __poll_alias(struct pollfd*, nfds_t, int) __REDIRECT(poll);
int __ppoll_alias(struct pollfd*, nfds_t, const struct timespec*, const sigset_t*)
    __REDIRECT(ppoll);
int __poll_chk_warn(struct pollfd*, nfds_t, int, size_t) __REDIRECT(__poll_chk)
    __WARN("poll called with fds buffer too small file nfds entries");
int __ppoll_chk_warn(struct pollfd*, nfds_t, const struct timespec*, const sigset_t*, size_t)
    __REDIRECT(__ppoll_chk) __WARN("ppoll called with fds buffer too small file nfds entries");

__FORTIFY int poll(struct pollfd* __all, nfds_t __count, int __timeout) {
    size_t __size = __bos(__all);
    if (__size == __UNKNOWN) return __poll_alias(__all, __count, __timeout);
    __FORTIFY_LENGTH(__count, __size / sizeof *__all, __poll_alias(__all, __count, __timeout),
                     __poll_chk(__all, __count, __timeout, __size),
                     __poll_chk_warn(__all, __count, __timeout, __size));
}
__FORTIFY int ppoll(struct pollfd* __all, nfds_t __count, const struct timespec* __timeout,
                    const sigset_t* __mask) {
    size_t __size = __bos(__all);
    if (__size == __UNKNOWN) return __ppoll_alias(__all, __count, __timeout, __mask);
    __FORTIFY_LENGTH(__count, __size / sizeof *__all,
                     __ppoll_alias(__all, __count, __timeout, __mask),
                     __ppoll_chk(__all, __count, __timeout, __mask, __size),
                     __ppoll_chk_warn(__all, __count, __timeout, __mask, __size));
}
__END_DECLS

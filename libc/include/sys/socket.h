// The socket interface (socket(2), socket(7)). libc's own two names for each call: `__socket` is
// the strong one, `socket` a weak alias that a program may define itself.
#pragma once
#include <bits/types.h>
#include <uapi/socket.h>
__BEGIN_DECLS
#ifdef __i386__
// time_t has 64 bits here: the options that carry a time are the newer ones.
#undef SO_RCVTIMEO
#undef SO_SNDTIMEO
#undef SO_TIMESTAMP
#undef SO_TIMESTAMPNS
#undef SO_TIMESTAMPING
#undef SCM_TIMESTAMP
#undef SCM_TIMESTAMPNS
#undef SCM_TIMESTAMPING
#define SO_RCVTIMEO SO_RCVTIMEO_NEW
#define SO_SNDTIMEO SO_SNDTIMEO_NEW
#define SO_TIMESTAMP SO_TIMESTAMP_NEW
#define SO_TIMESTAMPNS SO_TIMESTAMPNS_NEW
#define SO_TIMESTAMPING SO_TIMESTAMPING_NEW
#define SCM_TIMESTAMP SO_TIMESTAMP
#define SCM_TIMESTAMPNS SO_TIMESTAMPNS
#define SCM_TIMESTAMPING SO_TIMESTAMPING
#endif
struct sockaddr {
    sa_family_t sa_family;
    char sa_data[14];
};
struct sockaddr_storage {
    sa_family_t ss_family;
    char __padding[128 - sizeof(sa_family_t) - sizeof(unsigned long)];
    unsigned long __align;
};
struct msghdr {
    void* msg_name;
    socklen_t msg_namelen;
    struct iovec* msg_iov;
    size_t msg_iovlen;
    void* msg_control;
    size_t msg_controllen;
    int msg_flags;
};
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned msg_len;
};
struct cmsghdr {
    size_t cmsg_len;
    int cmsg_level, cmsg_type;
};
struct linger {
    int l_onoff, l_linger;
};
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
#define CMSG_ALIGN(length) (((length) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_SPACE(length) (CMSG_ALIGN(length) + CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_LEN(length) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (length))
#define CMSG_DATA(cmsg) ((unsigned char*)((struct cmsghdr*)(cmsg) + 1))
#define CMSG_FIRSTHDR(message)                                                                     \
    ((message)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr*)(message)->msg_control \
                                                         : (struct cmsghdr*)0)
#define CMSG_NXTHDR(message, cmsg) __cmsg_nxthdr(message, cmsg)
static inline struct cmsghdr* __cmsg_nxthdr(struct msghdr* message, struct cmsghdr* cmsg) {
    unsigned char* end = (unsigned char*)message->msg_control + message->msg_controllen;
    size_t room = (size_t)(end - (unsigned char*)cmsg);
    if (cmsg->cmsg_len < sizeof(struct cmsghdr)) return (struct cmsghdr*)0;
    if (cmsg->cmsg_len > room || CMSG_ALIGN(cmsg->cmsg_len) + sizeof(struct cmsghdr) > room)
        return (struct cmsghdr*)0;
    struct cmsghdr* next = (struct cmsghdr*)((unsigned char*)cmsg + CMSG_ALIGN(cmsg->cmsg_len));
    if (CMSG_ALIGN(next->cmsg_len) > (size_t)(end - (unsigned char*)next))
        return (struct cmsghdr*)0;
    return next;
}

int socket(int, int, int);
int bind(int, const struct sockaddr*, socklen_t);
int connect(int, const struct sockaddr*, socklen_t);
int listen(int, int);
int accept(int, struct sockaddr* __restrict, socklen_t* __restrict);
int accept4(int, struct sockaddr* __restrict, socklen_t* __restrict, int);
int getsockname(int, struct sockaddr* __restrict, socklen_t* __restrict);
int getpeername(int, struct sockaddr* __restrict, socklen_t* __restrict);
int socketpair(int, int, int, int[2]);
ssize_t send(int, const void*, size_t, int);
ssize_t recv(int, void*, size_t, int);
ssize_t sendto(int, const void*, size_t, int, const struct sockaddr*, socklen_t);
ssize_t recvfrom(int, void* __restrict, size_t, int, struct sockaddr* __restrict,
                 socklen_t* __restrict);
int shutdown(int, int);
int setsockopt(int, int, int, const void*, socklen_t);
int getsockopt(int, int, int, void* __restrict, socklen_t* __restrict);
ssize_t sendmsg(int, const struct msghdr*, int);
ssize_t recvmsg(int, struct msghdr*, int);
int recvmmsg(int, struct mmsghdr*, unsigned, int, struct timespec*);
int sendmmsg(int, struct mmsghdr*, unsigned, int);
int sockatmark(int);
int isfdtype(int, int);

int __socket(int, int, int);
int __bind(int, const struct sockaddr*, socklen_t);
int __connect(int, const struct sockaddr*, socklen_t);
int __listen(int, int);
int __accept(int, struct sockaddr* __restrict, socklen_t* __restrict);
int __accept4(int, struct sockaddr* __restrict, socklen_t* __restrict, int);
int __getsockname(int, struct sockaddr* __restrict, socklen_t* __restrict);
int __getpeername(int, struct sockaddr* __restrict, socklen_t* __restrict);
int __socketpair(int, int, int, int[2]);
ssize_t __send(int, const void*, size_t, int);
ssize_t __recv(int, void*, size_t, int);
ssize_t __sendto(int, const void*, size_t, int, const struct sockaddr*, socklen_t);
ssize_t __recvfrom(int, void* __restrict, size_t, int, struct sockaddr* __restrict,
                   socklen_t* __restrict);
int __shutdown(int, int);
int __setsockopt(int, int, int, const void*, socklen_t);
int __getsockopt(int, int, int, void* __restrict, socklen_t* __restrict);
ssize_t __sendmsg(int, const struct msghdr*, int);
ssize_t __recvmsg(int, struct msghdr*, int);
int __recvmmsg(int, struct mmsghdr*, unsigned, int, struct timespec*);
int __sendmmsg(int, struct mmsghdr*, unsigned, int);
__END_DECLS
#if __USE_FORTIFY_LEVEL > 0
#include <bits/fortify_socket.h>
#endif

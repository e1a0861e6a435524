// sendmsg, recvmsg and their plurals: segments, names, limits, ancillary data, partial results;
// through each door whose structures are the program's own.
#include "test.h"

#include "doors.h"
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <time.h>

static struct sockaddr_in address, peer;
static socklen_t length;
static struct iovec parts[1025];
static struct msghdr message;
static struct mmsghdr many[4];
static char data[256], other[256], control[256];
static struct timespec timeout;
static int value;
static void* const bad = (void*)8;

static int bound(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    return s;
}

static void outgoing(const char* text) {
    memset(&message, 0, sizeof message);
    size_t size = strlen(text);
    memcpy(data, text, size);
    parts[0] = (struct iovec){data, size / 2};
    parts[1] = (struct iovec){0, 0};
    parts[2] = (struct iovec){data + size / 2, size - size / 2};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = parts;
    message.msg_iovlen = 3;
}

static void incoming(size_t first, size_t second) {
    memset(&message, 0, sizeof message);
    memset(other, 0, sizeof other);
    parts[0] = (struct iovec){other, first};
    parts[1] = (struct iovec){other + first, second};
    message.msg_name = &peer;
    message.msg_namelen = sizeof peer;
    message.msg_iov = parts;
    message.msg_iovlen = 2;
}

static void test_segments(int s) {
    outgoing("in several pieces");
    CHECK_EQ(x_sendmsg(s, &message, 0), 17);
    incoming(3, 100);
    CHECK_EQ(x_recvmsg(s, &message, 0), 17);
    CHECK_EQ(memcmp(other, "in several pieces", 17), 0);
    CHECK_EQ(message.msg_namelen, sizeof peer);
    CHECK_EQ(memcmp(&peer, &address, sizeof peer), 0);
    CHECK_EQ(message.msg_flags, 0);
    CHECK_EQ(message.msg_controllen, 0);
    outgoing("too long for it");
    CHECK_EQ(x_sendmsg(s, &message, 0), 15);
    incoming(3, 2);
    CHECK_EQ(x_recvmsg(s, &message, 0), 5);
    CHECK_EQ(message.msg_flags, MSG_TRUNC);
    outgoing("asks for the length");
    CHECK_EQ(x_sendmsg(s, &message, 0), 19);
    incoming(3, 2);
    CHECK_EQ(x_recvmsg(s, &message, MSG_TRUNC | MSG_PEEK), 19);
    CHECK_EQ(x_recvmsg(s, &message, MSG_TRUNC), 19);
}

static void test_limits(int s) {
    outgoing("x");
    CHECK_ERRNO(x_sendmsg(s, bad, 0), EFAULT);
    CHECK_ERRNO(x_recvmsg(s, bad, MSG_DONTWAIT), EFAULT);
    CHECK_ERRNO(x_sendmsg(-1, bad, 0), EBADF);
    message.msg_iovlen = 1025;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EMSGSIZE);
    outgoing("x");
    message.msg_iov = bad;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EFAULT);
    outgoing("x");
    message.msg_namelen = (socklen_t)-1;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EINVAL);
    outgoing("x");
    message.msg_name = bad;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EFAULT);
    outgoing("x");
    parts[2].iov_base = bad;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EFAULT);
    outgoing("x");
    parts[2].iov_len = (size_t)LONG_MIN;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EINVAL);
    outgoing("x");
    message.msg_control = bad;
    message.msg_controllen = 24;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EFAULT);
    outgoing("x");
    static char big[1 << 20];
    ((struct cmsghdr*)big)->cmsg_len = sizeof big;
    message.msg_control = big;
    message.msg_controllen = sizeof big;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), sizeof(long) == 4 ? ENOMEM : ENOBUFS);
    ((struct cmsghdr*)big)->cmsg_len = 1; // shorter than a header
    message.msg_controllen = 100;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), EINVAL);
    // Many empty segments are allowed.
    memset(parts, 0, sizeof parts);
    memset(&message, 0, sizeof message);
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = parts;
    message.msg_iovlen = 1024;
    CHECK_EQ(x_sendmsg(s, &message, 0), 0);
    incoming(1, 1);
    CHECK_EQ(x_recvmsg(s, &message, MSG_DONTWAIT), 0);
    CHECK_ERRNO(x_recvmsg(s, &message, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(message.msg_namelen, sizeof peer);
}

// IP_RECVTTL brings a control message; one that doesn't fit is cut and said so.
static void test_control(int s) {
    value = 1;
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, sizeof value), 0);
    outgoing("ttl");
    CHECK_EQ(x_sendmsg(s, &message, 0), 3);
    incoming(50, 50);
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    CHECK_EQ(x_recvmsg(s, &message, 0), 3);
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    CHECK(header != 0);
    if (header) {
        CHECK_EQ(header->cmsg_level, IPPROTO_IP);
        CHECK_EQ(header->cmsg_type, IP_TTL);
        CHECK_EQ(header->cmsg_len, CMSG_LEN(sizeof(int)));
        int ttl;
        memcpy(&ttl, CMSG_DATA(header), sizeof ttl);
        CHECK_EQ(ttl, 64);
        CHECK(CMSG_NXTHDR(&message, header) == 0);
    }
    CHECK_EQ(message.msg_controllen, CMSG_SPACE(sizeof(int)));
    outgoing("ttl");
    CHECK_EQ(x_sendmsg(s, &message, 0), 3);
    incoming(50, 50);
    message.msg_control = control;
    message.msg_controllen = 4;
    CHECK_EQ(x_recvmsg(s, &message, 0), 3);
    CHECK_EQ(message.msg_flags & MSG_CTRUNC, MSG_CTRUNC);
    outgoing("x");
    message.msg_control = control;
    message.msg_controllen = (size_t)1 << 31;
    CHECK_ERRNO(x_sendmsg(s, &message, 0), ENOBUFS);
    value = 0;
    CHECK_EQ(x_setsockopt(s, IPPROTO_IP, IP_RECVTTL, &value, sizeof value), 0);
}

static void fill_many(void) {
    for (int i = 0; i < 4; i++) {
        memset(&many[i], 0, sizeof many[i]);
        parts[i] = (struct iovec){data + i * 10, (size_t)i + 1};
        many[i].msg_hdr.msg_iov = &parts[i];
        many[i].msg_hdr.msg_iovlen = 1;
        many[i].msg_len = 99;
    }
}

static void test_plural(int s) {
    fill_many();
    for (int i = 0; i < 4; i++) {
        many[i].msg_hdr.msg_name = &address;
        many[i].msg_hdr.msg_namelen = sizeof address;
    }
    CHECK_EQ(x_sendmmsg(s, many, 4, 0), 4);
    CHECK_EQ(many[0].msg_len, 1);
    CHECK_EQ(many[3].msg_len, 4);
    fill_many();
    CHECK_EQ(x_recvmmsg(s, many, 4, 0, 0), 4);
    CHECK_EQ(many[3].msg_len, 4);
    CHECK_EQ(x_sendto(s, "one", 3, 0, &address, sizeof address), 3);
    fill_many();
    CHECK_EQ(x_recvmmsg(s, many, 4, MSG_WAITFORONE, 0), 1);
    CHECK_EQ(many[0].msg_len, 1);
    CHECK_EQ(many[0].msg_hdr.msg_flags, MSG_TRUNC);
    CHECK_EQ(many[1].msg_len, 99);
    CHECK_ERRNO(x_recvmmsg(s, many, 4, MSG_DONTWAIT, 0), EAGAIN);
    // A failure in the middle: what went is counted, the error isn't seen.
    fill_many();
    for (int i = 0; i < 4; i++) {
        many[i].msg_hdr.msg_name = i == 2 ? bad : &address;
        many[i].msg_hdr.msg_namelen = sizeof address;
    }
    CHECK_EQ(x_sendmmsg(s, many, 4, 0), 2);
    CHECK_ERRNO(x_sendmmsg(s, many + 2, 2, 0), EFAULT);
    fill_many();
    CHECK_EQ(x_recvmmsg(s, many, 4, MSG_DONTWAIT, 0), 2);
    CHECK_EQ(x_sendmmsg(s, many, 0, 0), 0);
    CHECK_ERRNO(x_sendmmsg(-1, many, 1, 0), EBADF);
    timeout = (struct timespec){-1, 0};
    CHECK_ERRNO(x_recvmmsg(s, many, 1, 0, &timeout), EINVAL);
    timeout = (struct timespec){0, 1000000000};
    CHECK_ERRNO(x_recvmmsg(s, many, 1, 0, &timeout), EINVAL);
    CHECK_EQ(x_sendto(s, "t", 1, 0, &address, sizeof address), 1);
    timeout = (struct timespec){5, 0};
    CHECK_EQ(x_recvmmsg(s, many, 1, 0, &timeout), 1);
    CHECK(timeout.tv_sec == 4);
}

static void test_vectors(int s) {
    CHECK_EQ(x_connect(s, &address, sizeof address), 0);
    memcpy(data, "vectored", 8);
    parts[0] = (struct iovec){data, 4};
    parts[1] = (struct iovec){data + 4, 4};
    CHECK_EQ(writev(s, parts, 2), 8);
    parts[0] = (struct iovec){other, 2};
    parts[1] = (struct iovec){other + 2, 30};
    CHECK_EQ(readv(s, parts, 2), 8);
    CHECK_EQ(memcmp(other, "vectored", 8), 0);
    CHECK_ERRNO(writev(s, parts, 1025), EINVAL);
    CHECK_ERRNO(writev(s, parts, -1), EINVAL);
    CHECK_ERRNO(writev(s, bad, 1), EFAULT);
}

int main(void) {
    for (door = 0; door < DOOR_COUNT; door++) {
        if (!door_takes_structures()) continue;
        int before = test_failed;
        int s = bound();
        test_segments(s);
        test_limits(s);
        test_control(s);
        test_plural(s);
        test_vectors(s);
        close(s);
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}

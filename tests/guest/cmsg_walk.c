// Ancillary data that is wrong in every way, sent by UDP and AF_UNIX: a line of results each, which
// must be the same on Linux and in Plumb.
#include "test.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sockaddr_in address;
static char control[65536] __attribute__((aligned(16)));
static char byte;

static int reader; // of what arrives

static long send_control(int fd, size_t size) {
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
    message.msg_control = control;
    message.msg_controllen = size;
    long sent = syscall(SYS_sendmsg, fd, &message, MSG_DONTWAIT); // past the C library
    int error = errno;
    char sink[8];
    while (recv(reader, sink, sizeof sink, MSG_DONTWAIT) >= 0)
        ;
    return sent < 0 ? -error : sent;
}

static void put(size_t at, size_t size, int level, int type) {
    struct cmsghdr header = {.cmsg_len = size, .cmsg_level = level, .cmsg_type = type};
    memcpy(control + at, &header, sizeof header);
}

static void lengths(const char* name, int fd, int level, int type) {
    static const long sizes[] = {0,  1,  3,  4,  8,   12, 16, 20,
                                 24, 28, 32, 64, 100, -1, -8, 0x7fffffff};
    static const size_t rooms[] = {1, 8, 11, 12, 13, 15, 16, 17, 20, 24, 28, 32, 40, 128};
    printf("%s %d/%d:", name, level, type);
    for (unsigned i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        printf(" [%zu]", rooms[i] - sizeof(struct cmsghdr) + 16);
        for (unsigned k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            memset(control, 0, 256);
            put(0, (size_t)sizes[k], level, type);
            printf(" %ld", send_control(fd, rooms[i]));
        }
    }
    printf("\n");
}

static void second(const char* name, int fd) {
    static const long sizes[] = {0, 4, 12, 16, 20, 24, 40, -1};
    printf("%s second:", name);
    for (unsigned k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        memset(control, 0, 256);
        put(0, CMSG_LEN(sizeof(int)), 99, 1);
        put(CMSG_SPACE(sizeof(int)), (size_t)sizes[k], 99, 1);
        printf(" %ld", send_control(fd, CMSG_SPACE(sizeof(int)) + 24));
    }
    printf("\n");
}

int main(void) {
    int udp = socket(AF_INET, SOCK_DGRAM, 0), pair[2], stream[2];
    socklen_t length = sizeof address;
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    CHECK_EQ(bind(udp, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(getsockname(udp, (struct sockaddr*)&address, &length), 0);
    CHECK_EQ(connect(udp, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, stream), 0);
    static const int kinds[][2] = {{SOL_SOCKET, SCM_RIGHTS}, {SOL_SOCKET, SCM_CREDENTIALS},
                                   {SOL_SOCKET, 77},         {IPPROTO_IP, IP_TTL},
                                   {IPPROTO_IP, IP_TOS},     {IPPROTO_IP, IP_PKTINFO},
                                   {IPPROTO_IP, 77},         {99, 1}};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        reader = udp;
        lengths("udp", udp, kinds[i][0], kinds[i][1]);
        if (kinds[i][0] == SOL_SOCKET && kinds[i][1] != 77)
            continue; // real descriptors, identities
        reader = pair[1];
        lengths("datagram", pair[0], kinds[i][0], kinds[i][1]);
        reader = stream[1];
        lengths("stream", stream[0], kinds[i][0], kinds[i][1]);
    }
    reader = udp;
    second("udp", udp);
    reader = pair[1];
    second("datagram", pair[0]);
    return test_end();
}

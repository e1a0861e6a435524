// Each of the socket calls, in a conversation with itself.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.h"

static void streams(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       other;
    socklen_t length = sizeof address;
    CHECK(listener >= 0 && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0);
    CHECK(bind(listener, (struct sockaddr*)&address, length) == 0 && listen(listener, 4) == 0);
    CHECK(getsockname(listener, (struct sockaddr*)&address, &length) == 0 && address.sin_port);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(client, (struct sockaddr*)&address, sizeof address) == 0);
    length = sizeof other;
    int served = accept(listener, (struct sockaddr*)&other, &length);
    CHECK(served >= 0 && other.sin_addr.s_addr == address.sin_addr.s_addr);
    length = sizeof other;
    CHECK(getpeername(client, (struct sockaddr*)&other, &length) == 0 &&
          other.sin_port == address.sin_port);
    char text[32] = "";
    CHECK(send(client, "hogehoge", 8, 0) == 8 && recv(served, text, 4, MSG_PEEK) == 4);
    CHECK(recv(served, text, sizeof text, 0) == 8 && !memcmp(text, "hogehoge", 8));
    struct timeval limit = {0, 20000};
    CHECK(setsockopt(served, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    length = sizeof limit;
    CHECK(getsockopt(served, SOL_SOCKET, SO_RCVTIMEO, &limit, &length) == 0 &&
          limit.tv_usec == 20000 && length == sizeof limit);
    errno = 0;
    CHECK(recv(served, text, 1, 0) == -1 && errno == EAGAIN);
    int second = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(second, (struct sockaddr*)&address, sizeof address) == 0);
    int flagged = accept4(listener, 0, 0, SOCK_NONBLOCK);
    CHECK(flagged >= 0 && recv(flagged, text, 1, 0) == -1 && errno == EAGAIN);
    CHECK(shutdown(client, SHUT_WR) == 0 && recv(served, text, 1, 0) == 0);
    close(listener), close(client), close(served), close(second), close(flagged);
}

static void messages(void) {
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    struct iovec out[2] = {{(void*)"gather", 6}, {(void*)" scatter", 8}};
    struct msghdr message = {.msg_iov = out, .msg_iovlen = 2};
    CHECK(sendmsg(pair[0], &message, 0) == 14);
    char first[4], second[20] = "";
    struct iovec in[2] = {{first, 4}, {second, 19}};
    message = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
    CHECK(recvmsg(pair[1], &message, 0) == 14 && !memcmp(first, "gath", 4) &&
          !strcmp(second, "er scatter"));
    struct mmsghdr several[2] = {{.msg_hdr = {.msg_iov = out, .msg_iovlen = 1}},
                                 {.msg_hdr = {.msg_iov = out + 1, .msg_iovlen = 1}}};
    CHECK(sendmmsg(pair[0], several, 2, 0) == 2 && several[1].msg_len == 8);
    struct mmsghdr got[2] = {{.msg_hdr = {.msg_iov = in, .msg_iovlen = 2}},
                             {.msg_hdr = {.msg_iov = in, .msg_iovlen = 2}}};
    struct timespec limit = {1, 0};
    CHECK(recvmmsg(pair[1], got, 2, 0, &limit) == 2 && got[0].msg_len == 6 && got[1].msg_len == 8);
    char space[CMSG_SPACE(sizeof(int))];
    message = (struct msghdr){
        .msg_iov = out, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr* control = CMSG_FIRSTHDR(&message);
    *control = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(control), &pair[0], sizeof(int));
    CHECK(sendmsg(pair[0], &message, 0) == 6);
    memset(space, 0, sizeof space);
    message = (struct msghdr){
        .msg_iov = in, .msg_iovlen = 2, .msg_control = space, .msg_controllen = sizeof space};
    CHECK(recvmsg(pair[1], &message, 0) == 6 && (control = CMSG_FIRSTHDR(&message)) &&
          control->cmsg_type == SCM_RIGHTS);
    CHECK(!CMSG_NXTHDR(&message, control));
    int passed;
    memcpy(&passed, CMSG_DATA(control), sizeof passed);
    CHECK(write(passed, "again", 5) == 5 && read(pair[1], second, 5) == 5);
    close(pair[0]), close(pair[1]), close(passed);
}

static void datagrams(void) {
    int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       from;
    socklen_t length = sizeof address;
    CHECK(bind(a, (struct sockaddr*)&address, length) == 0 &&
          getsockname(a, (struct sockaddr*)&address, &length) == 0);
    CHECK(sendto(b, "datagram", 8, 0, (struct sockaddr*)&address, length) == 8);
    struct pollfd waiting = {a, POLLIN, 0};
    CHECK(poll(&waiting, 1, 1000) == 1 && waiting.revents == POLLIN);
    fd_set set;
    FD_ZERO(&set), FD_SET(a, &set);
    struct timeval limit = {1, 0};
    CHECK(select(a + 1, &set, 0, 0, &limit) == 1 && FD_ISSET(a, &set) && limit.tv_usec > 0);
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcull}, found[2];
    CHECK(epoll_ctl(poller, EPOLL_CTL_ADD, a, &event) == 0 &&
          epoll_wait(poller, found, 2, 1000) == 1);
    CHECK(found[0].data.u64 == 0x123456789abcull && found[0].events == EPOLLIN);
    char text[16];
    length = sizeof from;
    CHECK(recvfrom(a, text, sizeof text, 0, (struct sockaddr*)&from, &length) == 8 &&
          from.sin_family == AF_INET);
    close(a), close(b), close(poller);
}

static void names(void) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
    CHECK(getaddrinfo("localhost", "http", &hints, &list) == 0);
    struct sockaddr_in* address = (struct sockaddr_in*)list->ai_addr;
    CHECK(address->sin_addr.s_addr == htonl(INADDR_LOOPBACK) && address->sin_port == htons(80) &&
          !list->ai_next);
    char host[64], service[16];
    CHECK(getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, service, sizeof service,
                      NI_NUMERICHOST | NI_NUMERICSERV) == 0);
    CHECK(!strcmp(host, "127.0.0.1") && !strcmp(service, "80"));
    freeaddrinfo(list);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK(getaddrinfo("no.such.name", "80", &hints, &list) == EAI_NONAME);
    struct hostent* found = gethostbyname("10.1.2.3");
    CHECK(found && found->h_addrtype == AF_INET && ((unsigned char*)found->h_addr)[3] == 3);
}

int main(void) {
    streams();
    messages();
    datagrams();
    names();
    return report();
}

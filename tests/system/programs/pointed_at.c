// Calls whose arguments point at structures that point on: lists of messages, ioctls. The trace of
// it is what a test reads. Compiled by the host's compiler.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BAD ((void*)0x1000)

static struct sockaddr_in address_of(const char* text, unsigned short port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, text, &address.sin_addr);
    return address;
}

static void messages(void) {
    struct sockaddr_in self = address_of("127.0.0.1", 7777);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bind(fd, (struct sockaddr*)&self, sizeof self);
    struct iovec first[2] = {{"one", 3}, {"and a half", 10}}, second = {"two", 3};
    struct mmsghdr out[2] = {
        {.msg_hdr =
             {.msg_name = &self, .msg_namelen = sizeof self, .msg_iov = first, .msg_iovlen = 2}},
        {.msg_hdr = {
             .msg_name = &self, .msg_namelen = sizeof self, .msg_iov = &second, .msg_iovlen = 1}}};
    sendmmsg(fd, out, 2, 0);
    int waiting = 0;
    ioctl(fd, FIONREAD, &waiting);
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    poll(&polled, 1, 0);
    char bytes[3][32];
    struct sockaddr_in from[3];
    struct iovec room[3];
    struct mmsghdr in[3] = {0};
    for (int i = 0; i < 3; i++) {
        room[i] = (struct iovec){bytes[i], sizeof bytes[i]};
        in[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                        .msg_namelen = sizeof from[i],
                                        .msg_iov = &room[i],
                                        .msg_iovlen = 1};
    }
    recvmmsg(fd, in, 3, MSG_DONTWAIT, NULL);
    recvmmsg(fd, in, 3, MSG_DONTWAIT, NULL); // nothing left
    close(fd);
}

// More than the trace keeps, and addresses at which nothing is.
static void many_and_bad(void) {
    struct sockaddr_in self = address_of("127.0.0.1", 7777);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bind(fd, (struct sockaddr*)&self, sizeof self);
    struct iovec five[5], bad = {BAD, 7};
    struct mmsghdr out[6] = {0}, in[6] = {0};
    char bytes[6][32];
    struct iovec room[6];
    for (int i = 0; i < 5; i++) five[i] = (struct iovec){"a", 1};
    for (int i = 0; i < 6; i++) {
        out[i].msg_hdr = (struct msghdr){.msg_name = &self,
                                         .msg_namelen = sizeof self,
                                         .msg_iov = five,
                                         .msg_iovlen = i == 0 ? 5 : 1};
        room[i] = (struct iovec){bytes[i], sizeof bytes[i]};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &room[i], .msg_iovlen = 1};
    }
    sendmmsg(fd, out, 6, 0);
    recvmmsg(fd, in, 6, MSG_DONTWAIT, NULL);
    struct msghdr message = {.msg_name = BAD, .msg_namelen = 16, .msg_iov = &bad, .msg_iovlen = 1};
    sendmsg(fd, &message, 0);
    sendmmsg(fd, BAD, 2, 0);
    writev(fd, &bad, 1);
    connect(fd, (struct sockaddr*)&self, 1);
    close(fd);
    char path[101];
    memset(path, 'p', 100);
    path[100] = 0;
    open(path, O_RDONLY);
    char* words[20] = {"x", BAD};
    execve("/nowhere", words, NULL);
    for (int i = 0; i < 19; i++) words[i] = "w";
    execve("/nowhere", words, NULL);
}

static void ioctls(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = {.ifr_name = "lo"};
    ioctl(fd, SIOCGIFFLAGS, &request);
    ioctl(fd, SIOCGIFADDR, &request);
    ioctl(fd, SIOCGIFMTU, &request);
    strcpy(request.ifr_name, "none");
    ioctl(fd, SIOCGIFINDEX, &request);
    struct rtentry route = {.rt_flags = RTF_UP};
    *(struct sockaddr_in*)&route.rt_dst = address_of("192.0.2.0", 0);
    *(struct sockaddr_in*)&route.rt_gateway = address_of("192.0.2.1", 0);
    *(struct sockaddr_in*)&route.rt_genmask = address_of("255.255.255.0", 0);
    ioctl(fd, SIOCDELRT, &route);
    char room[400];
    struct ifconf all = {.ifc_len = sizeof room, .ifc_buf = room};
    ioctl(fd, SIOCGIFCONF, &all);
    ioctl(fd, 0x12345678, 0x1234);
    close(fd);
    struct winsize size;
    ioctl(0, TIOCGWINSZ, &size);
    int on = 1;
    ioctl(0, FIONBIO, &on);
    ioctl(0, FIONBIO, (int*)8);
    on = 0;
    ioctl(0, FIONBIO, &on);
    int tun = open("/dev/net/tun", O_RDWR);
    struct ifreq device = {.ifr_name = "plumb0", .ifr_flags = IFF_TUN | IFF_NO_PI};
    ioctl(tun, TUNSETIFF, &device);
    close(tun);
}

int main(void) {
    messages();
    many_and_bad();
    ioctls();
    return 0;
}

// /dev/net/tun's ioctls pressed hard: every flag and name of TUNSETIFF, what needs an interface and
// what doesn't, interfaces that are deleted under who reads, many of them, and commands, packets
// and arguments at random. What the interface carries is tun.c's.
#include "own_network.h"
#include "test.h"

#include <arpa/inet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct ifreq request;
static char bytes[70000];

static int open_tun(void) { return open("/dev/net/tun", O_RDWR | O_NONBLOCK); }

static int attach(int fd, int flags, const char* name) {
    memset(&request, 0, sizeof request);
    request.ifr_flags = (short)flags;
    memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ)); // 16 of them aren't ended
    return ioctl(fd, TUNSETIFF, &request);
}

// One of its own, and its name; null when that isn't had.
static const char* named(int flags, const char* name, int* fd) {
    *fd = open_tun();
    return attach(*fd, flags, name) == 0 ? request.ifr_name : NULL;
}

static int delete_link(const char* name) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        int error[200];
    } message = {{NLMSG_LENGTH(sizeof message.link), RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0},
                 {.ifi_index = (int)if_nametoindex(name)},
                 {0}};
    if (message.link.ifi_index == 0) return ENODEV;
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    send(fd, &message, message.header.nlmsg_len, 0);
    recv(fd, &message, sizeof message, 0);
    close(fd);
    return -*(int*)NLMSG_DATA(&message.header);
}

static void flags(void) {
    // What takes bits of the flags, and what is for want of it refused.
    const int optional = IFF_NAPI | IFF_MULTI_QUEUE | IFF_VNET_HDR, shown = IFF_NO_PI | 0x2000;
    int fd, features = 0;
    for (int bit = 4; bit < 0x10000; bit *= 2) {
        if (bit == 0x20) continue; // IFF_NAPI_FRAGS: not in a namespace
        for (int mode = IFF_TUN; mode <= IFF_TAP; mode++) {
            fd = open_tun();
            CHECK_EQ(ioctl(fd, TUNGETFEATURES, &features), 0);
            const int refused = bit & optional & ~features;
            CHECK(attach(fd, mode | bit, "f0") == (refused ? -1 : 0));
            memset(&request, 0, sizeof request);
            CHECK_EQ(ioctl(fd, TUNGETIFF, &request), refused ? -1 : 0);
            CHECK(refused ||
                  (request.ifr_flags & (shown | 3)) == (mode | (bit & shown) | IFF_NOFILTER));
            close(fd);
        }
    }
    fd = open_tun();
    CHECK_ERRNO(attach(fd, IFF_NO_PI, "f0"), EINVAL);
    CHECK_EQ(attach(fd, IFF_TUN | IFF_TAP, "f0"), 0); // a tun then
    CHECK_EQ(ioctl(fd, TUNGETIFF, &request), 0);
    CHECK_EQ(request.ifr_flags & 3, IFF_TUN);
    CHECK_EQ(ioctl(fd, TUNSETPERSIST, 1), 0);
    close(fd);
    fd = open_tun();
    CHECK_ERRNO(attach(fd, IFF_TAP, "f0"), EINVAL);
    CHECK_ERRNO(attach(fd, 0, "f0"), EINVAL);
    CHECK_ERRNO(attach(fd, IFF_TUN | IFF_TUN_EXCL, "f0"), EBUSY);
    CHECK_EQ(attach(fd, IFF_TUN | IFF_NO_PI | 0x2000, "f0"), 0); // other ones are taken over
    CHECK_EQ(ioctl(fd, TUNGETIFF, &request), 0);
    CHECK_EQ(request.ifr_flags & 0xffff, IFF_TUN | IFF_NO_PI | 0x2000 | IFF_PERSIST);
    CHECK_EQ(ioctl(fd, TUNSETPERSIST, 0), 0);
    close(fd);
    CHECK_EQ(if_nametoindex("f0"), 0);
}

static void names(void) {
    static const struct {
        const char *asked, *given; // null: EINVAL
    } cases[] = {{"", "tun0"},
                 {"n%d", "n0"},
                 {"%d", "0"},
                 {"n%dx", "n0x"},
                 {"n%d%d", NULL},
                 {"n%s", NULL},
                 {"n%", NULL},
                 {"n%5d", NULL},
                 {"n%%d", NULL},
                 {"nnnnnnnnnnnnn%d", "nnnnnnnnnnnnn0"},
                 {"nnnnnnnnnnnnnnnn", "nnnnnnnnnnnnnnn"},
                 {"n n", NULL},
                 {"n:n", NULL},
                 {"n/n", NULL},
                 {"n\tn", NULL},
                 {".", NULL},
                 {"..", NULL},
                 {"lo", NULL},
                 {"...", "..."},
                 {"n\1\377", "n\1\377"}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd;
        const char* got = named(IFF_TUN, cases[i].asked, &fd);
        CHECK(cases[i].given ? got && !strcmp(got, cases[i].given) : !got && errno == EINVAL);
        close(fd);
    }
    // The first number that is free; what only looks like one doesn't count.
    int fd[5], others[4];
    static const char* const alike[] = {"m01", "m1x", "m", "m4294967298"};
    for (int i = 0; i < 4; i++) CHECK(named(IFF_TUN, alike[i], &others[i]));
    for (int i = 0; i < 4; i++) CHECK(named(IFF_TUN, "m%d", &fd[i]));
    CHECK_EQ(strcmp(request.ifr_name, "m3"), 0);
    close(fd[1]);
    CHECK(named(IFF_TUN, "m%d", &fd[1]));
    CHECK_EQ(strcmp(request.ifr_name, "m1"), 0);
    CHECK(named(IFF_TUN, "m%d", &fd[4]));
    CHECK_EQ(strcmp(request.ifr_name, "m4"), 0);
    // The same for another's name.
    int inet = socket(AF_INET, SOCK_DGRAM, 0);
    strcpy(request.ifr_newname, "m%d");
    CHECK_EQ(ioctl(inet, SIOCSIFNAME, &request), 0);
    CHECK(if_nametoindex("m5") || if_nametoindex("m4"));
    strcpy(request.ifr_name, "m0");
    strcpy(request.ifr_newname, "m0");
    CHECK_EQ(ioctl(inet, SIOCSIFNAME, &request), 0);
    strcpy(request.ifr_newname, "m2");
    CHECK_ERRNO(ioctl(inet, SIOCSIFNAME, &request), EEXIST);
    strcpy(request.ifr_newname, "m%s");
    CHECK_ERRNO(ioctl(inet, SIOCSIFNAME, &request), EINVAL);
    close(inet);
    for (int i = 0; i < 5; i++) close(fd[i]);
    for (int i = 0; i < 4; i++) close(others[i]);
}

static void arguments(void) {
    static const unsigned long need_interface[] = {
        TUNSETNOCSUM, TUNSETPERSIST, TUNSETOWNER,  TUNSETLINK,    TUNSETGROUP,   TUNSETOFFLOAD,
        TUNGETIFF,    TUNSETCARRIER, TUNGETSNDBUF, SIOCGIFHWADDR, SIOCSIFHWADDR, 0x54ff};
    int fd = open_tun();
    for (unsigned i = 0; i < sizeof need_interface / sizeof *need_interface; i++)
        CHECK_ERRNO(ioctl(fd, need_interface[i], &request), EBADFD);
    for (int attached = 0; attached < 2; attached++) {
        CHECK_ERRNO(ioctl(fd, TUNGETFEATURES, NULL), EFAULT);
        CHECK_ERRNO(ioctl(fd, TUNSETQUEUE, NULL), EFAULT);
        memset(&request, 0, sizeof request);
        request.ifr_flags = IFF_ATTACH_QUEUE;
        CHECK_ERRNO(ioctl(fd, TUNSETQUEUE, &request), EINVAL);
        request.ifr_flags = IFF_DETACH_QUEUE;
        CHECK_ERRNO(ioctl(fd, TUNSETQUEUE, &request), EINVAL);
        CHECK_ERRNO(ioctl(fd, TUNSETIFF, NULL), EFAULT);
        if (!attached) CHECK_EQ(attach(fd, IFF_TUN, "a0"), 0);
    }
    CHECK_ERRNO(ioctl(fd, TUNGETIFF, NULL), EFAULT);
    CHECK_ERRNO(ioctl(fd, TUNSETCARRIER, NULL), EFAULT);
    CHECK_ERRNO(ioctl(fd, TUNSETOWNER, -1), EINVAL);
    CHECK_ERRNO(ioctl(fd, TUNSETGROUP, -1), EINVAL);
    CHECK_EQ(ioctl(fd, TUNSETOWNER, 0), 0);
    CHECK_ERRNO(ioctl(fd, TUNSETOFFLOAD, -1), EINVAL);
    CHECK_ERRNO(ioctl(fd, 0x54ff, 0), EINVAL);
    close(fd);
    // The interface is there although nobody could be told its name.
    void* page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(page, "ro0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0", 18);
    mprotect(page, 4096, PROT_READ);
    fd = open_tun();
    CHECK_ERRNO(ioctl(fd, TUNSETIFF, page), EFAULT);
    CHECK(if_nametoindex("ro0") > 0);
    close(fd);
    munmap(page, 4096);
}

static void short_packets(void) {
    void* const nowhere = (void*)64;
    int tun, tap;
    CHECK(named(IFF_TUN, "s0", &tun) && named(IFF_TAP | IFF_NO_PI, "s1", &tap));
    device_flags("s0", IFF_UP, 0);
    device_flags("s1", IFF_UP, 0);
    for (int length = 0; length < 14; length++) {
        errno = 0;
        long written = write(tun, bytes, (size_t)length);
        CHECK(length < 4 ? written == -1 && errno == EINVAL : written == length);
        CHECK_ERRNO(write(tap, bytes, (size_t)length), EINVAL);
    }
    CHECK_EQ(write(tap, bytes, 14), 14);
    CHECK_ERRNO(write(tap, nowhere, 14), EFAULT);
    CHECK_ERRNO(write(tun, nowhere, 4), EFAULT);
    CHECK_EQ(write(tap, bytes, 65535 + 14), 65535 + 14);
    close(tun);
    close(tap);
}

static int held; // what the threads wait at

static void* read_blocked(void* error) {
    char byte[100];
    *(long*)error = read(held, byte, sizeof byte) < 0 ? errno : 0;
    return NULL;
}
static void* poll_blocked(void* events) {
    struct pollfd waiting = {held, POLLIN, 0};
    poll(&waiting, 1, 5000);
    *(long*)events = waiting.revents;
    return NULL;
}

static void deleted(void) {
    int inet = socket(AF_INET, SOCK_DGRAM, 0);
    held = open("/dev/net/tun", O_RDWR);
    CHECK_EQ(attach(held, IFF_TUN, "d0"), 0);
    pthread_t reader[2], poller;
    long error[2] = {0}, events = 0;
    for (int i = 0; i < 2; i++) pthread_create(&reader[i], NULL, read_blocked, &error[i]);
    pthread_create(&poller, NULL, poll_blocked, &events);
    usleep(100000);
    CHECK_EQ(delete_link("d0"), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(reader[i], NULL);
        CHECK_EQ(error[i], EFAULT);
    }
    pthread_join(poller, NULL);
    CHECK_EQ(events, POLLERR);
    CHECK_EQ(if_nametoindex("d0"), 0);
    CHECK_ERRNO(read(held, bytes, 100), EBADFD);
    CHECK_ERRNO(write(held, bytes, 100), EBADFD);
    CHECK_ERRNO(ioctl(held, TUNGETIFF, &request), EBADFD);
    CHECK_EQ(attach(held, IFF_TUN, "d1"), 0); // and begins anew
    CHECK_EQ(ioctl(held, TUNSETPERSIST, 1), 0);
    close(held);
    CHECK_EQ(delete_link("d1"), 0);
    CHECK_EQ(delete_link("d1"), ENODEV);
    CHECK_EQ(delete_link("lo"), EOPNOTSUPP);
    // With an address, a route, and packets on both sides of it.
    CHECK(named(IFF_TUN | IFF_NO_PI, "d2", &held));
    struct sockaddr_in address = {AF_INET, htons(9), {htonl(0x0a090001)}, {0}};
    memcpy(&request.ifr_addr, &address, sizeof address);
    CHECK_EQ(ioctl(inet, SIOCSIFADDR, &request), 0);
    address.sin_addr.s_addr = htonl(0x0a090002);
    memcpy(&request.ifr_addr, &address, sizeof address);
    CHECK_EQ(ioctl(inet, SIOCSIFDSTADDR, &request), 0);
    device_flags("d2", IFF_UP, 0);
    CHECK_EQ(sendto(inet, "x", 1, 0, (struct sockaddr*)&address, sizeof address), 1);
    CHECK_EQ(delete_link("d2"), 0);
    CHECK(sendto(inet, "x", 1, 0, (struct sockaddr*)&address, sizeof address) != 1 ||
          if_nametoindex("eth0")); // by the default route, where there is one
    close(held);
    close(inet);
}

static void many(void) {
    char name[IFNAMSIZ];
    for (int i = 0; i < 40; i++) {
        int fd;
        CHECK(named(i % 2 ? IFF_TUN : IFF_TAP, "many%d", &fd));
        CHECK_EQ(ioctl(fd, TUNSETPERSIST, 1), 0);
        close(fd);
    }
    for (int i = 0; i < 40; i++) {
        sprintf(name, "many%d", (i * 7) % 40);
        CHECK_EQ(delete_link(name), 0);
    }
}

static unsigned seed = 2026;
static unsigned pick(unsigned below) {
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % below;
}

static void* noise(unsigned length) {
    for (unsigned i = 0; i < length; i++) bytes[i] = (char)pick(256);
    return bytes;
}

// A command with nothing, a small number, -1, an address of nothing, or of bytes at random.
static void random_command(int fd) {
    static const unsigned long odd[] = {SIOCGIFHWADDR, SIOCSIFHWADDR, TUNSETPERSIST, TUNSETLINK};
    unsigned long command = pick(4) ? _IOW('T', 200 + pick(30), int) : odd[pick(4)];
    if (pick(3) == 0) command = _IOR('T', 200 + pick(30), int);
    if (command == TUNSETIFF && pick(8)) return; // Linux takes its time
    void* const arguments[] = {NULL, (void*)1, (void*)-1, (void*)64, noise(200)};
    ioctl(fd, command, arguments[pick(5)]);
}

static void at_random(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int fd[4];
        for (int i = 0; i < 4; i++) fd[i] = open_tun();
        attach(fd[0], IFF_TUN, "r0");
        attach(fd[1], IFF_TAP, "r1");
        attach(fd[2], IFF_TUN | IFF_NO_PI, "r2");
        for (int round = 0; round < 3000; round++) {
            const int at = fd[pick(4)];
            const unsigned length = pick(pick(20) ? 120 : 3000);
            if (round % 64 == 0) {
                device_flags("r0", IFF_UP, 0);
                device_flags("r1", IFF_UP, 0);
                device_flags("r2", IFF_UP, 0);
            }
            if (pick(3) == 0)
                random_command(at);
            else if (pick(4))
                (void)!write(at, noise(length), length);
            else
                (void)!read(at, bytes, length);
        }
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

int main(void) {
    own_network();
    flags();
    names();
    arguments();
    short_packets();
    deleted();
    many();
    at_random();
    return test_end();
}

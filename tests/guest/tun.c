// /dev/net/tun: an interface whose other end is this program. It answers a ping as a host behind a
// tun, and ARP and UDP as a station on a tap.
#include "own_network.h"
#include "test.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <sys/wait.h>

static struct ifreq request;
static unsigned char bytes[4096];

static int open_tun(void) { return open("/dev/net/tun", O_RDWR | O_NONBLOCK); }

static int attach(int fd, int flags, const char* name) {
    memset(&request, 0, sizeof request);
    request.ifr_flags = (short)flags;
    strcpy(request.ifr_name, name);
    return ioctl(fd, TUNSETIFF, &request);
}

static int events(int fd) {
    struct pollfd waiting = {fd, POLLIN | POLLOUT, 0};
    poll(&waiting, 1, 0);
    return waiting.revents;
}

// An address of the interface, by its ioctl.
static int set_address(unsigned long command, const char* name, const char* address) {
    struct sockaddr_in in = {AF_INET, 0, {inet_addr(address)}, {0}};
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, name);
    memcpy(&request.ifr_addr, &in, sizeof in);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int result = ioctl(fd, command, &request);
    close(fd);
    return result;
}

// The next packet with these bytes at a place (Linux sends IPv6's own besides); its length.
static int next(int fd, int place, int first, int second) {
    for (;;) {
        struct pollfd waiting = {fd, POLLIN, 0};
        if (poll(&waiting, 1, 3000) != 1) return -1;
        int length = (int)read(fd, bytes, sizeof bytes);
        if (length < 0 || (bytes[place] == first && bytes[place + 1] == second)) return length;
    }
}

static uint16_t checksum(const void* data, int length) {
    const unsigned char* at = data;
    unsigned sum = 0;
    for (int i = 0; i < length; i += 2) sum += at[i] << 8 | (i + 1 < length ? at[i + 1] : 0);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

static void before_attaching(void) {
    int fd = open_tun(), value = 0;
    CHECK(fd >= 0);
    CHECK_ERRNO(read(fd, bytes, 100), EBADFD);
    CHECK_ERRNO(write(fd, bytes, 100), EBADFD);
    CHECK_ERRNO(lseek(fd, 0, SEEK_SET), ESPIPE);
    CHECK_EQ(events(fd), POLLERR);
    CHECK_ERRNO(ioctl(fd, TUNGETIFF, &request), EBADFD);
    CHECK_ERRNO(ioctl(fd, TUNSETPERSIST, 1), EBADFD);
    CHECK_ERRNO(ioctl(fd, 0x1234, 1), EBADFD);
    CHECK_EQ(ioctl(fd, TUNGETFEATURES, &value), 0);
    CHECK_EQ(value & (IFF_TUN | IFF_TAP | IFF_NO_PI), IFF_TUN | IFF_TAP | IFF_NO_PI);
    CHECK_ERRNO(attach(fd, 0, ""), EINVAL);
    CHECK_ERRNO(attach(fd, IFF_TUN, "a/b"), EINVAL);
    CHECK_ERRNO(attach(fd, IFF_TUN, "lo"), EINVAL);
    CHECK_ERRNO(ioctl(fd, TUNSETIFF, NULL), EFAULT);
    close(fd);
}

static void states(void) {
    int fd = open_tun(), other = open_tun();
    CHECK_EQ(attach(fd, IFF_TUN, "t%d"), 0);
    CHECK_EQ(strcmp(request.ifr_name, "t0"), 0);
    CHECK_ERRNO(attach(fd, IFF_TUN, ""), EEXIST);
    CHECK_ERRNO(attach(other, IFF_TUN, "t0"), EBUSY);
    CHECK_ERRNO(attach(other, IFF_TAP, "t0"), EINVAL);
    CHECK_EQ(ioctl(fd, TUNGETIFF, &request), 0);
    CHECK_EQ(strcmp(request.ifr_name, "t0"), 0);
    CHECK_EQ(request.ifr_flags, IFF_TUN | IFF_NOFILTER);
    CHECK_EQ(device_flags("t0", 0, 0), IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST);
    CHECK_EQ(events(fd), 0);
    CHECK_ERRNO(read(fd, bytes, 100), EAGAIN);
    CHECK_EQ(read(fd, bytes, 0), 0);
    memset(bytes, 0, sizeof bytes);
    CHECK_ERRNO(write(fd, bytes, 3), EINVAL);
    CHECK_ERRNO(write(fd, bytes, 24), EIO);
    device_flags("t0", IFF_UP, 0);
    CHECK_EQ(device_flags("t0", 0, 0),
             IFF_UP | IFF_RUNNING | IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST);
    CHECK(events(fd) & POLLOUT);
    CHECK_ERRNO(write(fd, bytes, 3), EINVAL);
    CHECK_EQ(write(fd, bytes, 4), 4);
    CHECK_EQ(write(fd, bytes, 24), 24);
    CHECK_ERRNO(ioctl(fd, TUNSETLINK, 1), EBUSY);
    CHECK_EQ(ioctl(fd, TUNSETOFFLOAD, 0), 0);
    CHECK_ERRNO(ioctl(fd, TUNSETOFFLOAD, 99999), EINVAL);
    CHECK_ERRNO(ioctl(fd, SIOCGIFMTU, &request), EINVAL);
    CHECK_EQ(attach(other, IFF_TUN | IFF_NO_PI, ""), 0);
    CHECK_EQ(strcmp(request.ifr_name, "tun0"), 0);
    CHECK_ERRNO(write(other, bytes, 0), EINVAL);
    CHECK_ERRNO(write(other, "x", 1), EINVAL);
    CHECK_ERRNO(write(other, "E", 1), EIO);
    device_flags("tun0", IFF_UP, 0);
    CHECK_EQ(write(other, "E", 1), 1);
    CHECK(if_nametoindex("tun0") > 0);
    close(other);
    CHECK_EQ(if_nametoindex("tun0"), 0);
    close(fd);
    CHECK_EQ(if_nametoindex("t0"), 0);
}

static void persistence(void) {
    int fd = open_tun();
    CHECK_EQ(attach(fd, IFF_TAP, ""), 0);
    CHECK_EQ(strcmp(request.ifr_name, "tap0"), 0);
    CHECK_EQ(device_flags("tap0", 0, 0), IFF_BROADCAST | IFF_MULTICAST);
    CHECK_EQ(ioctl(fd, SIOCGIFHWADDR, &request), 0);
    CHECK_EQ(request.ifr_hwaddr.sa_family, ARPHRD_ETHER);
    CHECK_EQ(request.ifr_hwaddr.sa_data[0] & 3, 2);
    CHECK_ERRNO(write(fd, bytes, 17), EINVAL);
    CHECK_ERRNO(write(fd, bytes, 18), EIO);
    CHECK_EQ(ioctl(fd, TUNSETPERSIST, 1), 0);
    CHECK_EQ(ioctl(fd, TUNGETIFF, &request), 0);
    CHECK(request.ifr_flags & IFF_PERSIST);
    close(fd);
    CHECK(if_nametoindex("tap0") > 0);
    device_flags("tap0", IFF_UP, 0);
    fd = open_tun();
    CHECK_ERRNO(attach(fd, IFF_TAP | IFF_TUN_EXCL, "tap0"), EBUSY);
    CHECK_EQ(attach(fd, IFF_TAP, "tap0"), 0);
    CHECK_EQ(device_flags("tap0", 0, 0) & IFF_RUNNING, IFF_RUNNING);
    CHECK_EQ(ioctl(fd, TUNSETPERSIST, 0), 0);
    close(fd);
    CHECK_EQ(if_nametoindex("tap0"), 0);
}

// The kernel asks the host behind the tun, which is us.
static void ping(int with_info) {
    int fd = open_tun(), skip = with_info ? 4 : 0;
    CHECK_EQ(attach(fd, IFF_TUN | (with_info ? 0 : IFF_NO_PI), "ping0"), 0);
    CHECK_EQ(set_address(SIOCSIFADDR, "ping0", "10.9.0.1"), 0);
    CHECK_EQ(set_address(SIOCSIFDSTADDR, "ping0", "10.9.0.2"), 0);
    device_flags("ping0", IFF_UP, 0);
    int tap = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_IP));
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct sockaddr_in to = {AF_INET, 0, {inet_addr("10.9.0.2")}, {0}};
    unsigned char echo[64] = {ICMP_ECHO};
    echo[4] = 0x77;
    *(uint16_t*)(echo + 2) = checksum(echo, sizeof echo);
    CHECK_EQ(sendto(raw, echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), sizeof echo);
    CHECK_EQ(next(fd, skip, 0x45, 0), skip + 84);
    if (with_info) CHECK_EQ(bytes[2] << 8 | bytes[3], ETH_P_IP);
    CHECK_EQ(bytes[skip + 20], ICMP_ECHO);
    // Turned round: the addresses change places, which leaves IP's sum as it is.
    unsigned char address[4];
    memcpy(address, bytes + skip + 12, 4);
    memcpy(bytes + skip + 12, bytes + skip + 16, 4);
    memcpy(bytes + skip + 16, address, 4);
    bytes[skip + 20] = ICMP_ECHOREPLY;
    bytes[skip + 22] = bytes[skip + 23] = 0;
    *(uint16_t*)(bytes + skip + 22) = checksum(bytes + skip + 20, 64);
    CHECK_EQ(write(fd, bytes, skip + 84), skip + 84);
    struct timeval limit = {3, 0};
    setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    CHECK_EQ(recv(raw, bytes, sizeof bytes, 0), 84);
    CHECK_EQ(bytes[20], ICMP_ECHOREPLY);
    CHECK_EQ(bytes[24], 0x77);
    // A packet socket sees it as well, without a link header.
    struct sockaddr_ll from;
    socklen_t length = sizeof from;
    CHECK_EQ(recvfrom(tap, bytes, sizeof bytes, 0, (struct sockaddr*)&from, &length), 84);
    CHECK_EQ(from.sll_hatype, 0xfffe);
    CHECK_EQ(from.sll_halen, 0);
    // Too little room: the packet is cut, and its tun_pi says so.
    CHECK_EQ(sendto(raw, echo, sizeof echo, 0, (struct sockaddr*)&to, sizeof to), sizeof echo);
    struct pollfd waiting = {fd, POLLIN, 0};
    CHECK_EQ(poll(&waiting, 1, 3000), 1);
    CHECK_EQ(read(fd, bytes, 30), 30);
    if (with_info) CHECK_EQ(*(uint16_t*)bytes, TUN_PKT_STRIP);
    close(tap);
    close(raw);
    close(fd);
}

// A station on the tap's wire: it is asked for its address, gets a datagram and answers it.
static void station(void) {
    static const unsigned char station_address[6] = {2, 0, 0, 0, 0, 9};
    int fd = open_tun();
    CHECK_EQ(attach(fd, IFF_TAP | IFF_NO_PI, "wire%d"), 0);
    CHECK_EQ(set_address(SIOCSIFADDR, "wire0", "10.8.0.1"), 0);
    CHECK_EQ(set_address(SIOCSIFNETMASK, "wire0", "255.255.255.0"), 0);
    device_flags("wire0", IFF_UP, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {AF_INET, htons(7), {inet_addr("10.8.0.2")}, {0}};
    CHECK_EQ(sendto(udp, "hello", 5, 0, (struct sockaddr*)&to, sizeof to), 5);
    unsigned char question[60] = {0};
    do {
        int length = next(fd, 12, 8, 6);
        if (length < 42) break;
        memcpy(question, bytes, 42);
    } while (question[41] != 2); // an announcement of our own comes first in Plumb
    CHECK_EQ(question[21], 1);
    CHECK_EQ(memcmp(question, "\377\377\377\377\377\377", 6), 0);
    unsigned char answer[42];
    memcpy(answer, question + 6, 6);
    memcpy(answer + 6, station_address, 6);
    memcpy(answer + 12, question + 12, 10);
    answer[21] = 2;
    memcpy(answer + 22, station_address, 6);
    memcpy(answer + 28, question + 38, 4);
    memcpy(answer + 32, question + 22, 10);
    CHECK_EQ(write(fd, answer, sizeof answer), sizeof answer);
    CHECK_EQ(next(fd, 12, 8, 0), 14 + 20 + 8 + 5);
    CHECK_EQ(memcmp(bytes, station_address, 6), 0);
    CHECK_EQ(memcmp(bytes + 42, "hello", 5), 0);
    // Back: both addresses, both ports; no sum is a good sum in UDP.
    unsigned char back[47];
    memcpy(back, bytes, sizeof back);
    memcpy(back, bytes + 6, 6);
    memcpy(back + 6, bytes, 6);
    memcpy(back + 26, bytes + 30, 4);
    memcpy(back + 30, bytes + 26, 4);
    memcpy(back + 34, bytes + 36, 2);
    memcpy(back + 36, bytes + 34, 2);
    back[40] = back[41] = 0;
    memcpy(back + 42, "world", 5);
    CHECK_EQ(write(fd, back, sizeof back), sizeof back);
    CHECK_EQ(recv(udp, bytes, sizeof bytes, MSG_DONTWAIT), 5);
    CHECK_EQ(memcmp(bytes, "world", 5), 0);
    close(udp);
    close(fd);
}

// More packets than anybody reads are lost, and nothing else.
static void overflow(void) {
    int fd = open_tun();
    CHECK_EQ(attach(fd, IFF_TUN | IFF_NO_PI, "full0"), 0);
    CHECK_EQ(set_address(SIOCSIFADDR, "full0", "10.7.0.1"), 0);
    CHECK_EQ(set_address(SIOCSIFDSTADDR, "full0", "10.7.0.2"), 0);
    device_flags("full0", IFF_UP, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), got = 0;
    struct sockaddr_in to = {AF_INET, htons(7), {inet_addr("10.7.0.2")}, {0}};
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(sendto(udp, "hello", 5, 0, (struct sockaddr*)&to, sizeof to), 5);
    while (read(fd, bytes, sizeof bytes) > 0) got++;
    CHECK(got >= 450 && got <= 550);
    for (int i = 0; i < 3; i++) sendto(udp, "hello", 5, 0, (struct sockaddr*)&to, sizeof to);
    close(fd); // with packets in its queue
    close(udp);
}

static void rights(void) {
    if (fork() == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(2);
        int fd = open_tun();
        // Where the device file itself isn't for everybody, that is the end already.
        if (fd < 0) _exit(errno != EACCES);
        _exit(attach(fd, IFF_TUN, "") != -1 || errno != EPERM);
    }
    int status = -1;
    wait(&status);
    CHECK_EQ(status, 0);
}

int main(void) {
    rights();
    own_network();
    before_attaching();
    states();
    persistence();
    ping(0);
    ping(1);
    station();
    overflow();
    return test_end();
}

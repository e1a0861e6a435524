// AF_PACKET: who sees which frame, names, binding, sending, membership, statistics, the ring,
// errors. All on lo, where every frame is seen twice: going out and coming in.
#include "packet.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

static int own_name(int fd) {
    memset(&name, 0, sizeof name);
    length = sizeof name;
    return getsockname(fd, (struct sockaddr*)&name, &length);
}

static int receive(int fd, int flags) {
    memset(&name, 0, sizeof name);
    length = sizeof name;
    return recvfrom(fd, bytes, sizeof bytes, flags, (struct sockaddr*)&name, &length);
}

static void empty(int fd) {
    while (recv(fd, bytes, sizeof bytes, MSG_TRUNC) >= 0) {
    }
}

static void creation(void) {
    CHECK_ERRNO(socket(AF_PACKET, SOCK_STREAM, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(socket(AF_PACKET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    int fd = packet(SOCK_RAW, ETH_P_ALL);
    CHECK(fd >= 0);
    CHECK_EQ(own_name(fd), 0);
    CHECK_EQ(length, 12);
    CHECK_EQ(ntohs(name.sll_protocol), ETH_P_ALL);
    CHECK_EQ(name.sll_ifindex, 0);
    CHECK_EQ(bind_to(fd, lo, 0), 0);
    CHECK_EQ(own_name(fd), 0);
    CHECK_EQ(length, 18);
    CHECK_EQ(ntohs(name.sll_protocol), ETH_P_ALL);
    CHECK_EQ(name.sll_ifindex, lo);
    CHECK_EQ(name.sll_hatype, 772);
    CHECK_EQ(name.sll_halen, 6);
    CHECK_ERRNO(bind_to(fd, 9999, ETH_P_ALL), ENODEV);
    CHECK_ERRNO(bind_to(fd, -1, ETH_P_ALL), ENODEV);
    CHECK_ERRNO(bind(fd, (struct sockaddr*)&name, 12), EINVAL);
    name.sll_family = AF_INET;
    CHECK_ERRNO(bind(fd, (struct sockaddr*)&name, sizeof name), EINVAL);
    length = sizeof name;
    CHECK_ERRNO(getpeername(fd, (struct sockaddr*)&name, &length), EOPNOTSUPP);
    CHECK_ERRNO(connect(fd, (struct sockaddr*)&name, sizeof name), EOPNOTSUPP);
    CHECK_ERRNO(listen(fd, 1), EOPNOTSUPP);
    CHECK_ERRNO(accept(fd, NULL, NULL), EOPNOTSUPP);
    CHECK_ERRNO(shutdown(fd, SHUT_RDWR), EOPNOTSUPP);
    CHECK_ERRNO(recv(fd, bytes, 10, MSG_OOB), EINVAL);
    CHECK_ERRNO(recv(fd, bytes, 10, MSG_ERRQUEUE), EAGAIN);
    CHECK_ERRNO(setsockopt(fd, SOL_IP, 1, bytes, 4), ENOPROTOOPT);
    int value = 0;
    length = sizeof value;
    CHECK_ERRNO(getsockopt(fd, SOL_IP, 1, &value, &length), ENOPROTOOPT);
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &length), 0);
    CHECK_EQ(value, AF_PACKET);
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &length), 0);
    CHECK_EQ(value, 0);
    close(fd);
}

static void both_ways(void) {
    int all = packet(SOCK_RAW, ETH_P_ALL), ip = packet(SOCK_RAW, ETH_P_IP),
        cooked = packet(SOCK_DGRAM, ETH_P_IP), arp = packet(SOCK_RAW, ETH_P_ARP);
    bind_to(all, lo, ETH_P_ALL);
    bind_to(ip, lo, ETH_P_IP);
    bind_to(cooked, lo, ETH_P_IP);
    bind_to(arp, lo, ETH_P_ARP);
    send_udp(100);
    CHECK_EQ(receive(all, 0), 142);
    CHECK_EQ(length, sizeof name);
    CHECK_EQ(name.sll_pkttype, PACKET_OUTGOING);
    CHECK_EQ(ntohs(name.sll_protocol), ETH_P_IP);
    CHECK_EQ(receive(all, MSG_PEEK), 142);
    CHECK_EQ(receive(all, 0), 142);
    CHECK_EQ(name.sll_family, AF_PACKET);
    CHECK_EQ(name.sll_pkttype, PACKET_HOST);
    CHECK_EQ(name.sll_ifindex, lo);
    CHECK_EQ(name.sll_hatype, 772);
    CHECK_EQ(name.sll_halen, 6);
    CHECK_EQ(bytes[12], 8);
    CHECK_EQ(bytes[14], 0x45);
    CHECK_ERRNO(receive(all, 0), EAGAIN);
    // A protocol's own tap only sees what comes in.
    CHECK_EQ(receive(ip, 0), 142);
    CHECK_EQ(name.sll_pkttype, PACKET_HOST);
    CHECK_ERRNO(receive(ip, 0), EAGAIN);
    CHECK_EQ(receive(cooked, MSG_TRUNC), 128);
    CHECK_EQ(bytes[0], 0x45);
    CHECK_ERRNO(receive(arp, 0), EAGAIN);
    // Less room than the frame.
    send_udp(100);
    struct iovec piece = {bytes, 20};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    CHECK_EQ(recvmsg(cooked, &message, 0), 20);
    CHECK_EQ(message.msg_flags, MSG_TRUNC);
    send_udp(100);
    CHECK_EQ(recvmsg(cooked, &message, MSG_TRUNC), 128);
    int waiting = -1;
    empty(all);
    send_udp(10);
    CHECK_EQ(ioctl(all, FIONREAD, &waiting), 0);
    CHECK_EQ(waiting, 52);
    int one = 1;
    empty(all);
    CHECK_EQ(setsockopt(all, SOL_PACKET, 23 /* PACKET_IGNORE_OUTGOING */, &one, sizeof one), 0);
    send_udp(10);
    CHECK_EQ(receive(all, 0), 52);
    CHECK_EQ(name.sll_pkttype, PACKET_HOST);
    CHECK_ERRNO(receive(all, 0), EAGAIN);
    close(all);
    close(ip);
    close(cooked);
    close(arp);
}

static void sending(void) {
    int raw = packet(SOCK_RAW, 0), cooked = packet(SOCK_DGRAM, 0),
        all = packet(SOCK_RAW, ETH_P_ALL);
    memset(bytes, 0, 200);
    CHECK_ERRNO(send(cooked, "x", 1, 0), ENXIO);
    memset(&name, 0, sizeof name);
    name.sll_family = AF_PACKET;
    name.sll_ifindex = lo;
    name.sll_protocol = htons(0x1234);
    CHECK_ERRNO(sendto(cooked, "x", 1, 0, (struct sockaddr*)&name, 12), EINVAL);
    CHECK_ERRNO(sendto(cooked, "x", 1, 0, (struct sockaddr*)&name, 18), EINVAL);
    name.sll_halen = 9;
    CHECK_ERRNO(sendto(cooked, "x", 1, 0, (struct sockaddr*)&name, 20), EINVAL);
    name.sll_halen = 6;
    name.sll_addr[0] = 2;
    bind_to(all, lo, ETH_P_ALL);
    name.sll_halen = 6;
    name.sll_protocol = htons(0x1234);
    memset(name.sll_addr, 0x22, 6);
    CHECK_EQ(sendto(cooked, "hello", 5, 0, (struct sockaddr*)&name, sizeof name), 5);
    CHECK_EQ(receive(all, 0), 19);
    CHECK_EQ(name.sll_pkttype, PACKET_OUTGOING);
    CHECK_EQ(bytes[0], 0x22);
    CHECK_EQ(bytes[12], 0x12);
    CHECK_EQ(bytes[13], 0x34);
    CHECK_EQ(memcmp(bytes + 14, "hello", 5), 0);
    CHECK_EQ(receive(all, 0), 19);
    CHECK_EQ(name.sll_pkttype, PACKET_OTHERHOST);
    // IEEE 802.3: a length where the type would be.
    name.sll_protocol = htons(ETH_P_802_2);
    name.sll_ifindex = lo;
    CHECK_EQ(sendto(cooked, "hello", 5, 0, (struct sockaddr*)&name, sizeof name), 5);
    CHECK_EQ(receive(all, 0), 19);
    CHECK_EQ(receive(all, 0), 19);
    CHECK_EQ(bytes[13], 5);
    CHECK_EQ(ntohs(name.sll_protocol), ETH_P_802_2);
    // A sender with ETH_P_ALL doesn't hear itself going out.
    memset(bytes, 0, 100);
    CHECK_EQ(send(all, bytes, 60, 0), 60);
    CHECK_EQ(receive(all, 0), 60);
    CHECK_EQ(name.sll_pkttype, PACKET_HOST);
    CHECK_ERRNO(receive(all, 0), EAGAIN);
    bind_to(raw, lo, ETH_P_IP);
    CHECK_ERRNO(send(raw, bytes, 13, 0), EINVAL);
    CHECK_ERRNO(send(raw, bytes, 0, 0), EINVAL);
    CHECK_EQ(send(raw, bytes, 14, 0), 14);
    CHECK_ERRNO(send(raw, bytes, 65536 + 14 + 1, 0), EMSGSIZE);
    CHECK_ERRNO(send(raw, bytes, 65536 + 14 + 5, 0), EMSGSIZE);
    memset(&name, 0, sizeof name);
    name.sll_family = AF_PACKET;
    name.sll_ifindex = 9999;
    CHECK_ERRNO(sendto(raw, bytes, 60, 0, (struct sockaddr*)&name, sizeof name), ENXIO);
    close(raw);
    close(cooked);
    close(all);
}

static void device_goes_down(void) {
    int fd = packet(SOCK_RAW, ETH_P_ALL);
    bind_to(fd, lo, ETH_P_ALL);
    send_udp(1);
    device_flags("lo", 0, IFF_UP);
    struct pollfd waiting = {fd, POLLIN | POLLOUT, 0};
    CHECK_EQ(poll(&waiting, 1, 0), 1);
    CHECK_EQ(waiting.revents, POLLIN | POLLOUT | POLLERR);
    CHECK_ERRNO(receive(fd, 0), ENETDOWN);
    CHECK_EQ(receive(fd, 0), 43);
    CHECK_ERRNO(send(fd, bytes, 60, 0), ENETDOWN);
    int late = packet(SOCK_RAW, 0);
    CHECK_EQ(bind_to(late, lo, ETH_P_ALL), 0);
    CHECK_ERRNO(receive(late, 0), ENETDOWN);
    CHECK_ERRNO(receive(late, 0), EAGAIN);
    device_flags("lo", IFF_UP, 0);
    empty(fd);
    empty(late);
    send_udp(1);
    CHECK_EQ(receive(fd, 0), 43);
    CHECK_EQ(receive(late, 0), 43);
    close(fd);
    close(late);
}

static void membership(void) {
    int fd = packet(SOCK_RAW, 0);
    struct packet_mreq request = {lo, PACKET_MR_PROMISC, 0, {0}};
#define CHANGE(how) setsockopt(fd, SOL_PACKET, PACKET_##how##_MEMBERSHIP, &request, sizeof request)
    CHECK_EQ(CHANGE(ADD), 0);
    CHECK_EQ(CHANGE(ADD), 0);
    CHECK_EQ(CHANGE(DROP), 0);
    CHECK_EQ(CHANGE(DROP), 0);
    request.mr_type = PACKET_MR_ALLMULTI;
    CHECK_EQ(CHANGE(ADD), 0);
    request.mr_type = PACKET_MR_MULTICAST;
    request.mr_alen = 6;
    memcpy(request.mr_address, "\1\0\x5e\1\2\3", 6);
    CHECK_EQ(CHANGE(ADD), 0);
    CHECK_EQ(CHANGE(ADD), 0);
    request.mr_alen = 5;
    CHECK_ERRNO(CHANGE(ADD), EINVAL);
    request.mr_alen = 7;
    CHECK_ERRNO(CHANGE(ADD), EINVAL);
    request.mr_alen = 9;
    CHECK_ERRNO(CHANGE(ADD), EINVAL);
    request.mr_alen = 6;
    CHECK_ERRNO(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, 15), EINVAL);
    request.mr_ifindex = 9999;
    CHECK_ERRNO(CHANGE(ADD), ENODEV);
    close(fd);
}

static void options(void) {
    int fd = packet(SOCK_DGRAM, ETH_P_IP), one = 1, value = 0;
    bind_to(fd, lo, ETH_P_IP);
    length = sizeof value;
    CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof one), 0);
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &value, &length), 0);
    CHECK_EQ(value, 1);
    CHECK_ERRNO(setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, 3), EINVAL);
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_VERSION, &value, &length), 0);
    CHECK_EQ(value, 0);
    value = 99;
    CHECK_ERRNO(getsockopt(fd, SOL_PACKET, PACKET_HDRLEN, &value, &length), EINVAL);
    value = TPACKET_V2;
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_HDRLEN, &value, &length), 0);
    CHECK_EQ(value, sizeof(struct tpacket2_hdr));
    CHECK_ERRNO(setsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &one, sizeof one), ENOPROTOOPT);
    CHECK_ERRNO(setsockopt(fd, SOL_PACKET, 99, &one, sizeof one), ENOPROTOOPT);
    CHECK_ERRNO(getsockopt(fd, SOL_PACKET, 99, &value, &length), ENOPROTOOPT);
    empty(fd);
    send_udp(50);
    char control[200];
    struct iovec piece = {bytes, 30};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    CHECK_EQ(recvmsg(fd, &message, 0), 30);
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    CHECK(header && header->cmsg_level == SOL_PACKET && header->cmsg_type == PACKET_AUXDATA);
    if (header) {
        struct tpacket_auxdata aux;
        memcpy(&aux, CMSG_DATA(header), sizeof aux);
        CHECK_EQ(aux.tp_len, 78);
        CHECK_EQ(aux.tp_snaplen, 78);
        CHECK_EQ(aux.tp_mac, 0);
        CHECK_EQ(aux.tp_net, 0);
        CHECK(aux.tp_status & TP_STATUS_USER);
    }
    close(fd);
}

static void statistics(void) {
    int fd = packet(SOCK_RAW, ETH_P_IP), small = 1;
    bind_to(fd, lo, ETH_P_IP);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 20; i++) send_udp(1000);
    unsigned queued = 0;
    while (recv(fd, bytes, sizeof bytes, 0) > 0) queued++;
    struct tpacket_stats counted;
    length = sizeof counted;
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counted, &length), 0);
    CHECK_EQ(length, sizeof counted);
    CHECK_EQ(counted.tp_packets, 20);
    CHECK_EQ(counted.tp_packets - counted.tp_drops, queued);
    CHECK(queued > 0 && queued < 20);
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counted, &length), 0);
    CHECK_EQ(counted.tp_packets, 0);
    close(fd);
}

static void ring(void) {
    int fd = packet(SOCK_RAW, 0), version = TPACKET_V2;
    struct tpacket_req request = {4096, 2, 2048, 4};
#define RING() setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request)
    CHECK((void*)MAP_FAILED == mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    CHECK_EQ(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version), 0);
    request.tp_block_size = 4095;
    CHECK_ERRNO(RING(), EINVAL);
    request.tp_block_size = 4096;
    request.tp_frame_size = 2047;
    CHECK_ERRNO(RING(), EINVAL);
    request.tp_frame_size = 48;
    CHECK_ERRNO(RING(), EINVAL);
    request.tp_frame_size = 2048;
    request.tp_frame_nr = 5;
    CHECK_ERRNO(RING(), EINVAL);
    request.tp_frame_nr = 4;
    CHECK_EQ(RING(), 0);
    CHECK_ERRNO(RING(), EBUSY);
    CHECK_ERRNO(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version), EBUSY);
    char* map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    struct pollfd waiting = {fd, POLLIN, 0};
    bind_to(fd, lo, ETH_P_IP);
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    for (int i = 0; i < 6; i++) send_udp(100 + i);
    CHECK_EQ(poll(&waiting, 1, 0), 1);
    for (int i = 0; i < 4; i++) {
        struct tpacket2_hdr* header = (struct tpacket2_hdr*)(map + 2048 * i);
        CHECK(header->tp_status & TP_STATUS_USER);
        CHECK_EQ(header->tp_len, 142 + i);
        CHECK_EQ(header->tp_snaplen, 142 + i);
        CHECK_EQ(header->tp_mac, 66);
        CHECK_EQ(header->tp_net, 80);
        CHECK(header->tp_sec > 1000000000 && header->tp_nsec < 1000000000);
        CHECK_EQ(map[2048 * i + 80], 0x45);
        struct sockaddr_ll* from = (struct sockaddr_ll*)(map + 2048 * i + 32);
        CHECK_EQ(from->sll_ifindex, lo);
        CHECK_EQ(from->sll_pkttype, PACKET_HOST);
    }
    struct tpacket_stats counted;
    length = sizeof counted;
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counted, &length), 0);
    CHECK_EQ(counted.tp_packets, 6);
    CHECK_EQ(counted.tp_drops, 2);
    for (int i = 0; i < 4; i++)
        ((struct tpacket2_hdr*)(map + 2048 * i))->tp_status = TP_STATUS_KERNEL;
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    send_udp(3000); // more than a slot holds
    struct tpacket2_hdr* first = (struct tpacket2_hdr*)map;
    CHECK_EQ(first->tp_len, 3042);
    CHECK_EQ(first->tp_snaplen, 2048 - 66);
    memset(&request, 0, sizeof request);
    CHECK_ERRNO(RING(), EBUSY); // mapped
    munmap(map, 8192);
    CHECK_EQ(RING(), 0);
    close(fd);
}

static void old_type(void) {
    int fd = socket(AF_INET, SOCK_PACKET, htons(ETH_P_IP)); // as in Linux 2.0
    CHECK(fd >= 0);
    struct sockaddr to;
    memset(&to, 0, sizeof to);
    to.sa_family = AF_PACKET;
    strcpy(to.sa_data, "nothing");
    CHECK_ERRNO(bind(fd, &to, sizeof to), ENODEV);
    strcpy(to.sa_data, "lo");
    CHECK_EQ(bind(fd, &to, sizeof to), 0);
    send_udp(20);
    struct sockaddr_pkt from;
    length = sizeof from;
    CHECK_EQ(recvfrom(fd, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr*)&from, &length), 62);
    CHECK_EQ(length, sizeof from);
    CHECK_EQ(strcmp((char*)from.spkt_device, "lo"), 0);
    CHECK_EQ(from.spkt_protocol, htons(ETH_P_IP));
    CHECK_ERRNO(send(fd, bytes, 60, 0), ENOTCONN);
    CHECK_EQ(sendto(fd, bytes, 60, 0, (struct sockaddr*)&from, sizeof from), 60);
    close(fd);
}

// Called first: in a namespace of its own a program may.
static void rights(void) {
    if (fork() == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(2);
        _exit(socket(AF_PACKET, SOCK_RAW, 0) != -1 || errno != EPERM);
    }
    int status = -1;
    wait(&status);
    CHECK_EQ(status, 0);
}

int main(void) {
    rights();
    own_network();
    lo = if_nametoindex("lo");
    creation();
    both_ways();
    sending();
    device_goes_down();
    membership();
    options();
    statistics();
    ring();
    old_type();
    return test_end();
}

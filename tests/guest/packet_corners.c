// Packet sockets at their edges: rings of odd sizes and what may be mapped of them, filters that
// look beyond the packet, cut frames, memberships counted. What they ordinarily do is
// packet_socket.c's.
#include "packet.h"

#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/mman.h>

#define SET(fd, option, value) setsockopt(fd, SOL_PACKET, option, &(value), sizeof(value))

// The first slots of a ring after two datagrams, of 52 and of 3042 bytes.
static const struct {
    struct tpacket_req request;
    unsigned reserve;
    int error;                   // 0: it can be had
    unsigned lost, snap[2], mac; // frames lost; how much of each is there; where
} rings[] = {
    {{4096, 1, 4096, 1}, 0, 0, 1, {52, 0}, 66}, // a single slot
    {{4096, 1, 64, 64}, 0, 0, 0, {0, 0}, 66},   // slots that hold no more than their header
    {{4096, 1, 52, 78}, 0, EINVAL, 0, {0, 0}, 0},
    {{4096, 1, 48, 85}, 0, EINVAL, 0, {0, 0}, 0},
    {{4096, 1, 16, 256}, 0, EINVAL, 0, {0, 0}, 0},
    {{4096, 1, 0, 0}, 0, EINVAL, 0, {0, 0}, 0},
    {{8192, 1, 8192, 1}, 0, 0, 1, {52, 0}, 66},
    {{4096, 1, 8192, 0}, 0, EINVAL, 0, {0, 0}, 0}, // larger than a block
    {{12288, 1, 4096, 3}, 0, 0, 0, {52, 3042}, 66},
    {{12288, 2, 1360, 18}, 0, 0, 0, {52, 1360 - 66}, 66}, // that lie across pages
    {{0x80000000, 1, 4096, 0x80000}, 0, EINVAL, 0, {0, 0}, 0},
    {{4096, 0xffffffff, 4096, 0xffffffff}, 0, ENOMEM, 0, {0, 0}, 0},
    {{4096, 0x80000001, 2048, 2}, 0, EINVAL, 0, {0, 0}, 0}, // 32 bits would overflow
    {{4096, 0, 2048, 2}, 0, EINVAL, 0, {0, 0}, 0},
    {{4096, 0, 2048, 0}, 0, 0, 0, {0, 0}, 0}, // none
    {{4096, 1, 1024, 4}, 1000, EINVAL, 0, {0, 0}, 0},
    {{4096, 1, 1072, 3}, 1000, 0, 0, {6, 6}, 1066},
    {{131072, 1, 131072, 1}, 70000, 0, 2, {0, 0}, 0}, // beyond what 16 bits say
    {{4096, 1, 4096, 1}, 0x7fffffff, EINVAL, 0, {0, 0}, 0},
};

static void check_maps(int fd, size_t size) {
    static const struct {
        size_t more, offset;
    } wrong[] = {{4096, 0}, {0, 4096}, {(size_t)-4096, 0}, {(size_t)-4096, 4096}};
    for (unsigned i = 0; i < 4; i++) {
        if (size + wrong[i].more == 0) continue;
        errno = 0;
        void* map =
            mmap(NULL, size + wrong[i].more, PROT_READ, MAP_SHARED, fd, (off_t)wrong[i].offset);
        CHECK(map == MAP_FAILED && errno == EINVAL);
    }
    void* map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    munmap(map, size);
}

static void one_ring(unsigned i) {
    const struct tpacket_req* wanted = &rings[i].request;
    int fd = packet(SOCK_RAW, 0), version = TPACKET_V2;
    SET(fd, PACKET_VERSION, version);
    CHECK_EQ(SET(fd, PACKET_RESERVE, rings[i].reserve), 0);
    errno = 0;
    CHECK_EQ(SET(fd, PACKET_RX_RING, *wanted), rings[i].error ? -1 : 0);
    CHECK_EQ(errno, rings[i].error);
    if (rings[i].error || wanted->tp_block_nr == 0) {
        CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
        close(fd);
        return;
    }
    const size_t size = (size_t)wanted->tp_block_size * wanted->tp_block_nr;
    check_maps(fd, size);
    char* map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    bind_to(fd, lo, ETH_P_IP);
    send_udp(10);
    send_udp(3000);
    struct tpacket_stats counted;
    length = sizeof counted;
    CHECK_EQ(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counted, &length), 0);
    CHECK_EQ(counted.tp_packets, 2);
    CHECK_EQ(counted.tp_drops, rings[i].lost);
    for (unsigned slot = 0; slot < 2 - rings[i].lost; slot++) {
        struct tpacket2_hdr* header = (struct tpacket2_hdr*)(map + slot * wanted->tp_frame_size);
        CHECK_EQ(header->tp_status, TP_STATUS_USER | TP_STATUS_CSUMNOTREADY); // lo leaves it out
        CHECK_EQ(header->tp_len, slot ? 3042 : 52);
        CHECK_EQ(header->tp_snaplen, rings[i].snap[slot]);
        CHECK_EQ(header->tp_mac, rings[i].mac);
        CHECK_EQ(header->tp_net, rings[i].mac + 14);
    }
    memset(map, 0xff, size); // a program may write what it likes
    send_udp(10);
    memset(map, 0, size);
    send_udp(10);
    munmap(map, size);
    close(fd);
}

static int filter(int fd, struct sock_filter* program, int instructions) {
    struct sock_fprog whole = {(unsigned short)instructions, program};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof whole);
}

// Whether a datagram of 38 bytes passes a load of `width` bytes at this offset, also by X.
static void one_load(int fd, unsigned offset, int width, int absolute, int indirect) {
    const int size = width == 4 ? BPF_W : width == 2 ? BPF_H : BPF_B;
    struct sock_filter load[] = {{(unsigned short)(BPF_LD | BPF_ABS | size), 0, 0, offset},
                                 {BPF_RET | BPF_K, 0, 0, 0xffff}};
    struct sock_filter by_x[] = {{BPF_LDX | BPF_IMM, 0, 0, offset},
                                 {(unsigned short)(BPF_LD | BPF_IND | size), 0, 0, 0},
                                 {BPF_RET | BPF_K, 0, 0, 0xffff}};
    CHECK_EQ(filter(fd, load, 2), 0);
    send_udp(10);
    CHECK_EQ(recv(fd, bytes, 100, 0), absolute ? 38 : -1);
    CHECK_EQ(filter(fd, by_x, 3), 0);
    send_udp(10);
    CHECK_EQ(recv(fd, bytes, 100, 0), indirect ? 38 : -1);
}

static void filters(void) {
    int fd = packet(SOCK_DGRAM, ETH_P_IP);
    bind_to(fd, lo, ETH_P_IP);
    const unsigned net = (unsigned)SKF_NET_OFF, link = (unsigned)SKF_LL_OFF,
                   ad = (unsigned)SKF_AD_OFF;
    for (int width = 1; width <= 4; width *= 2) {
        const unsigned last = 38 - (unsigned)width;
        static const unsigned outside[] = {38, 39, 100, 0x7fffffff, 0xffff};
        one_load(fd, 0, width, 1, 1);
        one_load(fd, last, width, 1, 1);
        one_load(fd, last + 1, width, 0, 0);
        for (unsigned i = 0; i < 5; i++) one_load(fd, outside[i], width, 0, 0);
        one_load(fd, net, width, 1, 1);
        one_load(fd, net + last, width, 1, 1);
        one_load(fd, net + last + 1, width, 0, 0);
        one_load(fd, link, width, 1, 1); // SOCK_DGRAM has a link header, too
        one_load(fd, link + 14 + last, width, 1, 1);
        one_load(fd, link + 14 + last + 1, width, 0, 0);
        one_load(fd, link - 1, width, 0, 0);
        one_load(fd, ad - 1, width, 0, 0);
        one_load(fd, ad, width, 1, 0); // the protocol: absolute alone
        struct sock_filter beyond[] = {{BPF_LD | BPF_ABS | BPF_B, 0, 0, (unsigned)-1},
                                       {BPF_RET | BPF_K, 0, 0, 1}};
        CHECK_ERRNO(filter(fd, beyond, 2), EINVAL);
    }
    static const unsigned kept[] = {0, 1, 13, 37, 38, 39, 0xffffffff};
    for (unsigned i = 0; i < 7; i++) {
        struct sock_filter cut[] = {{BPF_RET | BPF_K, 0, 0, kept[i]}};
        CHECK_EQ(filter(fd, cut, 1), 0);
        send_udp(10);
        CHECK_EQ(recv(fd, bytes, 100, 0), kept[i] == 0 ? -1 : kept[i] > 38 ? 38 : (long)kept[i]);
    }
    close(fd);
}

// IFLA_PROMISCUITY: how many want to hear everything.
static int promiscuity(void) {
    static struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
        char rest[8192];
    } message;
    memset(&message, 0, sizeof message);
    message.header =
        (struct nlmsghdr){NLMSG_LENGTH(sizeof message.link), RTM_GETLINK, NLM_F_REQUEST, 1, 0};
    message.link.ifi_index = lo;
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), found = -1;
    send(fd, &message, message.header.nlmsg_len, 0);
    recv(fd, &message, sizeof message, 0);
    close(fd);
    int left = (int)IFLA_PAYLOAD(&message.header);
    for (struct rtattr* at = IFLA_RTA(&message.link); RTA_OK(at, left); at = RTA_NEXT(at, left))
        if (at->rta_type == IFLA_PROMISCUITY) found = *(int*)RTA_DATA(at);
    return found;
}

static void memberships(void) {
    int fd = packet(SOCK_RAW, 0), another = packet(SOCK_RAW, 0);
    struct packet_mreq request = {lo, PACKET_MR_PROMISC, 0, {0}};
    const int before = promiscuity();
    CHECK_EQ(before, 0);
    CHECK_EQ(SET(fd, PACKET_DROP_MEMBERSHIP, request), 0); // there is none, and that is well
    CHECK_EQ(promiscuity(), before);
    CHECK_EQ(SET(fd, PACKET_ADD_MEMBERSHIP, request), 0);
    CHECK_EQ(SET(fd, PACKET_ADD_MEMBERSHIP, request), 0);
    CHECK_EQ(promiscuity(), before + 1); // once a socket
    CHECK_EQ(SET(another, PACKET_DROP_MEMBERSHIP, request), 0);
    CHECK_EQ(SET(another, PACKET_ADD_MEMBERSHIP, request), 0);
    CHECK_EQ(promiscuity(), before + 2);
    CHECK_EQ(SET(fd, PACKET_DROP_MEMBERSHIP, request), 0);
    CHECK_EQ(promiscuity(), before + 2);
    CHECK_EQ(SET(fd, PACKET_DROP_MEMBERSHIP, request), 0);
    CHECK_EQ(promiscuity(), before + 1);
    CHECK_EQ(device_flags("lo", 0, 0) & IFF_PROMISC, 0); // that is the administrator's own
    device_flags("lo", IFF_PROMISC, 0);
    CHECK_EQ(promiscuity(), before + 2);
    CHECK_EQ(device_flags("lo", 0, 0) & IFF_PROMISC, IFF_PROMISC);
    close(another);
    CHECK_EQ(promiscuity(), before + 1);
    device_flags("lo", 0, IFF_PROMISC);
    CHECK_EQ(promiscuity(), before);
    request.mr_type = 99; // nothing that would be known
    CHECK_EQ(SET(fd, PACKET_ADD_MEMBERSHIP, request), 0);
    request.mr_type = PACKET_MR_UNICAST;
    CHECK_ERRNO(SET(fd, PACKET_ADD_MEMBERSHIP, request), EINVAL);
    request.mr_alen = 6;
    CHECK_EQ(SET(fd, PACKET_ADD_MEMBERSHIP, request), 0);
    request.mr_alen = 40;
    CHECK_ERRNO(SET(fd, PACKET_DROP_MEMBERSHIP, request), EINVAL);
    request.mr_ifindex = 9999;
    request.mr_alen = 0;
    CHECK_EQ(SET(fd, PACKET_DROP_MEMBERSHIP, request), 0);
    close(fd);
    CHECK_EQ(promiscuity(), before);
}

int main(void) {
    own_network();
    lo = (int)if_nametoindex("lo");
    for (unsigned i = 0; i < sizeof rings / sizeof *rings; i++) one_ring(i);
    filters();
    memberships();
    return test_end();
}

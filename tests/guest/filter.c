// Socket filters (SO_ATTACH_FILTER): the options, what each kind of socket shows to its filter, and
// thousands of random programs, whose fate is printed: it must be the same on Linux and in Plumb.
#include "own_network.h"
#include "test.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/tcp.h>
#include <stdint.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static unsigned char bytes[70000];

static int attach(int fd, const struct sock_filter* program, int length) {
    struct sock_fprog fprog = {(unsigned short)length, (struct sock_filter*)program};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog);
}

static int receive(int fd) {
    errno = 0;
    return (int)recv(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC);
}

static const struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
static const struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, 0xffffffff)};
static const struct sock_filter ten[] = {BPF_STMT(BPF_RET | BPF_K, 10)};

static void options(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1, zero = 0, value = -1;
    socklen_t length = 0;
    struct sock_fprog fprog = {1, (struct sock_filter*)all};
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &zero, sizeof zero), ENOENT);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog - 1), EINVAL);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog + 1), EINVAL);
    CHECK_ERRNO(attach(fd, all, 0), EINVAL);
    CHECK_ERRNO(attach(fd, NULL, 1), EINVAL);
    CHECK_ERRNO(attach(fd, (void*)8, 1), EFAULT);
    CHECK_ERRNO(attach(fd, all, 4097), EINVAL);
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, bytes, &length), 0);
    CHECK_EQ(length, 0);
    static const struct sock_filter two[] = {BPF_STMT(BPF_LD | BPF_IMM, 5),
                                             BPF_STMT(BPF_RET | BPF_A, 0)};
    CHECK_EQ(attach(fd, two, 2), 0);
    length = 0;
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, bytes, &length), 0);
    CHECK_EQ(length, 2);
    length = 1;
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, bytes, &length), EINVAL);
    length = 9;
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, bytes, &length), 0);
    CHECK_EQ(length, 2);
    CHECK_EQ(memcmp(bytes, two, sizeof two), 0);
    length = sizeof value;
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &value, &length), 0);
    CHECK_EQ(value, 0);
    CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &one, sizeof one), 0);
    CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &value, &length), 0);
    CHECK_EQ(value, 1);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &zero, sizeof zero), EPERM);
    CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &zero, sizeof zero), EPERM);
    CHECK_ERRNO(attach(fd, all, 1), EPERM);
    close(fd);
}

static void refused(int fd, const char* what, const struct sock_filter* program, int length) {
    errno = 0;
    int result = attach(fd, program, length);
    if (result != -1 || errno != EINVAL) printf("%s: got %d, errno %d\n", what, result, errno);
    CHECK(result == -1 && errno == EINVAL);
}
#define REFUSED(what, ...)                                                                         \
    do {                                                                                           \
        struct sock_filter program[] = {__VA_ARGS__};                                              \
        refused(fd, what, program, LENGTH(program));                                               \
    } while (0)

static void checker(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const struct sock_filter end = BPF_STMT(BPF_RET | BPF_K, 1);
    REFUSED("no return", BPF_STMT(BPF_LD | BPF_IMM, 5));
    REFUSED("return of X", BPF_STMT(BPF_RET | BPF_X, 0));
    REFUSED("division by 0", BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), end);
    REFUSED("remainder by 0", BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 0), end);
    REFUSED("shift by 32", BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), end);
    REFUSED("cell 16", BPF_STMT(BPF_ST, 16), end);
    REFUSED("cell not written", BPF_STMT(BPF_LD | BPF_MEM, 0), end);
    REFUSED("cell written on one path only", BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
            BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3), end);
    REFUSED("jump to the end", BPF_STMT(BPF_JMP | BPF_JA, 1), end);
    REFUSED("jump backwards", BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), end);
    REFUSED("branch to the end", BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), end);
    REFUSED("unknown ancillary", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_MAX), end);
    REFUSED("odd ancillary", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + 1), end);
    REFUSED("unknown code", {0x00ff, 0, 0, 0}, end);
    REFUSED("unknown code", {0x0100, 0, 0, 0}, end);
    static struct sock_filter longest[4096];
    for (unsigned i = 0; i < LENGTH(longest); i++) longest[i] = end;
    CHECK_EQ(attach(fd, longest, LENGTH(longest)), 0);
    close(fd);
}

// A UDP socket on lo, bound and connected to itself.
static int udp_to_itself(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in own = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t length = sizeof own;
    bind(fd, (struct sockaddr*)&own, sizeof own);
    getsockname(fd, (struct sockaddr*)&own, &length);
    connect(fd, (struct sockaddr*)&own, sizeof own);
    return fd;
}

static void datagrams(void) {
    int fd = udp_to_itself(), pair[2];
    CHECK_EQ(attach(fd, nothing, 1), 0);
    CHECK_EQ(send(fd, "hello", 5, 0), 5);
    CHECK_EQ(receive(fd), -1);
    CHECK_EQ(errno, EAGAIN);
    CHECK_EQ(attach(fd, ten, 1), 0); // with the header's 8 bytes
    CHECK_EQ(send(fd, "hello", 5, 0), 5);
    CHECK_EQ(receive(fd), 2);
    CHECK_EQ(memcmp(bytes, "he", 2), 0);
    static const struct sock_filter one[] = {BPF_STMT(BPF_RET | BPF_K, 1)};
    CHECK_EQ(attach(fd, one, 1), 0);
    CHECK_EQ(send(fd, "hello", 5, 0), 5);
    CHECK_EQ(receive(fd), 0);
    // Only what begins with an h; the payload is at 8.
    static const struct sock_filter h[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 8), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 'h', 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff), BPF_STMT(BPF_RET | BPF_K, 0)};
    CHECK_EQ(attach(fd, h, LENGTH(h)), 0);
    send(fd, "jello", 5, 0);
    send(fd, "hello", 5, 0);
    CHECK_EQ(receive(fd), 5);
    CHECK_EQ(bytes[0], 'h');
    CHECK_EQ(receive(fd), -1);
    // The IP header in front of it: its protocol.
    static const struct sock_filter ip[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_NET_OFF + 9),
                                            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 1),
                                            BPF_STMT(BPF_RET | BPF_K, 0xffff),
                                            BPF_STMT(BPF_RET | BPF_K, 0)};
    CHECK_EQ(attach(fd, ip, LENGTH(ip)), 0);
    send(fd, "hello", 5, 0);
    CHECK_EQ(receive(fd), 5);
    int zero = 0;
    CHECK_EQ(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &zero, sizeof zero), 0);
    send(fd, "jello", 5, 0);
    CHECK_EQ(receive(fd), 5);
    close(fd);

    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    CHECK_EQ(attach(pair[1], nothing, 1), 0);
    CHECK_EQ(send(pair[0], "hello", 5, 0), 5);
    CHECK_EQ(receive(pair[1]), -1);
    CHECK_EQ(attach(pair[1], ten, 1), 0);
    CHECK_EQ(send(pair[0], "hello, hello, hello", 19, 0), 19);
    CHECK_EQ(receive(pair[1]), 10);
    close(pair[0]);
    close(pair[1]);
}

static void raw(void) {
    int in = socket(AF_INET, SOCK_RAW, IPPROTO_UDP), fd = udp_to_itself();
    CHECK_EQ(attach(in, nothing, 1), 0);
    send(fd, "hello", 5, 0);
    CHECK_EQ(receive(in), -1);
    static const struct sock_filter some[] = {
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), BPF_STMT(BPF_LD | BPF_B | BPF_IND, 8),
        BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 'h' - 30), BPF_STMT(BPF_RET | BPF_A, 0)};
    CHECK_EQ(attach(in, some, LENGTH(some)), 0);
    send(fd, "hello", 5, 0);
    CHECK_EQ(receive(in), 30);
    close(in);
    close(fd);
}

static void connection(void) {
    struct sockaddr_in own = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t length = sizeof own;
    int listener = socket(AF_INET, SOCK_STREAM, 0), out = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr*)&own, sizeof own);
    getsockname(listener, (struct sockaddr*)&own, &length);
    listen(listener, 5);
    CHECK_EQ(attach(listener, all, 1), 0);
    CHECK_EQ(connect(out, (struct sockaddr*)&own, sizeof own), 0);
    int in = accept(listener, NULL, NULL);
    length = 0;
    CHECK_EQ(getsockopt(in, SOL_SOCKET, SO_GET_FILTER, bytes, &length), 0);
    CHECK_EQ(length, 1); // a connection has its listener's
    CHECK_EQ(send(out, "hello", 5, 0), 5);
    CHECK_EQ(recv(in, bytes, 100, 0), 5);
    // The header and three bytes: the rest comes when it is sent again.
    static const struct sock_filter three[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 12), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 2),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 60), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 3),
        BPF_STMT(BPF_RET | BPF_A, 0)};
    CHECK_EQ(attach(in, three, LENGTH(three)), 0);
    CHECK_EQ(send(out, "abcdef", 6, 0), 6);
    CHECK_EQ(recv(in, bytes, 100, 0), 3);
    CHECK_EQ(recv(in, bytes + 3, 100, 0), 3);
    CHECK_EQ(memcmp(bytes, "abcdef", 6), 0);
    CHECK_EQ(attach(in, nothing, 1), 0);
    CHECK_EQ(send(out, "lost", 4, 0), 4);
    CHECK_EQ(receive(in), -1);
    close(in);
    close(out);
    close(listener);
}

static void frames(void) {
    int in = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL)), fd = udp_to_itself();
    // What came in as IP by lo for us: all but the Ethernet type is beside the bytes.
    struct sock_filter wanted[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 9),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 7),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_IFINDEX),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, if_nametoindex("lo"), 0, 5),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_HATYPE),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 772, 0, 3),
                                   BPF_STMT(BPF_LD | BPF_H | BPF_ABS, SKF_LL_OFF + 12),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, 25),
                                   BPF_STMT(BPF_RET | BPF_K, 0)};
    CHECK_EQ(attach(in, wanted, LENGTH(wanted)), 0);
    while (receive(in) >= 0) {
    }
    send(fd, "hello", 5, 0);
    struct tpacket_stats counted;
    socklen_t length = sizeof counted;
    CHECK_EQ(receive(in), 25);
    CHECK_EQ(bytes[0], 0x45);
    CHECK_EQ(receive(in), -1);
    getsockopt(in, SOL_PACKET, PACKET_STATISTICS, &counted, &length);
    CHECK_EQ(counted.tp_drops, 0);
    close(in);
    close(fd);
}

// --- random programs ---
static uint32_t state = 1;

static uint32_t chance(uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
}

// What isn't the same on two machines, or not there, stays out: SKF_NET_OFF (AF_UNIX has no such
// header), RANDOM, CPU, RXHASH, QUEUE, PAY_OFFSET.
static uint32_t operand(void) {
    static const uint32_t ancillary[] = {
        SKF_AD_OFF + SKF_AD_PROTOCOL,    SKF_AD_OFF + SKF_AD_PKTTYPE,
        SKF_AD_OFF + SKF_AD_IFINDEX,     SKF_AD_OFF + SKF_AD_NLATTR,
        SKF_AD_OFF + SKF_AD_NLATTR_NEST, SKF_AD_OFF + SKF_AD_MARK,
        SKF_AD_OFF + SKF_AD_HATYPE,      SKF_AD_OFF + SKF_AD_ALU_XOR_X,
        SKF_AD_OFF + SKF_AD_VLAN_TAG,    SKF_AD_OFF + 3,
        SKF_AD_OFF + SKF_AD_MAX,         SKF_LL_OFF - 1};
    switch (chance(8)) {
    case 0:
        return ancillary[chance(LENGTH(ancillary))];
    case 1:
        return chance(200);
    case 2:
        return chance(1 << 24) << 8 | chance(256);
    case 3:
        return 0x80000000u >> chance(32);
    default:
        return chance(20);
    }
}

static struct sock_filter instruction(int rest) {
    static const unsigned char alu[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND,
                                        BPF_LSH, BPF_RSH, BPF_NEG, BPF_MOD, BPF_XOR};
    static const unsigned char jumps[] = {BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
    static const unsigned short others[] = {BPF_LD | BPF_LEN,
                                            BPF_LD | BPF_IMM,
                                            BPF_LD | BPF_MEM,
                                            BPF_LDX | BPF_LEN,
                                            BPF_LDX | BPF_IMM,
                                            BPF_LDX | BPF_B | BPF_MSH,
                                            BPF_LDX | BPF_MEM,
                                            BPF_ST,
                                            BPF_ST,
                                            BPF_STX,
                                            BPF_MISC | BPF_TAX,
                                            BPF_MISC | BPF_TXA};
    static const unsigned char sizes[] = {BPF_W, BPF_H, BPF_B};
    struct sock_filter f = {0, 0, 0, operand()};
    switch (chance(6)) {
    case 0:
        f.code = BPF_ALU | alu[chance(LENGTH(alu))];
        if (f.code != (BPF_ALU | BPF_NEG) && chance(2)) f.code |= BPF_X;
        break;
    case 1:
        f.code = (unsigned short)(BPF_JMP | jumps[chance(4)] | (chance(2) ? BPF_X : 0));
        f.jt = (unsigned char)chance(rest + 1);
        f.jf = (unsigned char)chance(rest + 1);
        break;
    case 2:
        f.code = BPF_LD | BPF_ABS | sizes[chance(3)];
        break;
    case 3:
        f.code = BPF_LD | BPF_IND | sizes[chance(3)];
        break;
    default:
        f.code = others[chance(LENGTH(others))];
        break;
    }
    if (chance(60) == 0) f.code = (unsigned short)chance(512);
    if (chance(60) == 0) f.code = BPF_JMP | BPF_JA;
    if (chance(30) == 0) f.code = BPF_RET | (chance(2) ? BPF_A : BPF_K);
    return f;
}

static uint32_t hash;
static void note(uint32_t value) { hash = (hash ^ value) * 16777619u; }

// One program, one message: refused, lost, or how much of it came.
static int fate(int out, int in) {
    struct sock_filter program[24];
    unsigned char message[120];
    const int length = 1 + (int)chance(LENGTH(program) - 1), size = (int)chance(sizeof message);
    for (int i = 0; i < length - 1; i++) program[i] = instruction(length - i - 2);
    program[length - 1] = (struct sock_filter)BPF_STMT(
        (unsigned short)(BPF_RET | (chance(4) ? BPF_A : BPF_K)), operand());
    for (int i = 0; i < size; i++)
        message[i] = (unsigned char)(chance(3) ? chance(8) : chance(256));
    errno = 0;
    if (attach(in, program, length) != 0) return -1000 - errno;
    if (send(out, message, size, 0) != size) return -2000 - errno;
    errno = 0;
    int got = receive(in);
    for (int i = 0; i < got; i++) note(bytes[i]);
    return got;
}

static void random_programs(void) {
    int pair[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    for (int round = 0; round < 100; round++) {
        int refused = 0, lost = 0, came = 0;
        for (int i = 0; i < 200; i++) {
            const int got = fate(pair[0], pair[1]);
            note((uint32_t)got);
            *(got < -1 ? &refused : got < 0 ? &lost : &came) += 1;
        }
        printf("%d: %d refused, %d lost, %d came, %08x\n", round, refused, lost, came, hash);
    }
    close(pair[0]);
    close(pair[1]);
}

int main(void) {
    own_network();
    options();
    checker();
    datagrams();
    raw();
    connection();
    frames();
    random_programs();
    return test_end();
}

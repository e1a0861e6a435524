// Random sequences of socket calls, valid and not, through the three doors. A sequence follows from
// its number alone and everything in it happens at once on lo, so Linux and Plumb must answer
// alike.
//   random_calls FIRST COUNT      prints "number hash" for each sequence
//   random_calls -v NUMBER        prints each call of one, at other ports and addresses
// What may differ with reason isn't printed: ports and names that the kernel chose, sizes of
// buffers, bytes of raw packets (identifications), values that measure time or memory.
// One file, though a long one: a short function for each call, all upon the same few variables.
#include "tests/guest/test.h"
// In front of doors.h: what it needs from test.h.
#include "tests/guest/doors.h"
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <unistd.h>

enum { calls_a_sequence = 32, first_fd = 3, last_fd = 12, room = 4096 };

static uint64_t state;
static uint32_t sequence, hash;
static int verbose;

// Behind pointers that a call gets: below 4 GiB, for the door of int 0x80.
static struct sockaddr_storage name;
static socklen_t name_length;
static unsigned char buffer[room], control[512];
static struct iovec segments[3];
static struct msghdr message;
static struct mmsghdr messages[3];
static struct pollfd watched;
static struct linger linger;
static int number_value, pair[2];

static uint32_t roll(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}
static int chance(uint32_t in) { return roll(in) == 0; }

static void say(const char* format, ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    for (int i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    if (verbose) fputs(text, stdout);
}

static uint32_t sum(const unsigned char* bytes, long count) {
    uint32_t total = 1;
    for (long i = 0; i < count; i++) total = total * 31 + bytes[i];
    return total;
}

// A descriptor: mostly one that may be open.
static int some_fd(void) { return chance(40) ? -1 : (int)(first_fd + roll(chance(8) ? 12 : 5)); }

// A second run of the same sequence stays clear of what the first has left in TIME_WAIT.
static uint32_t shift;
static uint16_t base_port(void) { return (uint16_t)(2000 + (sequence + shift) % 7000 * 4); }
static uint32_t own_address(void) {
    return 0x7f000000u | ((sequence + shift) % 65000 + 1) << 8 | 1;
}

static void make_inet_name(void) {
    struct sockaddr_in in = {.sin_family = AF_INET};
    const uint32_t own = own_address();
    const uint32_t addresses[] = {
        own, own, own, own + 1, INADDR_ANY, INADDR_LOOPBACK, 0xe0000001u, 0xffffffffu, 0x08080808u};
    in.sin_addr.s_addr = htonl(addresses[roll(9)]);
    in.sin_port = htons(chance(8) ? 0 : (uint16_t)(base_port() + roll(3)));
    if (chance(25)) in.sin_family = (sa_family_t)roll(12);
    memcpy(&name, &in, sizeof in);
    name_length = sizeof in;
}

static void make_unix_name(void) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int length = snprintf(un.sun_path + 1, sizeof un.sun_path - 1, "s%u.%u", sequence, roll(3));
    memcpy(&name, &un, sizeof un);
    name_length = (socklen_t)(sizeof(sa_family_t) + 1 + (size_t)length);
    if (chance(12)) name_length = sizeof(sa_family_t);
}

static void make_name(void) {
    memset(&name, 0, sizeof name);
    if (chance(3))
        make_unix_name();
    else
        make_inet_name();
    if (chance(25)) name_length = roll(130);
}

// The pointer, or now and then one that leads nowhere.
static void* maybe_bad(void* pointer) {
    if (!chance(40)) return pointer;
    return chance(2) ? NULL : (void*)(uintptr_t)0xffff0000u;
}

static void say_name(socklen_t length) {
    if (length > sizeof name) length = sizeof name;
    if (length < sizeof(sa_family_t)) {
        say(" name %u", length);
        return;
    }
    if (name.ss_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in* in = (void*)&name;
        const int port = ntohs(in->sin_port), known = port - base_port();
        const uint32_t address = ntohl(in->sin_addr.s_addr), from_own = address - own_address();
        if (from_own < 2)
            say(" name own+%u", from_own);
        else
            say(" name %08x", address);
        say(":%d", port == 0 ? 0 : known >= 0 && known < 4 ? known : -1);
    } else if (name.ss_family == AF_UNIX && length == 8) {
        say(" name auto");
    } else {
        say(" name of family %u, %u bytes", name.ss_family, length);
    }
}

static void outcome(const char* call, long result) {
    if (result < 0)
        say(" = %s\n", strerrorname_np(errno));
    else
        say(" = %ld\n", result);
    (void)call;
}

static void ready_for_tests(int fd) {
    int one = 1;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
               sizeof one); // when a small segment goes is a matter of time
}

static void do_socket(void) {
    static const int families[] = {AF_INET, AF_INET, AF_INET, AF_UNIX, AF_UNIX, AF_UNSPEC, 45, -1};
    static const int types[] = {
        SOCK_STREAM, SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_DGRAM, SOCK_SEQPACKET,
        SOCK_RAW,    SOCK_RDM,    0,           11,         -1};
    static const int protocols[] = {
        0, 0, 0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW, 254, 300, -1};
    const int family = families[roll(8)], type = types[roll(11)] | (chance(6) ? SOCK_CLOEXEC : 0),
              protocol = protocols[roll(12)];
    const int fd = x_socket(family, type, protocol);
    say("socket(%d, %x, %d)", family, type, protocol);
    outcome("socket", fd);
    if (fd > last_fd) close(fd);
    if (fd >= 0) ready_for_tests(fd);
}

static void do_socketpair(void) {
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW, 7};
    const int family = chance(10) ? AF_INET : AF_UNIX,
              type = types[roll(5)] | (chance(6) ? SOCK_NONBLOCK : 0);
    int* to = maybe_bad(pair);
    const long result = x_socketpair(family, type, 0, to);
    say("socketpair(%d, %x, %s)", family, type, to == pair ? "pair" : "bad");
    outcome("socketpair", result);
    for (int i = 0; i < 2 && result == 0; i++) {
        ready_for_tests(pair[i]);
        if (pair[i] > last_fd) close(pair[i]);
    }
}

static void do_bind(int fd) {
    make_name();
    void* at = maybe_bad(&name);
    say("bind(%d, %s,", fd, at == &name ? "" : "bad");
    say_name(name_length);
    const long result = x_bind(fd, at, name_length);
    outcome("bind", result);
}

static void do_connect(int fd) {
    make_name();
    if (chance(10)) name.ss_family = AF_UNSPEC;
    say("connect(%d,", fd);
    say_name(name_length);
    outcome("connect", x_connect(fd, maybe_bad(&name), name_length));
}

static void do_listen(int fd) {
    const int backlog = (int)roll(6) - 1;
    say("listen(%d, %d)", fd, backlog);
    outcome("listen", x_listen(fd, backlog));
}

static void do_accept(int fd) {
    void* at = chance(3) ? NULL : maybe_bad(&name);
    name_length = chance(6) ? roll(20) : sizeof name;
    memset(&name, 0, sizeof name);
    const int flags = chance(12) ? (int)roll(0x100000) : 0;
    say("accept(%d, %d, %x)", fd, at != NULL, flags);
    const int fresh =
        flags ? x_accept4(fd, at, &name_length, flags) : x_accept(fd, at, &name_length);
    if (fresh >= 0 && at) say_name(name_length);
    outcome("accept", fresh);
    if (fresh >= 0) ready_for_tests(fresh);
    if (fresh > last_fd) close(fresh);
}

static void do_name(int fd) {
    const int peer = chance(2);
    memset(&name, 0, sizeof name);
    name_length = chance(6) ? roll(20) : chance(20) ? (socklen_t)-1 : sizeof name;
    void* at = maybe_bad(&name);
    say("%s(%d, %d)", peer ? "getpeername" : "getsockname", fd, (int)name_length);
    const long result =
        peer ? x_getpeername(fd, at, &name_length) : x_getsockname(fd, at, &name_length);
    if (result == 0) say_name(name_length);
    outcome("name", result);
}

static int is_raw(int fd) {
    int type = 0;
    socklen_t length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_RAW;
}

static int send_flags(void) {
    static const int flags[] = {0,
                                0,
                                0,
                                MSG_OOB,
                                MSG_DONTROUTE,
                                MSG_EOR,
                                MSG_CONFIRM,
                                MSG_PEEK,
                                MSG_ERRQUEUE,
                                0x80,
                                0x10 /* MSG_PROBE */,
                                MSG_TRUNC,
                                MSG_FASTOPEN};
    // How long corked data waits is a matter of time.
    return flags[roll(13)] | MSG_NOSIGNAL | MSG_DONTWAIT;
}

static void fill(uint32_t size) {
    for (uint32_t i = 0; i < size; i++) buffer[i] = (unsigned char)roll(256);
}

static void do_send(int fd) {
    const uint32_t size = chance(10) ? 0 : roll(chance(4) ? 1500 : 40);
    const int flags = send_flags(), named = chance(2);
    fill(size);
    make_name();
    void* data = maybe_bad(buffer);
    void* at = named ? maybe_bad(&name) : NULL;
    say("send(%d, %u, %x, %d", fd, size, flags, named);
    if (named) say_name(name_length);
    long result;
    if (named)
        result = x_sendto(fd, data, size, flags, at, name_length);
    else if (chance(4))
        result = write(fd, data, size);
    else
        result = x_send(fd, data, size, flags);
    outcome(")", result);
}

static int receive_flags(void) {
    static const int flags[] = {0,
                                0,
                                0,
                                0,
                                MSG_PEEK,
                                MSG_TRUNC,
                                MSG_OOB,
                                MSG_WAITALL,
                                MSG_ERRQUEUE,
                                MSG_PEEK | MSG_TRUNC,
                                MSG_CMSG_CLOEXEC};
    return flags[roll(11)] | MSG_DONTWAIT;
}

static void say_data(int fd, long result, uint32_t size) {
    if (result <= 0) return;
    const long there = result < (long)size ? result : (long)size;
    if (is_raw(fd))
        say(" raw");
    else
        say(" data %08x", sum(buffer, there));
}

static void do_receive(int fd) {
    const uint32_t size = chance(10) ? 0 : roll(chance(2) ? room : 40);
    const int flags = receive_flags(), named = chance(2);
    void* data = maybe_bad(buffer);
    memset(&name, 0, sizeof name);
    memset(buffer, 0, size);
    name_length = chance(8) ? roll(20) : sizeof name;
    say("recv(%d, %u, %x, %d)", fd, size, flags, named);
    long result;
    if (named)
        result = x_recvfrom(fd, data, size, flags, &name, &name_length);
    else if (chance(4))
        result = read(fd, data, size);
    else
        result = x_recv(fd, data, size, flags);
    say_data(fd, result, size);
    if (result >= 0 && named) say_name(name_length);
    outcome("recv", result);
}

// Ancillary data: descriptors, an option of IP, or nonsense.
static size_t make_control(void) {
    memset(control, 0, sizeof control);
    struct cmsghdr* header = (void*)control;
    const int value = chance(3) ? -1 : 2;
    header->cmsg_len = CMSG_LEN(sizeof value);
    header->cmsg_level = chance(2) ? SOL_SOCKET : IPPROTO_IP;
    header->cmsg_type = header->cmsg_level == SOL_SOCKET ? (int)(1 + roll(3))
                        : chance(2)                      ? IP_TTL
                                                         : IP_TOS;
    if (header->cmsg_level == SOL_SOCKET && chance(4)) header->cmsg_type = SO_MARK;
    memcpy(CMSG_DATA(header), &value, sizeof value);
    if (chance(6)) header->cmsg_len = roll(40);
    // Whose name one may send depends on the namespace.
    if (header->cmsg_type == SCM_CREDENTIALS && header->cmsg_len == CMSG_LEN(sizeof(struct ucred)))
        header->cmsg_len++;
    return chance(6) ? roll(64) : CMSG_SPACE(sizeof value);
}

static void make_message(uint32_t size, int named, size_t control_length) {
    const uint32_t first = size / 3;
    segments[0] = (struct iovec){buffer, first};
    segments[1] = (struct iovec){maybe_bad(buffer + first), size - first};
    message = (struct msghdr){.msg_iov = maybe_bad(segments), .msg_iovlen = chance(30) ? 1025 : 2};
    if (named) {
        message.msg_name = &name;
        message.msg_namelen = name_length;
    }
    if (control_length) {
        message.msg_control = control;
        message.msg_controllen = control_length;
    }
}

static void do_sendmsg(int fd) {
    const uint32_t size = roll(60);
    const int flags = send_flags(), named = chance(2);
    const size_t ancillary = chance(2) ? make_control() : 0;
    fill(size);
    make_name();
    make_message(size, named, ancillary);
    say("sendmsg(%d, %u, %x, %d", fd, size, flags, named);
    if (ancillary)
        say(", %zu bytes of length %zu level %d type %d value %d", ancillary,
            (size_t)((struct cmsghdr*)control)->cmsg_len, ((struct cmsghdr*)control)->cmsg_level,
            ((struct cmsghdr*)control)->cmsg_type, *(int*)CMSG_DATA((struct cmsghdr*)control));
    say(")");
    if (chance(4)) {
        messages[0].msg_hdr = messages[1].msg_hdr = message;
        const long result = x_sendmmsg(fd, messages, 2, flags);
        outcome("sendmmsg", result);
    } else {
        outcome("sendmsg", x_sendmsg(fd, &message, flags));
    }
}

// The descriptors that came are closed again.
static void take_control(void) {
    for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        say(" cmsg %d:%d", c->cmsg_level, c->cmsg_type);
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        for (size_t at = 0; at + CMSG_LEN(sizeof(int)) <= c->cmsg_len; at += sizeof(int)) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
            close(fd);
        }
    }
}

static void do_recvmsg(int fd) {
    const uint32_t size = roll(chance(2) ? room : 40);
    const int flags = receive_flags(), named = chance(2);
    memset(&name, 0, sizeof name);
    memset(control, 0, sizeof control);
    memset(buffer, 0, size);
    name_length = sizeof name;
    make_message(size, named, chance(2) ? sizeof control : roll(40));
    say("recvmsg(%d, %u, %x, %d)", fd, size, flags, named);
    const long result = x_recvmsg(fd, &message, flags);
    say_data(fd, result, size);
    if (result >= 0) {
        if (named) say_name(message.msg_namelen);
        say(" flags %x", message.msg_flags);
        if (message.msg_control) take_control();
    }
    outcome("recvmsg", result);
}

// Up to three messages, with and without a timeout.
static void do_recvmmsg(int fd) {
    static struct timespec timeout;
    const uint32_t size = roll(40), count = roll(4);
    const int flags = receive_flags() | (chance(3) ? MSG_WAITFORONE : 0);
    const int timed = (int)roll(4);
    timeout = (struct timespec){timed == 3 ? -1 : timed == 2 ? 9 : 0, 0};
    memset(buffer, 0, size);
    make_message(size, 0, 0);
    for (int i = 0; i < 3; i++) messages[i] = (struct mmsghdr){.msg_hdr = message};
    say("recvmmsg(%d, %u of %u, %x, %d)", fd, count, size, flags, timed);
    const long result = x_recvmmsg(fd, messages, count, flags, timed ? &timeout : NULL);
    for (long i = 0; i < result; i++)
        if (!is_raw(fd)) say(" %u:%x", messages[i].msg_len, messages[i].msg_hdr.msg_flags);
    outcome("recvmmsg", result);
}

static void do_shutdown(int fd) {
    const int how = (int)roll(4);
    say("shutdown(%d, %d)", fd, how);
    outcome("shutdown", x_shutdown(fd, how));
}

struct option {
    int level, name, shows; // shows: the value says nothing of time or memory
};
static const struct option options[] = {
    {SOL_SOCKET, SO_REUSEADDR, 1},
    {SOL_SOCKET, SO_TYPE, 1},
    {SOL_SOCKET, SO_ERROR, 1},
    {SOL_SOCKET, SO_DONTROUTE, 1},
    {SOL_SOCKET, SO_BROADCAST, 1},
    {SOL_SOCKET, SO_KEEPALIVE, 1},
    {SOL_SOCKET, SO_OOBINLINE, 1},
    {SOL_SOCKET, SO_PRIORITY, 1},
    {SOL_SOCKET, SO_REUSEPORT, 1},
    {SOL_SOCKET, SO_PASSCRED, 1},
    {SOL_SOCKET, SO_RCVLOWAT, 1},
    {SOL_SOCKET, SO_ACCEPTCONN, 1},
    {SOL_SOCKET, SO_PROTOCOL, 1},
    {SOL_SOCKET, SO_DOMAIN, 1},
    {SOL_SOCKET, SO_MARK, 1},
    {SOL_SOCKET, SO_PEEK_OFF, 1},
    {SOL_SOCKET, SO_TIMESTAMP, 1},
    {SOL_SOCKET, SO_NO_CHECK, 1},
    {SOL_SOCKET, 4000, 1},
    {IPPROTO_IP, IP_TOS, 1},
    {IPPROTO_IP, IP_TTL, 1},
    {IPPROTO_IP, IP_RECVERR, 1},
    {IPPROTO_IP, IP_PKTINFO, 1},
    {IPPROTO_IP, IP_RECVTTL, 1},
    {IPPROTO_IP, IP_RECVTOS, 1},
    {IPPROTO_IP, IP_MTU_DISCOVER, 1},
    {IPPROTO_IP, IP_FREEBIND, 1},
    {IPPROTO_IP, IP_MULTICAST_TTL, 1},
    {IPPROTO_IP, IP_MULTICAST_LOOP, 1},
    {IPPROTO_IP, IP_MINTTL, 1},
    {IPPROTO_IP, 25 /* IP_RECVFRAGSIZE */, 1},
    {IPPROTO_IP, 240, 1},
    {IPPROTO_TCP, TCP_NODELAY, 0},
    {IPPROTO_TCP, TCP_MAXSEG, 0},
    {IPPROTO_TCP, TCP_KEEPIDLE, 1},
    {IPPROTO_TCP, TCP_KEEPCNT, 1},
    {IPPROTO_TCP, TCP_SYNCNT, 1},
    {IPPROTO_TCP, TCP_LINGER2, 0},
    {IPPROTO_TCP, TCP_INQ, 1},
    {IPPROTO_TCP, 99, 1},
    {IPPROTO_UDP, 1, 1},
    {IPPROTO_UDP, 99, 1},
    {255, 1, 0},
    {77, 1, 1},
};

static void do_option(int fd) {
    const struct option* o = &options[roll(sizeof options / sizeof *options)];
    const int set = chance(2);
    socklen_t length = chance(6) ? roll(8) : chance(30) ? (socklen_t)-1 : sizeof number_value;
    number_value = chance(4) ? (int)roll(300) - 20 : (int)roll(2);
    void* at = maybe_bad(&number_value);
    say("%s(%d, %d, %d, %d, %d)", set ? "setsockopt" : "getsockopt", fd, o->level, o->name,
        number_value, (int)length);
    // Cork holds data back for a time.
    if (set && o->level == IPPROTO_TCP && o->name == TCP_NODELAY) number_value = 1;
    if (set) {
        outcome("set", x_setsockopt(fd, o->level, o->name, at, length));
        return;
    }
    number_value = 0;
    const long result = x_getsockopt(fd, o->level, o->name, at, &length);
    if (result == 0 && o->shows) say(" value %d:%u", number_value, length);
    outcome("get", result);
}

static void do_linger(int fd) {
    linger = (struct linger){.l_onoff = (int)roll(2), .l_linger = 0};
    say("linger(%d, %d)", fd, linger.l_onoff);
    outcome("linger", x_setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

static void do_ioctl(int fd) {
    static const unsigned long commands[] = {FIONREAD, 0x8905 /* SIOCATMARK */, FIONBIO, 0x8999};
    const unsigned long command = commands[roll(4)];
    number_value = 1;
    say("ioctl(%d, %lx)", fd, command);
    const long result = ioctl(fd, command, maybe_bad(&number_value));
    if (result == 0 && !is_raw(fd)) say(" value %d", number_value);
    outcome("ioctl", result);
}

static void do_close(int fd) {
    if (fd < first_fd || fd > last_fd) return;
    say("close(%d)", fd);
    outcome("close", close(fd));
}

static void say_readiness(int fd) {
    if (fd < 0) return;
    watched = (struct pollfd){.fd = fd, .events = POLLIN | POLLPRI | POLLOUT | POLLRDHUP};
    poll(&watched, 1, 0);
    say("  poll(%d) = %x\n", fd, watched.revents);
}

static void one_call(void) {
    static void (*const calls[])(int) = {
        do_bind,   do_bind,   do_connect,  do_connect, do_listen,  do_accept,  do_accept,  do_send,
        do_send,   do_send,   do_receive,  do_receive, do_receive, do_sendmsg, do_recvmsg, do_name,
        do_option, do_option, do_shutdown, do_linger,  do_ioctl,   do_close,   do_recvmmsg};
    const uint32_t which = roll(29);
    if (which < 4) {
        do_socket();
    } else if (which < 6) {
        do_socketpair();
    } else {
        const int fd = some_fd();
        const enum door usual = door;
        void (*call)(int) = calls[which - 6];
        if ((call == do_sendmsg || call == do_recvmsg || call == do_recvmmsg) &&
            !door_takes_structures())
            door = DOOR_DIRECT;
        call(fd);
        door = usual;
        say_readiness(fd);
    }
}

static void one_sequence(uint32_t number) {
    sequence = number;
    state = (number + 1) * 0x9e3779b97f4a7c15u;
    hash = 2166136261u;
    door = (enum door)(number % DOOR_COUNT);
    for (int i = 0; i < 4; i++) roll(2);
    // Two that go well to begin with, so that there is something to act on.
    ready_for_tests(x_socket(AF_INET, chance(2) ? SOCK_STREAM : SOCK_DGRAM, 0));
    ready_for_tests(x_socket(AF_INET, chance(2) ? SOCK_STREAM : SOCK_DGRAM, 0));
    for (int i = 0; i < calls_a_sequence; i++) one_call();
    for (int fd = first_fd; fd <= last_fd + 8; fd++) close(fd);
    printf("%u %08x\n", number, hash);
}

// A network namespace of its own has lo, but down.
static void raise_loopback(void) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags |= IFF_UP;
        ioctl(fd, SIOCSIFFLAGS, &request);
    }
    close(fd);
    // Fast Open is off, where there is any.
    fd = open("/proc/sys/net/ipv4/tcp_fastopen", O_WRONLY);
    if (fd >= 0 && write(fd, "0", 1) != 1) perror("tcp_fastopen");
    close(fd);
}

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGURG, SIG_IGN);
    raise_loopback();
    if (argc != 3) return 2;
    for (int fd = first_fd; fd <= last_fd + 8; fd++) close(fd);
    verbose = !strcmp(argv[1], "-v");
    if (verbose) shift = 3500 + (uint32_t)getpid() % 3000;
    uint32_t first = (uint32_t)atoi(argv[verbose ? 2 : 1]),
             count = verbose ? 1 : (uint32_t)atoi(argv[2]);
    for (uint32_t i = 0; i < count; i++) one_sequence(first + i);
    return 0;
}

// Every option number of every level, set and read with many lengths and values on fresh sockets of
// each kind: one line of results for each, which must be the same on Linux and in Plumb. As an
// ordinary user, so that privileged ones show their refusal.
#include "test.h"

#include "doors.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>

static int fds[2];
static union {
    int number;
    unsigned char bytes[256];
} in, out;
static socklen_t length;
static char line[4000];
static char* at;

struct range {
    int level, first, last;
};
static const struct range inet_ranges[] = {
    {SOL_SOCKET, 0, 76},
    {IPPROTO_IP, 0, 54},
    {IPPROTO_TCP, 0, 38},
    {IPPROTO_UDP, 0, 6},
    {IPPROTO_UDP, 99, 105},
    {IPPROTO_RAW, 0, 2},
    {IPPROTO_ICMP, 0, 2},
    {-1, 0, 2},
    {77, 0, 2},
};
static const struct range unix_ranges[] = {{SOL_SOCKET, 0, 76}, {IPPROTO_IP, 0, 3}, {-1, 0, 1}};

// What Plumb doesn't know (README, "What is not there") or what versions of Linux differ in.
static int is_skipped(int family, int level, int name) {
    static const short sockets[] = {18, 26, 34, 37, 41, 43, 46, 47, 48, 49, 50, 51, 52,
                                    53, 56, 59, 60, 61, 65, 68, 69, 70, 73, 74, 76};
    static const short ips[] = {5, 7, 9, 16, 17, 18, 22, 23, 24, 25, 26, 32, 51, 52};
    if (level == SOL_SOCKET && name == SO_REUSEPORT) return family == AF_UNIX;
    if (level == IPPROTO_TCP) return name == 14 || (name >= 16 && name != 18 && name != 25);
    if (level == IPPROTO_UDP) return name >= 100 && name <= 104;
    if (level == SOL_SOCKET)
        for (unsigned i = 0; i < sizeof sockets / sizeof *sockets; i++)
            if (sockets[i] == name) return 1;
    if (level == IPPROTO_IP && name >= 37 && name <= 48) return 1;
    if (level == IPPROTO_IP)
        for (unsigned i = 0; i < sizeof ips / sizeof *ips; i++)
            if (ips[i] == name) return 1;
    return 0;
}

// Whose value is the machine's own: only its length counts.
static int own_value(int level, int name) {
    if (level == IPPROTO_TCP) return name == 11 || name == 13 || name == 24;
    if (level != SOL_SOCKET) return 0;
    return name == 7 || name == 8 || name == 17 || name == 49 || name == 55 || name == 57 ||
           name == 71;
}

static void note(long result, int with_value, int hide) {
    if (result < 0) {
        at += sprintf(at, " e%d", errno);
        return;
    }
    if (!with_value) {
        at += sprintf(at, " ok");
        return;
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < length && i < sizeof out; i++) sum = sum * 31 + out.bytes[i];
    if (hide)
        at += sprintf(at, length < 64 ? " [%u]" : " long", (unsigned)length);
    else if (length == 4)
        at += sprintf(at, " %d", out.number);
    else
        at += sprintf(at, " [%u]%x", (unsigned)length, sum);
}

static void get(int level, int name, unsigned room) {
    memset(&out, 0, sizeof out);
    length = room;
    errno = 0;
    note(x_getsockopt(fds[0], level, name, &out, &length), 1, own_value(level, name));
}

static void set(int level, int name, const void* value, unsigned size) {
    errno = 0;
    note(x_setsockopt(fds[0], level, name, value, size), 0, 0);
}

static void walk_option(int level, int name) {
    // Words, and as IP options: an end, route recordings, unknown ones.
    static const int values[] = {0, 1, -1, 2, 6, 7, 255, 256, 1000, 0x7fffffff, (int)0x80000000};
    static const unsigned sizes[] = {0, 1, 2, 3, 5, 8, 12, 16, 40, 41, 128};
    static const unsigned rooms[] = {0, 1, 3, 8, 16, 64, 256, -1u};
    get(level, name, 4);
    for (unsigned i = 0; i < sizeof rooms / sizeof *rooms; i++) get(level, name, rooms[i]);
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        memset(&in, 0, sizeof in);
        in.number = values[i];
        at += sprintf(at, " |%d", values[i]);
        set(level, name, &in, 4);
        get(level, name, 4);
    }
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(&in, 0, sizeof in);
        in.number = 1;
        at += sprintf(at, " /%u", sizes[i]);
        set(level, name, &in, sizes[i]);
        get(level, name, 4);
    }
    at += sprintf(at, " #");
    set(level, name, &in, -1);
    set(level, name, NULL, 0);
    set(level, name, NULL, 4);
    set(level, name, (void*)1, 4);
    errno = 0;
    length = 4;
    note(x_getsockopt(fds[0], level, name, NULL, &length), 0, 0);
    errno = 0;
    note(x_getsockopt(fds[0], level, name, &out, NULL), 0, 0);
}

static void open_pair(int family, int type) {
    fds[1] = -1;
    if (family == AF_UNIX)
        socketpair(family, type, 0, fds);
    else
        fds[0] = x_socket(family, type, 0);
}

static void walk(int family, int type, const struct range* ranges, unsigned count) {
    for (; count > 0; count--, ranges++)
        for (int name = ranges->first; name <= ranges->last; name++) {
            if (is_skipped(family, ranges->level, name)) continue;
            open_pair(family, type);
            at = line;
            at +=
                sprintf(at, "%s %d.%d %d/%d:", door_names[door], family, type, ranges->level, name);
            walk_option(ranges->level, name);
            puts(line);
            close(fds[0]);
            if (fds[1] >= 0) close(fds[1]);
        }
}

int main(void) {
    if (getuid() == 0 && (setgid(65534) || setuid(65534))) return 1;
    for (door = 0; door < DOOR_COUNT; door++) {
        // Direct calls are what libc makes on 64 bits; there is nothing new to see.
        walk(AF_INET, SOCK_STREAM, inet_ranges, sizeof inet_ranges / sizeof *inet_ranges);
        walk(AF_INET, SOCK_DGRAM, inet_ranges, sizeof inet_ranges / sizeof *inet_ranges);
        walk(AF_UNIX, SOCK_STREAM, unix_ranges, sizeof unix_ranges / sizeof *unix_ranges);
        walk(AF_UNIX, SOCK_DGRAM, unix_ranges, sizeof unix_ranges / sizeof *unix_ranges);
    }
    return test_end();
}

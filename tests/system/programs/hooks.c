// Runs in Plumb only: the packet rules, the socket policy and the audit log as a program meets
// them, through each door of the socket calls.
#include "../../guest/test.h"

#include "../../guest/doors.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <sys/un.h>
#include <sys/wait.h>

static int write_file(const char* path, const char* text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0) return -1;
    ssize_t n = write(fd, text, strlen(text));
    int error = errno;
    close(fd);
    errno = error;
    return n == (ssize_t)strlen(text) ? 0 : -1;
}
static const char* read_file(const char* path) {
    static char text[65536];
    int fd = open(path, O_RDONLY);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[length > 0 ? length : 0] = 0;
    if (fd >= 0) close(fd);
    return text;
}
static int policy(const char* text) { return write_file("/proc/net/policy", text); }
static int rules(const char* text) { return write_file("/proc/net/rules", text); }
static int audit(const char* text) { return write_file("/proc/sys/kernel/audit", text); }

static int log_has(const char* text) {
    static char log[32768];
    int length = klogctl(3, log, sizeof log - 1);
    log[length > 0 ? length : 0] = 0;
    return strstr(log, text) != NULL;
}

static struct sockaddr_in name;
static void set_name(int port) {
    name = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}
static long connect_port(int fd, int port) {
    set_name(port);
    return x_connect(fd, &name, sizeof name);
}

static struct sockaddr_un path;
static void set_path(const char* text) {
    path.sun_family = AF_UNIX;
    strcpy(path.sun_path, text);
}

static void test_policy(void) {
    char line[160];
    CHECK_EQ(policy("flush\nadd connect family inet port 4711 deny\n"
                    "add connect port 4712 address 127.0.0.0/8 deny EPERM\n"
                    "add create type raw deny\nadd socketpair deny EPERM\n"
                    "add sendmsg port 4713 deny\nadd listen port 4714 deny\n"),
             0);
    int fd = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_ERRNO(connect_port(fd, 4711), EACCES);
    snprintf(line, sizeof line, "policy: denied connect pid=%d uid=0 ", (int)getpid());
    CHECK(log_has(line));
    CHECK_ERRNO(connect_port(fd, 4712), EPERM);
    CHECK_ERRNO(connect_port(fd, 4715), ECONNREFUSED);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), EACCES);
    static int pair[2];
    CHECK_ERRNO(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), EPERM);
    set_name(4714);
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    CHECK_EQ(x_bind(fd, &name, sizeof name), 0);
    CHECK_ERRNO(x_listen(fd, 1), EACCES);
    int udp = x_socket(AF_INET, SOCK_DGRAM, 0);
    set_name(4713);
    CHECK_ERRNO(x_sendto(udp, "x", 1, 0, &name, sizeof name), EACCES);
    close(udp);
    close(fd);
    CHECK_EQ(policy("flush"), 0);
}

static void test_unix_policy(void) {
    set_path("/tmp/hooks.stream");
    unlink(path.sun_path);
    int listener = x_socket(AF_UNIX, SOCK_STREAM, 0), client = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(x_bind(listener, &path, sizeof path), 0);
    CHECK_EQ(x_listen(listener, 1), 0);
    CHECK_EQ(policy("flush\nadd unix_stream_connect deny\nadd unix_may_send deny EPERM"), 0);
    CHECK_ERRNO(x_connect(client, &path, sizeof path), EACCES);
    CHECK_EQ(policy("delete 1"), 0);
    CHECK_EQ(x_connect(client, &path, sizeof path), 0);
    close(client);
    close(listener);
    set_path("/tmp/hooks.dgram");
    unlink(path.sun_path);
    int receiver = x_socket(AF_UNIX, SOCK_DGRAM, 0), sender = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_EQ(x_bind(receiver, &path, sizeof path), 0);
    CHECK_ERRNO(x_sendto(sender, "x", 1, 0, &path, sizeof path), EPERM);
    CHECK_ERRNO(x_connect(sender, &path, sizeof path), EPERM);
    CHECK_EQ(policy("flush\nadd sock_rcv_skb deny"), 0);
    CHECK_EQ(x_sendto(sender, "x", 1, 0, &path, sizeof path), 1); // lost on the way
    CHECK_EQ(policy("flush"), 0);
    static char byte;
    CHECK_ERRNO(x_recv(receiver, &byte, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_sendto(sender, "x", 1, 0, &path, sizeof path), 1);
    CHECK_EQ(x_recv(receiver, &byte, 1, MSG_DONTWAIT), 1);
    close(receiver);
    close(sender);
}

// What a user without privilege may: be denied by uid, and change nothing.
static void test_other_user(void) {
    CHECK_EQ(policy("flush\nadd bind uid 1000 port 1024-65535 deny EPERM"), 0);
    int policy_fd = open("/proc/net/policy", O_WRONLY),
        rules_fd = open("/proc/net/rules", O_WRONLY);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        test_passed = test_failed = 0;
        if (setuid(1000)) _exit(99);
        int fd = x_socket(AF_INET, SOCK_DGRAM, 0);
        set_name(4720);
        CHECK_ERRNO(x_bind(fd, &name, sizeof name), EPERM);
        CHECK_ERRNO(open("/proc/net/policy", O_WRONLY), EACCES);
        CHECK_ERRNO(open("/dev/audit", O_RDONLY), EACCES);
        CHECK_ERRNO(write(policy_fd, "flush", 5), EPERM);
        CHECK_ERRNO(write(rules_fd, "flush", 5), EPERM);
        fflush(stdout);
        _exit(test_failed);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
    close(policy_fd);
    close(rules_fd);
    CHECK_EQ(policy("flush"), 0);
}

static void test_rules(void) {
    static char byte;
    CHECK_EQ(rules("flush\nzero\nadd local_in proto tcp dport 4730 reject\n"
                   "add local_out proto udp dport 4731 drop\n"
                   "add local_in proto udp dport 4732 count\n"
                   "add local_in proto udp dport 4732 reject\n"),
             0);
    int tcp = x_socket(AF_INET, SOCK_STREAM, 0), udp = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_ERRNO(connect_port(tcp, 4730), ECONNREFUSED);
    set_name(4731);
    CHECK_ERRNO(x_sendto(udp, "x", 1, 0, &name, sizeof name), EPERM);
    CHECK_EQ(connect_port(udp, 4732), 0);
    CHECK_EQ(x_send(udp, "x", 1, 0), 1);
    CHECK_ERRNO(x_recv(udp, &byte, 1, MSG_DONTWAIT), ECONNREFUSED);
    const char* shown = read_file("/proc/net/rules");
    CHECK(strstr(shown, "add local_in proto tcp dport 4730 reject packets 1 "));
    CHECK(strstr(shown, "add local_in proto udp dport 4732 count packets 1 bytes 29\n"));
    CHECK_ERRNO(rules("flush\nadd local_in proto what drop\n"), EINVAL);
    shown = read_file("/proc/net/rules");
    CHECK(strstr(shown, "dport 4732 reject")); // nothing has changed
    CHECK(strstr(shown, "# line 2: what: no such value\n"));
    CHECK_EQ(rules("flush"), 0);
    CHECK(!strchr(read_file("/proc/net/rules"), '#'));
    close(tcp);
    close(udp);
}

// IPv6 is refused alike: coming in, and on its way out.
static void test_rules6(void) {
    static struct sockaddr_in6 to = {.sin6_family = AF_INET6};
    static char byte;
    to.sin6_addr.s6_addr[15] = 1;
    to.sin6_port = htons(4740);
    for (int out = 0; out < 2; out++) {
        CHECK_EQ(rules(out ? "flush\nadd local_out to ::1 dport 4740 reject\n"
                           : "flush\nadd local_in from ::/64 dport 4740 in lo reject\n"),
                 0);
        int tcp = x_socket(AF_INET6, SOCK_STREAM, 0), udp = x_socket(AF_INET6, SOCK_DGRAM, 0);
        CHECK_ERRNO(x_connect(tcp, &to, sizeof to), ECONNREFUSED);
        CHECK_EQ(x_connect(udp, &to, sizeof to), 0);
        if (out)
            CHECK_ERRNO(x_send(udp, "x", 1, 0), EPERM);
        else
            CHECK_EQ(x_send(udp, "x", 1, 0), 1);
        CHECK_ERRNO(x_recv(udp, &byte, 1, MSG_DONTWAIT), ECONNREFUSED);
        CHECK(strstr(read_file("/proc/net/rules"), "reject packets 2 "));
        close(tcp);
        close(udp);
    }
    CHECK_EQ(rules("flush"), 0);
}

static int log_fd;
static char records[131072];

// Everything that is in the log and hasn't been read.
static const char* new_records(void) {
    size_t length = 0;
    ssize_t n;
    while ((n = read(log_fd, records + length, sizeof records - 1 - length)) > 0) length += n;
    CHECK_EQ(errno, EAGAIN);
    records[length] = 0;
    return records;
}

static const char* const socketcall_names[] = {
    "",           "socket",      "bind",        "connect",    "listen",
    "accept",     "getsockname", "getpeername", "socketpair", "send",
    "recv",       "sendto",      "recvfrom",    "shutdown",   "setsockopt",
    "getsockopt", "sendmsg",     "recvmsg",     "accept4",    "recvmmsg",
    "sendmmsg"};

// Each of the twenty, on a descriptor that isn't one.
static void test_every_socketcall(void) {
    new_records();
    for (int call = 1; call <= 20; call++) {
        errno = 0;
        CHECK_EQ(socketcall_door(call, -1, 0x11, 0x22, 0, 0x55, 0x66), -1);
        const int error = errno;
        char wanted[96];
        snprintf(wanted, sizeof wanted, " door=socketcall call=%s args=0xffffffff,0x11",
                 socketcall_names[call]);
        const char* got = new_records();
        CHECK(strstr(got, wanted) != NULL);
        char result[32];
        snprintf(result, sizeof result, " result=-%d\n", error);
        CHECK(strstr(got, result) != NULL);
    }
    socketcall_door(21, -1, 0, 0, 0, 0, 0);
    CHECK_EQ(strlen(new_records()), 0); // no such call: it comes to nothing before the log
}

static void test_direct(void) {
    char wanted[160];
    new_records();
    int fd = (int)direct_door(SYS_SOCKET, AF_INET, SOCK_DGRAM, 0, 0, 0, 0);
    snprintf(wanted, sizeof wanted, "pid=%d uid=0 program=hooks", (int)getpid());
    const char* got = new_records();
    CHECK(strstr(got, wanted) != NULL);
    snprintf(wanted, sizeof wanted, " arch=%s door=%s call=socket args=0x2,0x2,0x0 result=%d\n",
             sizeof(long) == 8 ? "x86_64" : "i386", sizeof(long) == 8 ? "syscall" : "int80", fd);
    CHECK(strstr(got, wanted) != NULL);
    close(fd);
}

// A reader waits, and is woken by somebody else's call.
static void test_follow(void) {
    new_records();
    struct pollfd waiting = {.fd = log_fd, .events = POLLIN};
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        usleep(50000);
        close(socket(AF_INET, SOCK_DGRAM, 0));
        _exit(0);
    }
    fcntl(log_fd, F_SETFL, 0);
    ssize_t n = read(log_fd, records, sizeof records - 1);
    CHECK(n > 0);
    records[n > 0 ? n : 0] = 0;
    CHECK(strstr(records, " call=socket ") != NULL);
    fcntl(log_fd, F_SETFL, O_NONBLOCK);
    waitpid(child, NULL, 0);
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    close(socket(AF_INET, SOCK_DGRAM, 0));
    CHECK_EQ(poll(&waiting, 1, 0), 1);
    CHECK_ERRNO(read(log_fd, records, 10), EINVAL); // no room for a line
}

// The ring is bounded: a slow reader is told how much it has missed.
static void test_lost(void) {
    new_records();
    for (int i = 0; i < 600; i++) direct_door(SYS_LISTEN, -1, i, 0, 0, 0, 0);
    const char* got = new_records();
    CHECK(!strncmp(got, "lost=88\n", 8));
    CHECK(strstr(got, "args=0xffffffff,0x57 ") == NULL && strstr(got, ",0x257 result") != NULL);
}

static void test_audit(void) {
    CHECK_EQ(audit("1\n"), 0);
    CHECK_ERRNO(audit("2\n"), EINVAL);
    log_fd = open("/dev/audit", O_RDONLY | O_NONBLOCK);
    CHECK(log_fd >= 0);
    test_every_socketcall();
    test_direct();
    test_follow();
    test_lost();
    CHECK_EQ(audit("0\n"), 0);
    close(socket(AF_INET, SOCK_DGRAM, 0));
    CHECK_EQ(strlen(new_records()), 0);
    close(log_fd);
}

int main(int argc, char** argv) {
    if (argc > 1 && !strcmp(argv[1], "lock")) { // nothing undoes it
        CHECK_EQ(policy("add connect port 4799 deny\nlock"), 0);
        CHECK_ERRNO(policy("flush"), EPERM);
        CHECK(strstr(read_file("/proc/net/policy"), "lock\n") != NULL);
        CHECK_ERRNO(connect_port(socket(AF_INET, SOCK_STREAM, 0), 4799), EACCES);
        return test_end();
    }
    klogctl(6, NULL, 0);
    for (door = 0; door < DOOR_COUNT; door++) {
        test_policy();
        test_unix_policy();
        test_other_user();
        test_rules();
        test_rules6();
    }
    test_audit();
    klogctl(7, NULL, 0);
    return test_end();
}

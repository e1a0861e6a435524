// Urgent data on TCP and on streams of AF_UNIX, through each door: the byte out of line and in
// line, the mark, POLLPRI, SIGURG; and SO_PEEK_OFF.
#include "test.h"

#include "doors.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

static struct sockaddr_in address;
static socklen_t length;
static int a, b, value, pair[2];
static char buffer[64];
static volatile int urgent_signals;

static void on_urgent(int number) {
    (void)number;
    urgent_signals++;
}

static void open_tcp(void) {
    int listener = x_socket(AF_INET, SOCK_STREAM, 0);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    CHECK_EQ(x_bind(listener, &address, sizeof address), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(listener, &address, &length), 0);
    CHECK_EQ(x_listen(listener, 1), 0);
    a = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(x_connect(a, &address, sizeof address), 0);
    b = x_accept(listener, NULL, NULL);
    close(listener);
}

static void open_unix(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    a = pair[0];
    b = pair[1];
}

static void close_both(void) {
    close(a);
    close(b);
}

static int at_mark(int s) {
    int mark = -1;
    CHECK_EQ(ioctl(s, SIOCATMARK, &mark), 0);
    return mark;
}

static int urgent_event(int s) {
    struct pollfd p = {s, POLLPRI, 0};
    poll(&p, 1, 0);
    return p.revents;
}

static int readable(int s) {
    struct pollfd p = {s, POLLIN, 0};
    poll(&p, 1, 1000);
    return p.revents & POLLIN;
}

static void expect(int s, const char* text, int flags) {
    memset(buffer, 0, sizeof buffer);
    CHECK_EQ(x_recv(s, buffer, sizeof buffer, flags), strlen(text));
    CHECK(!strcmp(buffer, text));
    if (strcmp(buffer, text)) printf("got \"%s\", want \"%s\"\n", buffer, text);
}

static void set_inline(int s, int on) {
    value = on;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_OOBINLINE, &value, sizeof value), 0);
}

static void test_out_of_line(void (*open_pair)(void)) {
    open_pair();
    CHECK_ERRNO(x_recv(b, buffer, 1, MSG_OOB), EINVAL);
    CHECK_EQ(at_mark(b), 0);
    CHECK_EQ(x_send(a, "abc", 3, MSG_OOB), 3);
    CHECK(readable(b));
    CHECK_EQ(urgent_event(b), POLLPRI);
    CHECK_EQ(at_mark(b), 0);
    CHECK_EQ(x_recv(b, buffer, 1, MSG_OOB | MSG_PEEK), 1);
    CHECK_EQ(buffer[0], 'c');
    CHECK_EQ(x_recv(b, buffer, 1, MSG_OOB), 1);
    CHECK_EQ(buffer[0], 'c');
    CHECK_ERRNO(x_recv(b, buffer, 1, MSG_OOB), EINVAL);
    CHECK_EQ(urgent_event(b), 0);
    CHECK_EQ(x_send(a, "de", 2, 0), 2);
    expect(b, "ab", 0); // up to the mark
    CHECK_EQ(at_mark(b), 1);
    expect(b, "de", 0);
    CHECK_EQ(at_mark(b), 0);
    CHECK_ERRNO(x_recv(b, buffer, 1, MSG_DONTWAIT), EAGAIN);
    close_both();
}

static void test_passed_over(void (*open_pair)(void)) {
    open_pair();
    CHECK_EQ(x_send(a, "ab", 2, MSG_OOB), 2);
    CHECK_EQ(x_send(a, "cd", 2, 0), 2);
    CHECK(readable(b));
    expect(b, "a", 0);
    CHECK_EQ(at_mark(b), 1);
    expect(b, "cd", 0); // whoever reads on gives the byte up
    CHECK_ERRNO(x_recv(b, buffer, 1, MSG_OOB), EINVAL);
    close_both();
}

static void test_in_line(void (*open_pair)(void)) {
    open_pair();
    set_inline(b, 1);
    CHECK_EQ(x_send(a, "abc", 3, MSG_OOB), 3);
    CHECK_EQ(x_send(a, "d", 1, 0), 1);
    CHECK(readable(b));
    CHECK_EQ(urgent_event(b), POLLPRI);
    CHECK_ERRNO(x_recv(b, buffer, 1, MSG_OOB), EINVAL);
    expect(b, "ab", 0);
    CHECK_EQ(at_mark(b), 1);
    CHECK_EQ(x_recv(b, buffer, 1, 0), 1);
    CHECK_EQ(buffer[0], 'c');
    expect(b, "d", 0);
    CHECK_EQ(urgent_event(b), 0);
    close_both();
}

// The second takes the mark; the first is ordinary then, but TCP drops it.
static void test_twice(void (*open_pair)(void)) {
    open_pair();
    CHECK_EQ(x_send(a, "x", 1, MSG_OOB), 1);
    CHECK_EQ(x_send(a, "y", 1, MSG_OOB), 1);
    CHECK(readable(b) || urgent_event(b));
    CHECK_EQ(x_recv(b, buffer, 1, MSG_OOB), 1);
    CHECK_EQ(buffer[0], 'y');
    if (open_pair == open_tcp)
        CHECK_ERRNO(x_recv(b, buffer, 1, MSG_DONTWAIT), EAGAIN);
    else
        expect(b, "x", 0);
    close_both();
}

static void test_signal(void (*open_pair)(void)) {
    open_pair();
    urgent_signals = 0;
    CHECK_EQ(x_send(a, "x", 1, MSG_OOB), 1);
    CHECK_EQ(urgent_signals, 0);
    CHECK_EQ(x_recv(b, buffer, 1, MSG_OOB), 1);
    CHECK_EQ(fcntl(b, F_SETOWN, getpid()), 0);
    CHECK_EQ(x_send(a, "x", 1, MSG_OOB), 1);
    CHECK_EQ(urgent_signals, 1);
    CHECK_EQ(x_send(a, "x", 1, 0), 1);
    CHECK_EQ(urgent_signals, 1);
    close_both();
}

static void test_refused(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_ERRNO(x_sendto(s, "x", 1, MSG_OOB, &address, sizeof address), EOPNOTSUPP);
    close(s);
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    CHECK_ERRNO(x_send(pair[0], "x", 1, MSG_OOB), EOPNOTSUPP);
    CHECK_ERRNO(x_recv(pair[0], buffer, 1, MSG_OOB), EOPNOTSUPP);
    close(pair[0]);
    close(pair[1]);
    open_unix();
    CHECK_ERRNO(x_send(a, "", 0, MSG_OOB), EOPNOTSUPP);
    close(b);
    CHECK_ERRNO(x_send(a, "x", 1, MSG_OOB | MSG_NOSIGNAL), EPIPE);
    close(a);
    s = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(x_recv(s, buffer, 1, MSG_OOB), EINVAL);
    CHECK_ERRNO(ioctl(s, SIOCATMARK, (void*)8), EFAULT);
    close(s);
}

static void set_peek(int s, int offset) {
    value = offset;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &value, sizeof value), 0);
}

static int peek_offset(int s) {
    length = sizeof value;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &value, &length), 0);
    return value;
}

static void test_peek_stream(void (*open_pair)(void)) {
    open_pair();
    CHECK_EQ(peek_offset(b), -1);
    CHECK_EQ(x_send(a, "abcdef", 6, 0), 6);
    CHECK(readable(b));
    set_peek(b, 2);
    CHECK_EQ(x_recv(b, buffer, 2, MSG_PEEK), 2);
    CHECK(!memcmp(buffer, "cd", 2));
    CHECK_EQ(peek_offset(b), 4);
    CHECK_EQ(x_recv(b, buffer, 2, MSG_PEEK), 2);
    CHECK(!memcmp(buffer, "ef", 2));
    CHECK_ERRNO(x_recv(b, buffer, 2, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_recv(b, buffer, 3, 0), 3);
    CHECK_EQ(peek_offset(b), 3);
    set_peek(b, -1);
    CHECK_EQ(x_recv(b, buffer, 2, MSG_PEEK), 2);
    CHECK(!memcmp(buffer, "de", 2));
    close_both();
}

static void test_peek_datagrams(int family) {
    if (family == AF_UNIX) {
        CHECK_EQ(x_socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
        a = pair[0];
        b = pair[1];
    } else {
        a = x_socket(AF_INET, SOCK_DGRAM, 0);
        b = x_socket(AF_INET, SOCK_DGRAM, 0);
        address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
        CHECK_EQ(x_bind(b, &address, sizeof address), 0);
        length = sizeof address;
        CHECK_EQ(x_getsockname(b, &address, &length), 0);
        CHECK_EQ(x_connect(a, &address, sizeof address), 0);
    }
    CHECK_EQ(x_send(a, "abcd", 4, 0), 4);
    CHECK_EQ(x_send(a, "efgh", 4, 0), 4);
    set_peek(b, 1);
    CHECK_EQ(x_recv(b, buffer, 2, MSG_PEEK), 2);
    CHECK(!memcmp(buffer, "bc", 2));
    CHECK_EQ(x_recv(b, buffer, 8, MSG_PEEK), 1);
    CHECK_EQ(buffer[0], 'd');
    CHECK_EQ(x_recv(b, buffer, 8, MSG_PEEK), 4);
    CHECK(!memcmp(buffer, "efgh", 4));
    CHECK_EQ(peek_offset(b), 8);
    CHECK_ERRNO(x_recv(b, buffer, 8, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
    CHECK_EQ(x_recv(b, buffer, 8, 0), 4);
    CHECK(!memcmp(buffer, "abcd", 4));
    CHECK_EQ(peek_offset(b), 4);
    close_both();
}

int main(void) {
    signal(SIGURG, on_urgent);
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        void (*const kinds[])(void) = {open_tcp, open_unix};
        for (int i = 0; i < 2; i++) {
            test_out_of_line(kinds[i]);
            test_passed_over(kinds[i]);
            test_in_line(kinds[i]);
            test_twice(kinds[i]);
            test_signal(kinds[i]);
            test_peek_stream(kinds[i]);
        }
        test_peek_datagrams(AF_UNIX);
        test_peek_datagrams(AF_INET);
        test_refused();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    return test_end();
}

// What travels beside the bytes of AF_UNIX: descriptors (SCM_RIGHTS), their limits, their loss, the
// cycles that they make; identities (SCM_CREDENTIALS, SO_PASSCRED, SO_PEERCRED).
#include "unix.h"

#include <sys/resource.h>

static int fds[300];

static void test_pass(int type) {
    int before = open_descriptors(), tube[2];
    CHECK_EQ(x_socketpair(AF_UNIX, type, 0, pair), 0);
    CHECK_EQ(pipe(tube), 0);
    CHECK_EQ(send_files(pair[0], &tube[1], 1, 0), 1);
    close(tube[1]);
    // Still open in the message.
    struct pollfd waiting = {tube[0], POLLIN, 0};
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    // A peek makes a descriptor of its own.
    CHECK_EQ(receive(pair[1], 10, 100, MSG_PEEK), 1);
    CHECK_EQ(received_files(fds), 1);
    CHECK_EQ(fcntl(fds[0], F_GETFD), 0);
    CHECK_EQ(close(fds[0]), 0);
    CHECK_EQ(receive(pair[1], 10, 100, MSG_CMSG_CLOEXEC), 1);
    CHECK_EQ(message.msg_flags & ~MSG_CMSG_CLOEXEC, 0);
    CHECK_EQ(message.msg_controllen, CMSG_SPACE(sizeof(int)));
    CHECK_EQ(received_files(fds), 1);
    CHECK_EQ(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
    CHECK_EQ(write(fds[0], "through", 7), 7);
    CHECK_EQ(read(tube[0], into, 10), 7);
    close(fds[0]);
    CHECK_EQ(read(tube[0], into, 10), 0);
    close(tube[0]);
    close(pair[0]);
    close(pair[1]);
    CHECK_EQ(open_descriptors(), before);
}

// With less room than descriptors came: MSG_CTRUNC, and the others are closed.
static void test_room_for_files(void) {
    int before = open_descriptors(), tube[2];
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQ(pipe(tube), 0);
    for (size_t room = 0; room <= CMSG_SPACE(3 * sizeof(int)); room += sizeof(int)) {
        for (int i = 0; i < 3; i++) fds[i] = tube[0];
        CHECK_EQ(send_files(pair[0], fds, 3, 0), 1);
        CHECK_EQ(receive(pair[1], 10, room, 0), 1);
        int fit = room <= CMSG_LEN(0) ? 0 : (int)((room - CMSG_LEN(0)) / sizeof(int));
        if (fit > 3) fit = 3;
        CHECK_EQ(received_files(fds), fit);
        CHECK_EQ(message.msg_flags, fit < 3 ? MSG_CTRUNC : 0);
        for (int i = 0; i < fit; i++) CHECK_EQ(close(fds[i]), 0);
        CHECK_EQ(open_descriptors(), before + 4);
    }
    // Read without asking for them; never read.
    CHECK_EQ(send_files(pair[0], &tube[1], 1, 0), 1);
    CHECK_EQ(x_recv(pair[1], into, 10, 0), 1);
    CHECK_EQ(send_files(pair[0], &tube[1], 1, 0), 1);
    close(tube[1]);
    struct pollfd waiting = {tube[0], POLLIN, 0};
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    close(pair[0]);
    close(pair[1]);
    CHECK_EQ(poll(&waiting, 1, 1000), 1);
    CHECK_EQ(waiting.revents, POLLHUP);
    close(tube[0]);
    CHECK_EQ(open_descriptors(), before);
}

static void test_limits(void) {
    int tube[2];
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_EQ(pipe(tube), 0);
    for (int i = 0; i < 254; i++) fds[i] = tube[0];
    CHECK_ERRNO(send_files(pair[0], fds, 254, 0), EINVAL);
    fds[1] = -1;
    CHECK_ERRNO(send_files(pair[0], fds, 2, 0), EBADF);
    fds[1] = 4000;
    CHECK_ERRNO(send_files(pair[0], fds, 2, 0), EBADF);
    fds[1] = tube[0];
    begin_message(1);
    add_control(SCM_RIGHTS, fds, 4);
    ((struct cmsghdr*)control.bytes)->cmsg_len = 1000;
    CHECK_ERRNO(x_sendmsg(pair[0], &message, 0), EINVAL);
    begin_message(1);
    add_control(77, fds, 4);
    CHECK_ERRNO(x_sendmsg(pair[0], &message, 0), EINVAL);
    begin_message(1);
    add_control(SCM_RIGHTS, fds, 0);
    CHECK_EQ(x_sendmsg(pair[0], &message, 0), 1);
    CHECK_EQ(receive(pair[1], 1, 100, 0), 1);
    CHECK_EQ(message.msg_controllen, 0);
    // 253 at once; as many as the receiver may have.
    CHECK_EQ(send_files(pair[0], fds, 253, 0), 1);
    struct rlimit limit, few;
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    int top = dup(0);
    close(top);
    few.rlim_cur = top + 5;
    int free_ones = 0;
    for (int fd = top; fd < top + 5; fd++) free_ones += fcntl(fd, F_GETFD) < 0;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    CHECK_EQ(receive(pair[1], 1, sizeof control, 0), 1);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    CHECK_EQ(message.msg_flags, MSG_CTRUNC);
    int count = received_files(fds);
    CHECK_EQ(count, free_ones);
    for (int i = 0; i < count; i++) close(fds[i]);
    close(tube[0]);
    close(tube[1]);
    close(pair[0]);
    close(pair[1]);
}

// Descriptors end a read of a stream.
static void test_boundaries(void) {
    CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int null = open("/dev/null", O_RDWR);
    CHECK_EQ(x_send(pair[0], "ab", 2, 0), 2);
    CHECK_EQ(send_files(pair[0], &null, 1, 0), 1);
    CHECK_EQ(x_send(pair[0], "cd", 2, 0), 2);
    CHECK_EQ(receive(pair[1], 100, 100, 0), 3);
    CHECK_EQ(received_files(fds), 1);
    close(fds[0]);
    CHECK_EQ(receive(pair[1], 100, 100, 0), 2);
    CHECK_EQ(message.msg_controllen, 0);
    close(null);
    close(pair[0]);
    close(pair[1]);
}

// Waits until the writer's end of a pipe, held only by sockets that nobody reaches, is gone. Linux
// looks for such sockets when somebody closes one, and not while it looks already (for another
// process, say): so we close one again and again.
static void wait_for_collection(int reader) {
    struct pollfd waiting = {reader, POLLIN, 0};
    int tries = 0;
    do {
        CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        close(pair[0]);
        close(pair[1]);
    } while (poll(&waiting, 1, 50) == 0 && ++tries < 100);
    CHECK_EQ(waiting.revents, POLLHUP);
}

// Sockets that hold each other in their queues are freed: the end of the pipe that lies there too
// is closed in the end.
static void test_cycles(int length_of_chain) {
    int before = open_descriptors(), tube[2];
    CHECK_EQ(pipe(tube), 0);
    int first[2], last[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, first), 0);
    last[0] = first[0];
    last[1] = first[1];
    CHECK_EQ(send_files(first[0], &tube[1], 1, 0), 1); // lies in first[1]
    close(tube[1]);
    for (int i = 1; i < length_of_chain; i++) {
        CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        CHECK_EQ(send_files(pair[0], &last[1], 1, 0), 1);
        if (i > 1) {
            close(last[0]);
            close(last[1]);
        }
        last[0] = pair[0];
        last[1] = pair[1];
    }
    CHECK_EQ(send_files(first[0], &last[1], 1, 0), 1);
    struct pollfd waiting = {tube[0], POLLIN, 0};
    if (last[0] != first[0]) {
        close(last[0]);
        close(last[1]);
    }
    CHECK_EQ(poll(&waiting, 1, 0), 0);
    close(first[0]);
    close(first[1]);
    wait_for_collection(tube[0]);
    close(tube[0]);
    CHECK_EQ(open_descriptors(), before);
}

// A listener in the queue of a connection to it that nobody accepted.
static void test_listener_cycle(void) {
    int tube[2];
    CHECK_EQ(pipe(tube), 0);
    int l = x_socket(AF_UNIX, SOCK_STREAM, 0), c = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(x_bind(l, &address, 2), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(l, &address, &length), 0);
    CHECK_EQ(x_listen(l, 5), 0);
    CHECK_EQ(x_connect(c, &address, length), 0);
    int both[2] = {l, tube[1]};
    CHECK_EQ(send_files(c, both, 2, 0), 1);
    close(tube[1]);
    close(l);
    close(c);
    wait_for_collection(tube[0]);
    close(tube[0]);
}

// What is still reachable stays: a socket in flight in a queue that somebody reads.
static void test_spared(void) {
    int a[2], b[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    CHECK_EQ(send_files(b[0], &b[1], 1, 0), 1); // b[1] holds itself
    CHECK_EQ(send_files(a[0], &b[1], 1, 0), 1); // and is held by a[1]
    close(b[0]);
    close(b[1]);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(x_socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        close(pair[0]);
        close(pair[1]);
    }
    usleep(20000);
    CHECK_EQ(receive(a[1], 1, 100, 0), 1);
    CHECK_EQ(received_files(fds), 1);
    int held = fds[0];
    CHECK_EQ(receive(held, 1, 100, 0), 1);
    CHECK_EQ(received_files(fds), 1);
    close(held);
    CHECK_EQ(x_recv(fds[0], into, 1, 0), 0);
    close(fds[0]);
    close(a[0]);
    close(a[1]);
}

static void test_identity(int type) {
    CHECK_EQ(x_socketpair(AF_UNIX, type, 0, pair), 0);
    static struct ucred peer;
    length = sizeof peer;
    CHECK_EQ(x_getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &length), 0);
    CHECK_EQ(peer.pid, getpid());
    CHECK_EQ(peer.uid, geteuid());
    CHECK_EQ(peer.gid, getegid());
    CHECK_EQ(x_send(pair[0], "x", 1, 0), 1); // before anybody asked
    value = 1;
    CHECK_EQ(x_setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &value, sizeof value), 0);
    CHECK_EQ(receive(pair[1], 1, 200, 0), 1);
    struct ucred* who = received_identity();
    CHECK(who && who->pid == 0 && who->uid == 65534 && who->gid == 65534);
    pid_t child = fork();
    if (child == 0) _exit(x_send(pair[0], "y", 1, 0) != 1);
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(x_send(pair[0], "z", 1, 0), 1);
    // Different senders aren't glued together.
    CHECK_EQ(receive(pair[1], 10, 200, 0), 1);
    who = received_identity();
    CHECK(who && who->pid == child && who->uid == getuid() && who->gid == getgid());
    CHECK_EQ(receive(pair[1], 10, 200, 0), 1);
    who = received_identity();
    CHECK(who && who->pid == getpid());
    CHECK_EQ(message.msg_controllen, CMSG_SPACE(sizeof(struct ucred)));

    // An identity together with a descriptor; told, checked, refused.
    struct ucred mine = {getpid(), getuid(), getgid()};
    begin_message(1);
    add_control(SCM_CREDENTIALS, &mine, sizeof mine);
    int null = open("/dev/null", O_RDWR);
    add_control(SCM_RIGHTS, &null, sizeof null);
    CHECK_EQ(x_sendmsg(pair[0], &message, 0), 1);
    CHECK_EQ(receive(pair[1], 1, 200, 0), 1);
    CHECK(received_identity() && received_identity()->pid == getpid());
    CHECK_EQ(received_files(fds), 1);
    close(fds[0]);
    close(null);
    mine.pid = 0x3fffff;
    begin_message(1);
    add_control(SCM_CREDENTIALS, &mine, sizeof mine);
    CHECK_ERRNO(x_sendmsg(pair[0], &message, 0), geteuid() ? EPERM : ESRCH);
    begin_message(1);
    add_control(SCM_CREDENTIALS, &mine, sizeof mine - 4);
    CHECK_ERRNO(x_sendmsg(pair[0], &message, 0), EINVAL);
    CHECK_EQ(x_send(pair[0], "n", 1, 0), 1);
    CHECK_EQ(receive(pair[1], 1, 0, 0), 1);
    CHECK_EQ(message.msg_flags, MSG_CTRUNC);
    close(pair[0]);
    close(pair[1]);
}

static void test_connected_identity(void) {
    static struct ucred peer;
    int l = x_socket(AF_UNIX, SOCK_STREAM, 0);
    length = sizeof peer;
    CHECK_EQ(x_getsockopt(l, SOL_SOCKET, SO_PEERCRED, &peer, &length), 0);
    CHECK_EQ(peer.pid, 0);
    CHECK_EQ((int)peer.uid, -1);
    CHECK_EQ(x_bind(l, &address, 2), 0);
    length = sizeof address;
    CHECK_EQ(x_getsockname(l, &address, &length), 0);
    CHECK_EQ(x_listen(l, 5), 0);
    pid_t child = fork();
    if (child == 0) {
        int c = socket(AF_UNIX, SOCK_STREAM, 0);
        socklen_t size = sizeof peer;
        int bad = connect(c, (void*)&address, length) ||
                  getsockopt(c, SOL_SOCKET, SO_PEERCRED, &peer, &size) || peer.pid != getppid();
        _exit(bad);
    }
    int s = x_accept(l, 0, 0);
    length = sizeof peer;
    CHECK_EQ(x_getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &length), 0);
    CHECK_EQ(peer.pid, child);
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    close(s);
    close(l);
}

int main(void) {
    address.sun_family = AF_UNIX;
    EACH_DOOR({
        test_connected_identity();
        if (!messages_pass()) continue;
        test_pass(SOCK_STREAM);
        test_pass(SOCK_DGRAM);
        test_pass(SOCK_SEQPACKET);
        test_room_for_files();
        test_limits();
        test_boundaries();
        for (int links = 1; links < 6; links++) test_cycles(links);
        test_cycles(60);
        test_listener_cycle();
        test_spared();
        test_identity(SOCK_STREAM);
        test_identity(SOCK_DGRAM);
    })
    return test_end();
}

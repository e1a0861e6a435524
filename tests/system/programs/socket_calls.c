// All twenty socket calls, each by its own number or through socketcall: `socket_calls
// direct|socketcall tcp|udp|raw|unix`. Compiled by the host's compiler; the trace of it is what a
// test reads.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int through_socketcall;

// In the order of socketcall's numbers, from 1.
static const int numbers[] = {0,
                              SYS_socket,
                              SYS_bind,
                              SYS_connect,
                              SYS_listen,
                              -1,
                              SYS_getsockname,
                              SYS_getpeername,
                              SYS_socketpair,
                              -1,
                              -1,
                              SYS_sendto,
                              SYS_recvfrom,
                              SYS_shutdown,
                              SYS_setsockopt,
                              SYS_getsockopt,
                              SYS_sendmsg,
                              SYS_recvmsg,
                              SYS_accept4,
                              SYS_recvmmsg,
                              SYS_sendmmsg};
enum {
    SOCKET = 1,
    BIND,
    CONNECT,
    LISTEN,
    ACCEPT,
    GETSOCKNAME,
    GETPEERNAME,
    SOCKETPAIR,
    SEND,
    RECV,
    SENDTO,
    RECVFROM,
    SHUTDOWN,
    SETSOCKOPT,
    GETSOCKOPT,
    SENDMSG,
    RECVMSG,
    ACCEPT4,
    RECVMMSG,
    SENDMMSG
};

static long call(int which, long a, long b, long c, long d, long e, long f) {
#ifdef SYS_socketcall
    unsigned long block[6] = {a, b, c, d, e, f};
    if (through_socketcall) return syscall(SYS_socketcall, which, block);
#endif
    if (which == ACCEPT) {
#ifdef SYS_accept
        return syscall(SYS_accept, a, b, c);
#else
        return syscall(SYS_accept4, a, b, c, 0);
#endif
    }
    if (which == SEND) which = SENDTO;
    if (which == RECV) which = RECVFROM;
    return syscall(numbers[which], a, b, c, d, e, f);
}

static long must(int which, long a, long b, long c, long d, long e, long f) {
    const long result = call(which, a, b, c, d, e, f);
    if (result >= 0) return result;
    fprintf(stderr, "socket_calls: call %d: %m\n", which);
    exit(1);
}

static struct sockaddr_storage name;
static socklen_t name_length;

static void make_name(const char* kind) {
    if (!strcmp(kind, "unix")) {
        struct sockaddr_un* un = (void*)&name;
        un->sun_family = AF_UNIX;
        strcpy(un->sun_path + 1, "calls");
        name_length = sizeof(sa_family_t) + 6;
        return;
    }
    struct sockaddr_in* in = (void*)&name;
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    in->sin_port = htons(strcmp(kind, "raw") ? 7321 : 0);
    name_length = sizeof *in;
}

static void exchange(int from, int to, int named) {
    char buffer[64] = "payload";
    struct iovec vector = {buffer, 7};
    struct mmsghdr many = {.msg_hdr = {.msg_iov = &vector, .msg_iovlen = 1}};
    struct sockaddr_storage sender;
    socklen_t length = sizeof sender;
    must(SEND, from, (long)buffer, 7, 0, 0, 0);
    must(RECV, to, (long)buffer, 64, 0, 0, 0);
    must(SENDTO, from, (long)buffer, 7, 0, named ? (long)&name : 0, named ? name_length : 0);
    must(RECVFROM, to, (long)buffer, 64, 0, (long)&sender, (long)&length);
    must(SENDMSG, from, (long)&many.msg_hdr, 0, 0, 0, 0);
    must(RECVMSG, to, (long)&many.msg_hdr, 0, 0, 0, 0);
    must(SENDMMSG, from, (long)&many, 1, 0, 0, 0);
    must(RECVMMSG, to, (long)&many, 1, 0, 0, 0);
}

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const char* kind = argv[2];
    through_socketcall = !strcmp(argv[1], "socketcall");
    make_name(kind);
    const int family = name.ss_family, stream = !strcmp(kind, "tcp") || !strcmp(kind, "unix");
    const int type = stream ? SOCK_STREAM : strcmp(kind, "raw") ? SOCK_DGRAM : SOCK_RAW;
    const int protocol = type == SOCK_RAW ? 253 : 0;
    int one = 1, pair[2];
    socklen_t size = sizeof one, length = sizeof name;
    struct sockaddr_storage other;

    const int first = must(SOCKET, family, type, protocol, 0, 0, 0);
    must(SETSOCKOPT, first, SOL_SOCKET, SO_REUSEADDR, (long)&one, sizeof one, 0);
    must(GETSOCKOPT, first, SOL_SOCKET, SO_TYPE, (long)&one, (long)&size, 0);
    must(BIND, first, (long)&name, name_length, 0, 0, 0);
    must(GETSOCKNAME, first, (long)&other, (long)&length, 0, 0, 0);
    call(SOCKETPAIR, family, type, protocol, (long)pair, 0, 0); // AF_INET has none
    int from = first, to = first;
    call(LISTEN, first, 4, 0, 0, 0, 0); // datagrams have none
    if (stream) {
        from = must(SOCKET, family, type, protocol, 0, 0, 0);
        must(CONNECT, from, (long)&name, name_length, 0, 0, 0);
        length = sizeof other;
        to = must(ACCEPT, first, (long)&other, (long)&length, 0, 0, 0);
        const int second = must(SOCKET, family, type, protocol, 0, 0, 0);
        must(CONNECT, second, (long)&name, name_length, 0, 0, 0);
        must(ACCEPT4, first, 0, 0, 0, 0, 0);
    } else {
        must(CONNECT, from, (long)&name, name_length, 0, 0, 0);
        call(ACCEPT, first, 0, 0, 0, 0, 0);
        call(ACCEPT4, first, 0, 0, 0, 0, 0);
    }
    if (!strcmp(kind, "tcp")) // else Nagle holds the second of two small messages
        must(SETSOCKOPT, from, IPPROTO_TCP, TCP_NODELAY, (long)&one, sizeof one, 0);
    length = sizeof other;
    call(GETPEERNAME, from, (long)&other, (long)&length, 0, 0, 0);
    exchange(from, to, !stream);
    call(SHUTDOWN, from, SHUT_WR, 0, 0, 0, 0);
    return 0;
}

// What every socket call answers to bad input: numbers, lengths, pointers, descriptors, states;
// through each door.
#include "test.h"

#include "doors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/uio.h>

static struct sockaddr_in address;
static struct sockaddr_storage name;
static socklen_t length;
static int value;
static char data[64];
static void* const bad = (void*)8; // never mapped

static void loopback(int port) {
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static void test_socket(void) {
    CHECK_ERRNO(x_socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(x_socket(46, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(x_socket(1000, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(x_socket(AF_UNSPEC, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(x_socket(AF_INET, 0, 0), ESOCKTNOSUPPORT);
    CHECK_ERRNO(x_socket(AF_INET, 11, 0), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, 15, 0), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_STREAM | 0x10, 0), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, -1, 0), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_STREAM, -1), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_STREAM, 999), EINVAL);
    CHECK_ERRNO(x_socket(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);

    int s = x_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    CHECK(s >= 0);
    CHECK_EQ(fcntl(s, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    CHECK_EQ(fcntl(s, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(close(s), 0);
    s = x_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    CHECK(s >= 0);
    CHECK_EQ(fcntl(s, F_GETFL), O_RDWR);
    CHECK_EQ(fcntl(s, F_GETFD), 0);
    CHECK_ERRNO(lseek(s, 0, SEEK_SET), ESPIPE);
    CHECK_EQ(close(s), 0);
}

// Every call on what is no descriptor and on what is no socket.
static void test_descriptors(int fd, int error) {
    loopback(1);
    length = sizeof name;
    CHECK_ERRNO(x_bind(fd, &address, sizeof address), error);
    CHECK_ERRNO(x_connect(fd, &address, sizeof address), error);
    CHECK_ERRNO(x_listen(fd, 1), error);
    CHECK_ERRNO(x_accept(fd, 0, 0), error);
    CHECK_ERRNO(x_accept4(fd, 0, 0, SOCK_NONBLOCK), error);
    CHECK_ERRNO(x_getsockname(fd, &name, &length), error);
    CHECK_ERRNO(x_getpeername(fd, &name, &length), error);
    CHECK_ERRNO(x_send(fd, data, 1, 0), error);
    CHECK_ERRNO(x_sendto(fd, data, 1, 0, &address, sizeof address), error);
    CHECK_ERRNO(x_recv(fd, data, 1, 0), error);
    CHECK_ERRNO(x_recvfrom(fd, data, 1, 0, 0, 0), error);
    CHECK_ERRNO(x_shutdown(fd, SHUT_RD), error);
    CHECK_ERRNO(x_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), error);
    length = sizeof value;
    CHECK_ERRNO(x_getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length), error);
}

static void test_bind(void) {
    int s = x_socket(AF_INET, SOCK_STREAM, 0);
    loopback(0);
    CHECK_ERRNO(x_bind(s, bad, sizeof address), EFAULT);
    CHECK_ERRNO(x_bind(s, &address, -1), EINVAL);
    CHECK_ERRNO(x_bind(s, &address, 15), EINVAL);
    CHECK_ERRNO(x_bind(s, &address, 129), EINVAL);
    address.sin_family = AF_INET6;
    CHECK_ERRNO(x_bind(s, &address, sizeof address), EAFNOSUPPORT);
    loopback(0);
    address.sin_addr.s_addr = htonl(0x08080808);
    CHECK_ERRNO(x_bind(s, &address, sizeof address), EADDRNOTAVAIL);
    loopback(0);
    CHECK_EQ(x_bind(s, &address, 128), 0);
    CHECK_ERRNO(x_bind(s, &address, sizeof address), EINVAL);

    // A port that is taken; one that may be shared.
    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    CHECK_EQ(length, sizeof address);
    CHECK(ntohs(address.sin_port) != 0);
    int t = x_socket(AF_INET, SOCK_STREAM, 0);
    CHECK_ERRNO(x_bind(t, &address, sizeof address), EADDRINUSE);
    value = 1;
    CHECK_EQ(x_setsockopt(t, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), 0);
    CHECK_ERRNO(x_bind(t, &address, sizeof address), EADDRINUSE);
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value), 0);
    CHECK_EQ(x_bind(t, &address, sizeof address), 0);
    CHECK_EQ(x_listen(s, 1), 0);
    CHECK_ERRNO(x_listen(t, 1), EADDRINUSE);
    close(s);
    close(t);
}

static void test_states(void) {
    int s = x_socket(AF_INET, SOCK_STREAM, 0);
    length = sizeof name;
    CHECK_ERRNO(x_getpeername(s, &name, &length), ENOTCONN);
    CHECK_ERRNO(x_recv(s, data, 1, 0), ENOTCONN);
    CHECK_ERRNO(x_send(s, data, 1, MSG_NOSIGNAL), EPIPE);
    CHECK_ERRNO(x_shutdown(s, SHUT_RDWR), ENOTCONN);
    CHECK_ERRNO(x_shutdown(s, 3), EINVAL);
    CHECK_ERRNO(x_shutdown(s, -1), EINVAL);
    CHECK_ERRNO(x_accept(s, 0, 0), EINVAL);
    CHECK_ERRNO(x_accept4(s, 0, 0, 0x40), EINVAL);
    CHECK_EQ(x_listen(s, -1), 0);
    CHECK_ERRNO(x_connect(s, &address, sizeof address), EISCONN);
    CHECK_ERRNO(x_recv(s, data, 1, 0), ENOTCONN);
    close(s);

    s = x_socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_ERRNO(x_listen(s, 1), EOPNOTSUPP);
    CHECK_ERRNO(x_accept(s, 0, 0), EOPNOTSUPP);
    CHECK_ERRNO(x_send(s, data, 1, 0), EDESTADDRREQ);
    CHECK_ERRNO(x_recv(s, data, 1, MSG_DONTWAIT), EAGAIN);
    CHECK_ERRNO(x_shutdown(s, SHUT_RD), ENOTCONN);
    loopback(0);
    CHECK_ERRNO(x_sendto(s, data, 1, 0, &address, sizeof address), EINVAL);
    loopback(9);
    CHECK_ERRNO(x_sendto(s, data, 1, 0, &address, 15), EINVAL);
    CHECK_ERRNO(x_sendto(s, data, 1, 0, bad, sizeof address), EFAULT);
    CHECK_ERRNO(x_sendto(s, bad, 1, 0, &address, sizeof address), EFAULT);
    CHECK_ERRNO(x_sendto(s, data, 65508, 0, &address, sizeof address), EMSGSIZE);
    address.sin_family = AF_UNIX;
    CHECK_ERRNO(x_sendto(s, data, 1, 0, &address, sizeof address), EAFNOSUPPORT);
    CHECK_ERRNO(x_connect(s, &address, sizeof address), EAFNOSUPPORT);
    loopback(9);
    CHECK_ERRNO(x_connect(s, &address, 1), EINVAL);
    close(s);
}

static void test_pointers(void) {
    int s = x_socket(AF_INET, SOCK_DGRAM, 0);
    loopback(0);
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    length = sizeof name;
    CHECK_ERRNO(x_getsockname(s, bad, &length), EFAULT);
    CHECK_ERRNO(x_getsockname(s, &name, bad), EFAULT);
    length = (socklen_t)-1;
    CHECK_ERRNO(x_getsockname(s, &name, &length), EINVAL);
    length = 3; // cut short, but the true length is told
    memset(&name, 0x55, sizeof name);
    CHECK_EQ(x_getsockname(s, &name, &length), 0);
    CHECK_EQ(length, sizeof address);
    CHECK_EQ(((unsigned char*)&name)[3], 0x55);
    length = 0;
    CHECK_EQ(x_getsockname(s, bad, &length), 0);
    CHECK_EQ(length, sizeof address);

    length = sizeof address;
    CHECK_EQ(x_getsockname(s, &address, &length), 0);
    CHECK_EQ(x_sendto(s, "abc", 3, 0, &address, sizeof address), 3);
    CHECK_ERRNO(x_recv(s, bad, 3, 0), EFAULT);
    CHECK_EQ(x_sendto(s, "abc", 3, 0, &address, sizeof address), 3);
    CHECK_ERRNO(x_recvfrom(s, data, 3, 0, &name, bad), EFAULT);
    CHECK_ERRNO(x_recv(s, data, 3, MSG_DONTWAIT), EAGAIN); // both were consumed

    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_BROADCAST, bad, sizeof value), EFAULT);
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_BROADCAST, &value, 3), EINVAL);
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, SO_BROADCAST, &value, -1), EINVAL);
    CHECK_ERRNO(x_setsockopt(s, SOL_SOCKET, 12345, &value, sizeof value), ENOPROTOOPT);
    CHECK_ERRNO(x_setsockopt(s, 12345, 1, &value, sizeof value), ENOPROTOOPT);
    length = sizeof value;
    CHECK_ERRNO(x_getsockopt(s, SOL_SOCKET, SO_TYPE, bad, &length), EFAULT);
    CHECK_ERRNO(x_getsockopt(s, SOL_SOCKET, SO_TYPE, &value, bad), EFAULT);
    CHECK_ERRNO(x_getsockopt(s, SOL_SOCKET, 12345, &value, &length), ENOPROTOOPT);
    CHECK_ERRNO(x_getsockopt(s, 12345, 1, &value, &length), EOPNOTSUPP);
    length = (socklen_t)-1;
    CHECK_ERRNO(x_getsockopt(s, SOL_SOCKET, SO_TYPE, &value, &length), EINVAL);
    close(s);
}

// The demultiplexer itself: bounds, and arguments that can't be read.
static void test_socketcall(void) {
    CHECK_ERRNO(door_result(int80(102, 0, (long)data, 0)), EINVAL);
    CHECK_ERRNO(door_result(int80(102, 21, (long)data, 0)), EINVAL);
    CHECK_ERRNO(door_result(int80(102, -1, (long)data, 0)), EINVAL);
    CHECK_ERRNO(door_result(int80(102, 0x7fffffff, (long)data, 0)), EINVAL);
    for (int call = SYS_SOCKET; call <= SYS_SENDMMSG; call++)
        CHECK_ERRNO(door_result(int80(102, call, 8, 0)), EFAULT);
    CHECK_ERRNO(door_result(int80(102, SYS_SOCKET, 0xfffffff0, 0)), EFAULT);
    CHECK_ERRNO(door_result(int80(9999, 0, 0, 0)), ENOSYS);
    CHECK_ERRNO(door_result(int80(-1, 0, 0, 0)), ENOSYS);
    CHECK_ERRNO(syscall(9999), ENOSYS);

    // Only as many arguments are read as the sub-call has: listen's two may stand at the very end
    // of a page.
    char* page =
        mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    CHECK(page != MAP_FAILED);
    munmap(page + 4096, 4096);
    unsigned* args = (unsigned*)(page + 4096 - 8);
    args[0] = 12345;
    args[1] = 1;
    CHECK_ERRNO(door_result(int80(102, SYS_LISTEN, (long)args, 0)), EBADF);
    CHECK_ERRNO(door_result(int80(102, SYS_BIND, (long)args, 0)), EFAULT);
    munmap(page, 4096);
}

int main(void) {
    int file = open("/dev/null", O_RDWR);
    int path = open("/", O_PATH);
    CHECK(file >= 0 && path >= 0);
    for (door = 0; door < DOOR_COUNT; door++) {
        int before = test_failed;
        test_socket();
        test_descriptors(-1, EBADF);
        test_descriptors(1000, EBADF);
        test_descriptors(path, EBADF);
        test_descriptors(file, ENOTSOCK);
        test_bind();
        test_states();
        test_pointers();
        if (test_failed > before) printf("… through the door: %s\n", door_names[door]);
    }
    test_socketcall();
    close(path);
    close(file);
    return test_end();
}

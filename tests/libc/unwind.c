// Calls of a plain stub and of one that is a cancellation point, on all their ways: success, error,
// with threads, with cancellation disabled, and cancelled. unwind.py steps through them in gdb.
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((noinline)) void call_socket(int family) {
    volatile int fd = __socket(family, SOCK_STREAM, 0);
    if (fd >= 0) close(fd);
}

__attribute__((noinline)) void call_recv(int fd) {
    char text[8];
    volatile ssize_t got = __recv(fd, text, sizeof text, MSG_DONTWAIT);
    (void)got;
}

static void* nothing(void* argument) { return argument; }

int main(void) {
    int ends[2];
    pthread_t thread;
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) || send(ends[1], "one", 3, 0) != 3 ||
        send(ends[1], "two", 3, 0) != 3)
        return 1;
    call_socket(-1);
    call_socket(AF_UNIX);
    call_recv(-1);
    call_recv(ends[0]);
    pthread_create(&thread, 0, nothing, 0); // from here on as in a program with threads
    pthread_join(thread, 0);
    call_recv(-1);
    call_recv(ends[0]);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, 0);
    call_recv(-1);
    pthread_cancel(pthread_self());
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, 0);
    call_recv(-1); // doesn't return
    return 1;
}

// Calls my_socket as C does, and looks at what comes back and at errno.
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "docs/tour/exercises/expect.h"

int my_socket(int family, int type, int protocol);

int main(void) {
    limit_seconds(5);
    errno = 77;
    int fd = my_socket(AF_INET, SOCK_STREAM, 0);
    expect(fd >= 0, "my_socket(AF_INET, SOCK_STREAM, 0) returns a descriptor");
    expect(errno == 77, "success leaves errno alone");
    int type = 0;
    socklen_t length = sizeof type;
    expect(!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) && type == SOCK_STREAM,
           "the descriptor is a stream socket");
    expect(my_socket(-1, SOCK_STREAM, 0) == -1, "an unknown family returns -1");
    expect(errno == EAFNOSUPPORT, "errno is then EAFNOSUPPORT");
    return 0;
}

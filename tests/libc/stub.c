// Linked with the generic stubs: every socket call must say ENOSYS.
#include <errno.h>
#include <sys/socket.h>

int main(void) {
    if (socket(AF_INET, SOCK_STREAM, 0) != -1 || errno != ENOSYS) return 1;
    errno = 0;
    return !(recv(0, 0, 0, 0) == -1 && errno == ENOSYS);
}

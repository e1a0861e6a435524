// Solution 13: a FIN in one direction; in the other recv until it returns 0.
#include <string.h>
#include <sys/socket.h>

ssize_t ask(int fd, const char* question, char* answer, size_t room) {
    size_t length = strlen(question), done = 0;
    ssize_t got;
    for (size_t sent = 0; sent < length; sent += (size_t)got) {
        got = send(fd, question + sent, length - sent, MSG_NOSIGNAL);
        if (got < 0) return -1;
    }
    if (shutdown(fd, SHUT_WR)) return -1;
    while (done + 1 < room && (got = recv(fd, answer + done, room - 1 - done, 0)) != 0) {
        if (got < 0) return -1;
        done += (size_t)got;
    }
    answer[done] = 0;
    return (ssize_t)done;
}

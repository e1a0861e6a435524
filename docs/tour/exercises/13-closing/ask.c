// Exercise 13: ask, say that this was all, and read the answer to its end.
//
// The server begins to answer when the question has ended, and closes behind the answer. `ask`
// sends `question`, and puts the answer into `answer`, zero-ended, room for `room` bytes. Returns
// its length, or -1. The descriptor stays the caller's.
#include <string.h>
#include <sys/socket.h>

ssize_t ask(int fd, const char* question, char* answer, size_t room) {
    if (send(fd, question, strlen(question), MSG_NOSIGNAL) < 0) return -1;
    ssize_t got = recv(fd, answer, room - 1, 0);
    if (got >= 0) answer[got] = 0;
    return got;
}

// Exercise 6: from a descriptor to its connection, by what /proc shows.
//
// For a TCP socket, writes "LOCAL-ADDRESS:PORT STATE" into text, for example "127.0.0.1:5001 0A"
// (the state as /proc/net/tcp has it), and returns 0. For anything else returns -1. The way:
// readlink("/proc/PID/fd/FD") says "socket:[INODE]", and a row of /proc/net/tcp has that inode in
// its tenth column. There, addresses are hexadecimal numbers in the machine's byte order, and ports
// plain ones.
#include <stddef.h>

int whose(int pid, int fd, char* text, size_t room) {
    if (room) *text = 0;
    return pid < 0 || fd < 0 ? -1 : 0;
}

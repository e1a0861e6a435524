// Exercise 12: exactly `length` bytes, from a stream socket that doesn't block.
//
// Returns length; fewer when the stream has ended before; -1 and errno for an error. Waits as long
// as it must, without turning round and round, and isn't disturbed by signals.
#include <sys/socket.h>

ssize_t recv_exactly(int fd, void* buffer, size_t length) { return recv(fd, buffer, length, 0); }

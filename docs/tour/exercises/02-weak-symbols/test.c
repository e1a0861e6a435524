// Sends without knowing of the counter.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "docs/tour/exercises/expect.h"

extern unsigned long sent_bytes;

int main(void) {
    limit_seconds(5);
    int pair[2];
    char text[16] = "";
    expect(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair works");
    expect(send(pair[0], "hoge", 4, 0) == 4 && send(pair[0], "hoge", 4, 0) == 4,
           "send still returns what it sent");
    expect(recv(pair[1], text, sizeof text, 0) == 8 && !memcmp(text, "hogehoge", 8),
           "the bytes still arrive");
    expect(sent_bytes == 8, "sent_bytes is 8 after twice 4 bytes");
    expect(send(-1, "x", 1, 0) == -1 && errno == EBADF, "an error is still an error");
    expect(sent_bytes == 8, "what failed isn't counted");
    return 0;
}

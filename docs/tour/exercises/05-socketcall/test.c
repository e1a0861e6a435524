// The pair must work, and must have come through socketcall.
#include <errno.h>
#include <sys/socket.h>

#include "docs/tour/exercises/expect.h"

#include "docs/tour/exercises/audit.h"

int my_socketpair(int family, int type, int protocol, int fds[2]);

int main(void) {
    limit_seconds(5);
    int pair[2] = {-1, -1};
    char word[4] = "";
    audit_switch("1");
    int result = my_socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    audit_switch("0");
    expect(result == 0, "my_socketpair returns 0");
    expect(write(pair[0], "hi", 2) == 2 && read(pair[1], word, 4) == 2 && !strcmp(word, "hi"),
           "what goes in at one end comes out at the other");
    expect(audit_has("door=socketcall call=socketpair"),
           "the log says: door=socketcall call=socketpair");
    errno = 0;
    expect(my_socketpair(AF_INET, SOCK_STREAM, 0, pair) == -1 && errno == EOPNOTSUPP,
           "AF_INET has no pairs: -1 and EOPNOTSUPP");
    return 0;
}

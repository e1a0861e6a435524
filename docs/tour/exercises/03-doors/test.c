// Two calls of the i386 table from 64-bit code; the audit log says which door it was.
#include "docs/tour/exercises/expect.h"

#include "docs/tour/exercises/audit.h"

long door32(long number, long a, long b, long c);

enum { I386_GETPID = 20, I386_SOCKET = 359 };

int main(void) {
    limit_seconds(5);
    expect(door32(I386_GETPID, 0, 0, 0) == getpid(), "number 20 of the i386 table is getpid");
    audit_switch("1");
    long fd = door32(I386_SOCKET, 2, 1, 0);
    audit_switch("0");
    expect(fd >= 0, "number 359 with 2, 1, 0 makes a socket");
    expect(audit_has("door=int80 call=socket args=0x2,0x1,0x0"),
           "the log says: door=int80 call=socket");
    expect(door32(I386_SOCKET, -1, 1, 0) == -97, "an unknown family is -97, EAFNOSUPPORT");
    return 0;
}

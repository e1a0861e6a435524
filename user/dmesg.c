// Shows the kernel's log, by syslog(2).
#include "user/lib/user.h"

#include <ctype.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { READ_ALL = 3, READ_CLEAR = 4, CLEAR = 5, SIZE = 10 }; // syslog(2)

int main(int argc, char** argv) {
    begin(argv, "dmesg [-cCr]\n-c: clear it afterwards; -C: only clear; -r: with the levels.\n");
    int letter, action = READ_ALL;
    bool raw = false;
    while ((letter = option(argc, argv, "cCr"))) {
        if (letter == 'c') action = READ_CLEAR;
        if (letter == 'C') action = CLEAR;
        if (letter == 'r') raw = true;
    }
    long size = action == CLEAR ? 0 : syscall(SYS_syslog, SIZE, NULL, 0);
    if (size < 0) die_errno("syslog");
    char* text = allocate((size_t)size + 1);
    long got = syscall(SYS_syslog, action, text, size);
    if (got < 0) die_errno("syslog");
    bool start = true;
    for (long i = 0; i < got; i++) {
        if (start && !raw && text[i] == '<') { // the level: "<6>"
            long end = i + 1;
            while (end < got && isdigit((unsigned char)text[end])) end++;
            if (end < got && text[end] == '>') i = end + 1;
            if (i >= got) break;
        }
        putchar(text[i]);
        start = text[i] == '\n';
    }
    return finish(0);
}

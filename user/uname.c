// Names the system.
#include "user/lib/user.h"

#include <string.h>
#include <sys/utsname.h>

int main(int argc, char** argv) {
    begin(argv, "uname [-asnrvm]\n");
    static const char letters[] = "snrvm";
    bool wanted[5] = {false};
    int letter;
    while ((letter = option(argc, argv, "asnrvm"))) {
        for (int i = 0; i < 5; i++) wanted[i] |= letter == 'a' || letter == letters[i];
    }
    if (argc == 1) wanted[0] = true;
    struct utsname name;
    if (uname(&name)) die_errno("uname");
    const char* text[] = {name.sysname, name.nodename, name.release, name.version, name.machine};
    bool before = false;
    for (int i = 0; i < 5; i++) {
        if (!wanted[i]) continue;
        printf("%s%s", before ? " " : "", text[i]);
        before = true;
    }
    putchar('\n');
    return finish(0);
}

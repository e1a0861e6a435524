// Shows or sets the machine's name.
#include "user/lib/user.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "hostname [NAME]\n");
    struct utsname name;
    if (argc > 1) {
        if (sethostname(argv[1], strlen(argv[1]))) die_errno(argv[1]);
        return 0;
    }
    if (uname(&name)) die_errno("uname");
    puts(name.nodename);
    return finish(0);
}

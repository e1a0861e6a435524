// Who this process is. Its other name is whoami.
#include "user/lib/user.h"

#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
    begin(argv, "id [-ugn]\n       whoami\n");
    bool user = !strncmp(program_name(), "whoami", 6), group = false, name = user;
    int letter;
    while ((letter = option(argc, argv, "ugn"))) {
        if (letter == 'u')
            user = true;
        else if (letter == 'g')
            group = true;
        else
            name = true;
    }
    if (user || group) {
        if (name)
            puts(user ? user_name(geteuid()) : group_name(getegid()));
        else
            printf("%u\n", user ? geteuid() : getegid());
        return finish(0);
    }
    printf("uid=%u(%s)", getuid(), user_name(getuid()));
    printf(" gid=%u(%s)", getgid(), group_name(getgid()));
    if (geteuid() != getuid()) printf(" euid=%u(%s)", geteuid(), user_name(geteuid()));
    putchar('\n');
    return finish(0);
}

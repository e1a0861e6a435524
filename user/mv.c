// Renames files, or moves them into a directory; across file systems by cp and rm.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(char** argv) {
    int status;
    pid_t pid = fork();
    if (pid < 0) return 1;
    if (!pid) {
        execvp(argv[0], argv);
        die_errno(argv[0]);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status ? 1 : 0;
}

static int move(char* from, char* to) {
    if (!rename(from, to)) return 0;
    if (errno != EXDEV) {
        warn_errno(from);
        return 1;
    }
    char *copy[] = {"cp", "-a", "--", from, to, NULL}, *remove[] = {"rm", "-rf", "--", from, NULL};
    return run(copy) || run(remove);
}

int main(int argc, char** argv) {
    begin(argv, "mv [-f] FROM TO\n       mv [-f] FROM... DIRECTORY\n");
    while (option(argc, argv, "f")) {
    }
    int count = argc - option_index;
    if (count < 2) die_usage();
    char* to = argv[argc - 1];
    struct stat info;
    bool directory = !stat(to, &info) && S_ISDIR(info.st_mode);
    if (count > 2 && !directory) die_text("%s: not a directory", to);
    int status = 0;
    for (int i = option_index; i < argc - 1; i++) {
        char* target = directory ? join_path(to, last_part(argv[i])) : copy_text(to);
        status |= move(argv[i], target);
        free(target);
    }
    return status;
}

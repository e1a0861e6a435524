// Mounts a file system, or shows what is mounted.
#include "user/lib/user.h"

#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static unsigned long flags;
static char data[1024];

static void parse_options(char* text) {
    static const struct {
        const char* name;
        unsigned long flag;
    } known[] = {{"ro", MS_RDONLY},        {"nosuid", MS_NOSUID},
                 {"nodev", MS_NODEV},      {"noexec", MS_NOEXEC},
                 {"remount", MS_REMOUNT},  {"bind", MS_BIND},
                 {"sync", MS_SYNCHRONOUS}, {"rw", 0},
                 {"noatime", MS_NOATIME}};
    for (char* word = strtok(text, ","); word; word = strtok(NULL, ",")) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0] && !found; i++) {
            found = !strcmp(word, known[i].name);
            if (found) flags |= known[i].flag;
        }
        size_t used = strlen(data);
        if (!found) snprintf(data + used, sizeof data - used, "%s%s", used ? "," : "", word);
    }
}

int main(int argc, char** argv) {
    begin(argv, "mount\n       mount [-t TYPE] [-o OPTIONS] SOURCE DIRECTORY\n");
    const char* type = NULL;
    int letter;
    while ((letter = option(argc, argv, "t:o:"))) {
        if (letter == 't')
            type = option_value;
        else
            parse_options(option_value);
    }
    int count = argc - option_index;
    if (!count) {
        int fd = open_input("/proc/mounts");
        return fd < 0 || copy_descriptor(fd, STDOUT_FILENO, NULL);
    }
    if (count != 2) die_usage();
    if (mount(argv[option_index], argv[option_index + 1], type, flags, *data ? data : NULL)) {
        die_errno(argv[option_index + 1]);
    }
    return 0;
}

// The working directory's name (getcwd(3)).
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysdep.h"

char* getcwd(char* buffer, size_t size) {
    char local[PATH_MAX];
    char* target = buffer ? buffer : local;
    if (buffer && size == 0) {
        errno = EINVAL;
        return 0;
    }
    if (!buffer && size == 0) size = sizeof local;
    if (!buffer && size > sizeof local) size = sizeof local;
    if (INLINE_SYSCALL(getcwd, 2, target, size) < 0) return 0;
    return buffer ? buffer : strdup(local);
}

char* getwd(char* buffer) { return getcwd(buffer, PATH_MAX); }
char* get_current_dir_name(void) { return getcwd(0, 0); }

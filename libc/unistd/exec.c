// Putting another program into a process (exec(3)).
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysdep.h"

int execve(const char* path, char* const argv[], char* const envp[]) {
    return (int)INLINE_SYSCALL(execve, 3, path, argv, envp);
}

int execv(const char* path, char* const argv[]) { return execve(path, argv, environ); }

int fexecve(int fd, char* const argv[], char* const envp[]) {
    return (int)INLINE_SYSCALL(execveat, 5, fd, "", argv, envp, AT_EMPTY_PATH);
}

// A file without a known format is a script for the shell (POSIX, execvp).
static void execute_as_script(const char* path, char* const argv[], char* const envp[]) {
    size_t count = 0;
    while (argv[count]) count++;
    char* arguments[count + 2];
    arguments[0] = (char*)"/bin/sh";
    arguments[1] = (char*)path;
    for (size_t i = 1; i <= count; i++) arguments[i + 1] = argv[i];
    if (count == 0) arguments[2] = 0;
    execve(arguments[0], arguments, envp);
}

static void try_path(const char* path, char* const argv[], char* const envp[]) {
    execve(path, argv, envp);
    if (errno == ENOEXEC) execute_as_script(path, argv, envp);
}

int execvpe(const char* file, char* const argv[], char* const envp[]) {
    if (!*file) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/')) {
        try_path(file, argv, envp);
        return -1;
    }
    const char* path = getenv("PATH");
    if (!path) path = "/bin:/usr/bin:/sbin:/usr/sbin";
    size_t name_length = strlen(file);
    int denied = 0;
    for (const char* next;; path = next + 1) {
        next = strchrnul(path, ':');
        size_t length = (size_t)(next - path);
        if (length + name_length + 2 <= PATH_MAX) {
            char full[PATH_MAX];
            memcpy(full, path, length);
            if (length) full[length++] = '/';
            memcpy(full + length, file, name_length + 1);
            try_path(full, argv, envp);
            if (errno == EACCES)
                denied = 1;
            else if (errno != ENOENT && errno != ENOTDIR)
                return -1;
        }
        if (!*next) break;
    }
    errno = denied ? EACCES : ENOENT;
    return -1;
}

int execvp(const char* file, char* const argv[]) { return execvpe(file, argv, environ); }

static size_t count_arguments(va_list arguments) {
    size_t count = 1;
    while (va_arg(arguments, char*)) count++;
    return count;
}

#define COLLECT_ARGUMENTS(first)                                                                   \
    va_list arguments;                                                                             \
    va_start(arguments, first);                                                                    \
    size_t count = count_arguments(arguments);                                                     \
    va_end(arguments);                                                                             \
    char* argv[count + 1];                                                                         \
    argv[0] = (char*)first;                                                                        \
    va_start(arguments, first);                                                                    \
    for (size_t i = 1; i <= count; i++) argv[i] = va_arg(arguments, char*)

int execl(const char* path, const char* first, ...) {
    COLLECT_ARGUMENTS(first);
    va_end(arguments);
    return execve(path, argv, environ);
}

int execlp(const char* file, const char* first, ...) {
    COLLECT_ARGUMENTS(first);
    va_end(arguments);
    return execvpe(file, argv, environ);
}

int execle(const char* path, const char* first, ...) {
    COLLECT_ARGUMENTS(first);
    char** envp = va_arg(arguments, char**);
    va_end(arguments);
    return execve(path, argv, envp);
}

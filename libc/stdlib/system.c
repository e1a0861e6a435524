// Commands for the shell: system(3), popen(3).
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.h"

int system(const char* command) {
    if (!command) return access("/bin/sh", X_OK) == 0;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        sigaction(SIGINT, &interrupt, 0);
        sigaction(SIGQUIT, &quit, 0);
        sigprocmask(SIG_SETMASK, &before, 0);
        execl("/bin/sh", "sh", "-c", command, (char*)0);
        _exit(127);
    }
    if (child > 0)
        while (waitpid(child, &status, 0) < 0)
            if (errno != EINTR) {
                status = -1;
                break;
            }
    sigaction(SIGINT, &interrupt, 0);
    sigaction(SIGQUIT, &quit, 0);
    sigprocmask(SIG_SETMASK, &before, 0);
    return status;
}

FILE* popen(const char* command, const char* mode) {
    if (*mode != 'r' && *mode != 'w') {
        errno = EINVAL;
        return 0;
    }
    int ends[2], reading = *mode == 'r';
    if (pipe2(ends, O_CLOEXEC) < 0) return 0;
    int ours = ends[!reading], theirs = ends[reading];
    FILE* stream = __stream_new(ours, reading ? STREAM_NO_WRITE : STREAM_NO_READ);
    pid_t child = stream ? fork() : -1;
    if (child == 0) {
        if (theirs == reading)
            fcntl(theirs, F_SETFD, 0);
        else
            dup2(theirs, reading);
        execl("/bin/sh", "sh", "-c", command, (char*)0);
        _exit(127);
    }
    close(theirs);
    if (child < 0) {
        int saved = errno;
        if (stream)
            fclose(stream);
        else
            close(ours);
        errno = saved;
        return 0;
    }
    stream->child = child;
    return stream;
}

int pclose(FILE* stream) {
    pid_t child = stream->child;
    int status;
    fclose(stream);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return status;
}

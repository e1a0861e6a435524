// Commands for the shell: system(3), popen(3).
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stream.h"

// What system() has changed while the command runs.
struct running {
    pid_t child;
    struct sigaction interrupt, quit;
    sigset_t before;
};

static void put_back(const struct running* running) {
    sigaction(SIGINT, &running->interrupt, 0);
    sigaction(SIGQUIT, &running->quit, 0);
    sigprocmask(SIG_SETMASK, &running->before, 0);
}

// A thread cancelled in system() takes the command with it.
static void end_command(void* argument) {
    struct running* running = argument;
    kill(running->child, SIGKILL);
    while (waitpid(running->child, 0, 0) < 0 && errno == EINTR) continue;
    put_back(running);
}

static int wait_for(struct running* running) {
    int status = -1;
    pthread_cleanup_push(end_command, running);
    while (waitpid(running->child, &status, 0) < 0)
        if (errno != EINTR) {
            status = -1;
            break;
        }
    pthread_cleanup_pop(0);
    return status;
}

int system(const char* command) {
    if (!command) return access("/bin/sh", X_OK) == 0;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct running running;
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaction(SIGINT, &ignore, &running.interrupt);
    sigaction(SIGQUIT, &ignore, &running.quit);
    sigprocmask(SIG_BLOCK, &blocked, &running.before);
    running.child = fork();
    if (running.child == 0) {
        put_back(&running);
        execl("/bin/sh", "sh", "-c", command, (char*)0);
        _exit(127);
    }
    int status = running.child > 0 ? wait_for(&running) : -1;
    put_back(&running);
    return status;
}

FILE* popen(const char* command, const char* mode) {
    if ((*mode != 'r' && *mode != 'w') || (mode[1] && strcmp(mode + 1, "e"))) {
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

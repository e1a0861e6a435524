// Redirections: done for a command, and undone behind a built-in or a compound command.
#include "user/sh/sh.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAVED_FROM = 10, PIPE_HOLDS = 4096 };

// A here-document comes through a pipe; what may not fit into it is written by a child.
static int open_here(const struct Redirect* redirect) {
    const char* body = redirect->quoted ? redirect->target : expand_here(redirect->target);
    int ends[2];
    if (pipe(ends)) return -1;
    size_t length = strlen(body);
    if (length <= PIPE_HOLDS) {
        write_all(ends[1], body, length);
    } else if (fork() == 0) {
        close(ends[0]);
        signal(SIGPIPE, SIG_DFL);
        write_all(ends[1], body, length);
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

static int open_target(const struct Redirect* redirect, const char* target) {
    switch (redirect->kind) {
    case REDIRECT_IN:
        return open(target, O_RDONLY);
    case REDIRECT_OUT:
        return open(target, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    case REDIRECT_APPEND:
        return open(target, O_WRONLY | O_CREAT | O_APPEND, 0666);
    case REDIRECT_BOTH:
        return open(target, O_RDWR | O_CREAT, 0666);
    default:
        return open_here(redirect);
    }
}

static void save(int fd, struct Saved** saved) {
    if (!saved) return;
    for (struct Saved* one = *saved; one; one = one->next) {
        if (one->fd == fd) return;
    }
    struct Saved* one = allocate(sizeof *one);
    one->fd = fd;
    one->copy = fcntl(fd, F_DUPFD_CLOEXEC, SAVED_FROM);
    one->next = *saved;
    *saved = one;
}

static bool duplicate(const struct Redirect* redirect, const char* target, struct Saved** saved) {
    save(redirect->fd, saved);
    if (!strcmp(target, "-")) {
        close(redirect->fd);
        return true;
    }
    char* end;
    long from = strtol(target, &end, 10);
    if (end == target || *end) {
        warn_text("%s: not a descriptor", target);
        return false;
    }
    if (from == redirect->fd ? fcntl((int)from, F_GETFD) < 0 : dup2((int)from, redirect->fd) < 0) {
        warn_errno(target);
        return false;
    }
    return true;
}

bool redirect(struct Redirect* list, struct Saved** saved) {
    for (; list; list = list->next) {
        const char* target = list->kind == REDIRECT_HERE ? "<<" : expand_one(list->target);
        if (shell.failed) return false;
        if (list->kind == REDIRECT_DUPLICATE) {
            if (!duplicate(list, target, saved)) return false;
            continue;
        }
        int fd = open_target(list, target);
        if (fd < 0) {
            warn_errno(target);
            return false;
        }
        if (fd == list->fd) { // it was closed before: closing is what undoes it
            if (saved) {
                struct Saved* one = allocate(sizeof *one);
                *one = (struct Saved){fd, -1, *saved};
                *saved = one;
            }
            continue;
        }
        save(list->fd, saved);
        dup2(fd, list->fd);
        close(fd);
    }
    return true;
}

void undo_redirects(struct Saved* saved) {
    while (saved) {
        struct Saved* next = saved->next;
        if (saved->copy >= 0) {
            dup2(saved->copy, saved->fd);
            close(saved->copy);
        } else {
            close(saved->fd);
        }
        free(saved);
        saved = next;
    }
}

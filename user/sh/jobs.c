// Processes that the shell has started, in groups: waiting for them, foreground and background.
#include "user/sh/sh.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static struct Job* jobs; // the newest first

struct Job* job_list(void) {
    return jobs;
}

struct Job* job_create(const char* text) {
    struct Job* job = allocate(sizeof *job);
    job->text = copy_text(text ? text : "");
    job->foreground = true;
    job->next = jobs;
    jobs = job;
    return job;
}

static void number_job(struct Job* job) {
    if (job->number) return;
    int highest = 0;
    for (struct Job* other = jobs; other; other = other->next) {
        if (other->number > highest) highest = other->number;
    }
    job->number = highest + 1;
}

void job_remove(struct Job* job) {
    for (struct Job** slot = &jobs; *slot; slot = &(*slot)->next) {
        if (*slot != job) continue;
        *slot = job->next;
        free(job->pid);
        free(job->status);
        free(job->text);
        free(job);
        return;
    }
}

void job_add(struct Job* job, pid_t pid) {
    size_t count = (size_t)job->count + 1;
    job->pid = reallocate(job->pid, count * sizeof *job->pid);
    job->status = reallocate(job->status, count * sizeof *job->status);
    job->pid[job->count] = pid;
    job->status[job->count++] = -1;
    if (!job->group) job->group = pid;
}

void become_subshell(void) {
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU};
    if (shell.interactive) {
        for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) signal(signals[i], SIG_DFL);
    }
    forget_traps();
    shell.subshell = true;
    shell.interactive = shell.job_control = false;
    while (jobs) job_remove(jobs);
}

static void child_begins(struct Job* job, bool foreground) {
    bool control = shell.job_control;
    if (control) {
        setpgid(0, job->group);
        if (foreground) tcsetpgrp(shell.terminal, job->group ? job->group : getpid());
    }
    become_subshell();
    if (foreground || control) return;
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    int null = open("/dev/null", O_RDONLY);
    if (null > 0) {
        dup2(null, 0);
        close(null);
    }
}

pid_t job_fork(struct Job* job, bool foreground) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0) {
        warn_errno("fork");
        return pid;
    }
    if (!pid) {
        child_begins(job, foreground);
        return 0;
    }
    job->foreground = foreground;
    if (shell.job_control) setpgid(pid, job->group ? job->group : pid);
    job_add(job, pid);
    if (!foreground) {
        number_job(job);
        shell.background = pid;
    }
    return pid;
}

static void note(struct Job* job, int index, int status) {
    if (WIFCONTINUED(status)) {
        job->state = JOB_RUNNING;
        return;
    }
    if (WIFSTOPPED(status)) {
        if (job->state != JOB_STOPPED) job->told = false; // its other processes are no news
        job->state = JOB_STOPPED;
        return;
    }
    job->status[index] = status;
    for (int i = 0; i < job->count; i++) {
        if (job->status[i] == -1) return;
    }
    job->state = JOB_DONE;
    job->told = false;
}

bool reap(bool block) {
    int status;
    pid_t pid = waitpid(-1, &status, (block ? 0 : WNOHANG) | (shell.job_control ? WUNTRACED : 0));
    if (pid <= 0) return false;
    for (struct Job* job = jobs; job; job = job->next) {
        for (int i = 0; i < job->count; i++) {
            if (job->pid[i] == pid && job->status[i] == -1) {
                note(job, i, status);
                return true;
            }
        }
    }
    return true;
}

int job_status(const struct Job* job) {
    if (!job->count) return 1;
    int status = job->status[job->count - 1];
    if (job->state == JOB_STOPPED) return 128 + SIGTSTP;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static const char* state_text(const struct Job* job, char text[48]) {
    if (job->state == JOB_RUNNING) return "Running";
    if (job->state == JOB_STOPPED) return "Stopped";
    int status = job->status[job->count - 1];
    if (WIFSIGNALED(status)) {
        const char* name = signal_text(WTERMSIG(status));
        return *name ? name : "Interrupt";
    }
    if (!WEXITSTATUS(status)) return "Done";
    snprintf(text, 48, "Done(%d)", WEXITSTATUS(status));
    return text;
}

static void print_job(const struct Job* job, FILE* file) {
    char text[48];
    fprintf(file, "[%d] %c %-10s %s\n", job->number, job == jobs ? '+' : ' ', state_text(job, text),
            job->text);
}

void report_jobs(bool all) {
    while (reap(false)) {
    }
    for (struct Job *job = jobs, *next; job; job = next) {
        next = job->next;
        bool news = !job->told && job->state != JOB_RUNNING && shell.interactive;
        if (job->number && (all || news)) print_job(job, all ? stdout : stderr);
        job->told = true;
        if (job->state == JOB_DONE && (news || all)) job_remove(job);
    }
}

static void take_terminal_back(bool restore, const struct termios* modes) {
    tcsetpgrp(shell.terminal, getpgrp());
    if (restore) tcsetattr(shell.terminal, TCSADRAIN, modes);
}

int job_wait(struct Job* job) {
    struct termios modes;
    bool known = shell.job_control && job->foreground && !tcgetattr(shell.terminal, &modes);
    while (job->state == JOB_RUNNING && job->count) {
        if (reap(true) || errno == EINTR) continue;
        job->state = JOB_DONE;
        for (int i = 0; i < job->count; i++) {
            if (job->status[i] == -1) job->status[i] = 127 << 8;
        }
    }
    int status = job_status(job);
    int last = job->count ? job->status[job->count - 1] : 0;
    bool killed = job->state == JOB_DONE && job->count && WIFSIGNALED(last);
    if (shell.job_control && job->foreground) {
        take_terminal_back(known && (killed || job->state == JOB_STOPPED), &modes);
    }
    if (job->state == JOB_STOPPED) {
        number_job(job);
        fputc('\n', stderr);
        print_job(job, stderr);
        job->told = true;
        return status;
    }
    if (killed && job->foreground) {
        if (WTERMSIG(last) == SIGINT && shell.interactive) {
            shell.interrupted = 1;
            fputc('\n', stderr);
        } else if (*signal_text(WTERMSIG(last))) {
            fprintf(stderr, "%s\n", signal_text(WTERMSIG(last)));
        }
    }
    job_remove(job);
    return status;
}

struct Job* job_find(const char* text, bool complain) {
    struct Job* found = NULL;
    if (*text == '%' && isdigit((unsigned char)text[1])) {
        int number = atoi(text + 1);
        for (struct Job* job = jobs; job && !found; job = job->next) {
            if (job->number == number) found = job;
        }
    } else if (*text == '%') {
        bool current = !text[1] || text[1] == '%' || text[1] == '+';
        for (struct Job* job = jobs; job && !found; job = job->next) {
            if (!job->number) continue;
            if (current || !strncmp(job->text, text + 1, strlen(text + 1))) found = job;
        }
    } else {
        long pid = strtol(text, NULL, 10);
        for (struct Job* job = jobs; job && !found; job = job->next) {
            for (int i = 0; i < job->count; i++) {
                if (job->pid[i] == pid) found = job;
            }
        }
    }
    if (!found && complain) warn_text("%s: no such job", text);
    return found;
}

void job_continue(struct Job* job, bool foreground) {
    job->foreground = foreground;
    job->state = JOB_RUNNING;
    job->told = false;
    if (foreground) tcsetpgrp(shell.terminal, job->group);
    kill(-job->group, SIGCONT);
}

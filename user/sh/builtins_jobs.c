// The built-ins about jobs: jobs, fg, bg, wait, kill.
#include "user/sh/sh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int do_jobs(int argc, char** argv) {
    (void)argc, (void)argv;
    report_jobs(true);
    return 0;
}

static int resume(int argc, char** argv, bool foreground) {
    if (!shell.job_control) {
        warn_text("%s: no job control", argv[0]);
        return 1;
    }
    struct Job* job = job_find(argc > 1 ? argv[1] : "%%", true);
    if (!job) return 1;
    if (foreground) {
        puts(job->text);
    } else {
        printf("[%d] %s\n", job->number, job->text);
    }
    fflush(stdout);
    job_continue(job, foreground);
    return foreground ? job_wait(job) : 0;
}

static int do_fg(int argc, char** argv) { return resume(argc, argv, true); }
static int do_bg(int argc, char** argv) { return resume(argc, argv, false); }

// Until the job is done, or a signal with a trap comes.
static int wait_one(struct Job* job) {
    while (job->state == JOB_RUNNING) {
        if (reap(true)) continue;
        if (errno == ECHILD) return 127;
        run_traps();
        return 128 + SIGINT;
    }
    int status = job_status(job);
    if (job->state == JOB_DONE) job_remove(job);
    return status;
}

static int wait_all(void) {
    for (;;) {
        bool running = false;
        for (struct Job *job = job_list(), *next; job; job = next) {
            next = job->next;
            if (job->state == JOB_RUNNING) running = true;
            if (job->state == JOB_DONE && !shell.interactive) job_remove(job);
        }
        if (!running) return 0;
        if (reap(true)) continue;
        if (errno == ECHILD) return 0;
        run_traps();
        if (shell.interrupted) return 130;
    }
}

static int do_wait(int argc, char** argv) {
    if (argc == 1) return wait_all();
    int status = 0;
    for (int i = 1; i < argc; i++) {
        struct Job* job = job_find(argv[i], false);
        status = job ? wait_one(job) : 127;
    }
    return status;
}

static pid_t group_of(const char* name) {
    struct Job* job = *name == '%' ? job_find(name, true) : NULL;
    if (!job) return 0;
    return shell.job_control ? -job->group : job->pid[0];
}

// A stopped job that is asked to end must run on to do so.
static int do_kill(int argc, char** argv) {
    int status = kill_main(argc, argv, group_of);
    int signal = argc > 1 && *argv[1] == '-' ? signal_number(argv[1] + 1) : SIGTERM;
    for (int i = 1; i < argc && (signal == SIGTERM || signal == SIGHUP); i++) {
        struct Job* job = *argv[i] == '%' ? job_find(argv[i], false) : NULL;
        if (job && job->state == JOB_STOPPED) kill(group_of(argv[i]), SIGCONT);
    }
    return status;
}

const struct Builtin job_builtins[] = {
    {"jobs", do_jobs, false}, {"fg", do_fg, false},     {"bg", do_bg, false},
    {"wait", do_wait, false}, {"kill", do_kill, false}, {NULL, NULL, false},
};

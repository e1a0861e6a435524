// Limits and usage (getrlimit(2), getrusage(2)).
#pragma once
#include <bits/types.h>
#include <uapi/process.h>
__BEGIN_DECLS
#define RLIM_INFINITY (~(rlim_t)0)
struct rlimit {
    rlim_t rlim_cur, rlim_max;
};
struct rusage {
    struct timeval ru_utime, ru_stime;
    long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock;
    long ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};
int getrlimit(int, struct rlimit*);
int setrlimit(int, const struct rlimit*);
int prlimit(pid_t, int, const struct rlimit*, struct rlimit*);
int getrusage(int, struct rusage*);
int getpriority(int, id_t);
int setpriority(int, id_t, int);
__END_DECLS

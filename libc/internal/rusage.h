// struct rusage as the kernel fills it: its times have the width of a long.
#pragma once
#include <sys/resource.h>

struct kernel_rusage {
    long times[4];
    long counts[14];
};

static inline void rusage_from_kernel(struct rusage* usage, const struct kernel_rusage* found) {
    usage->ru_utime = (struct timeval){found->times[0], found->times[1]};
    usage->ru_stime = (struct timeval){found->times[2], found->times[3]};
    for (int i = 0; i < 14; i++) (&usage->ru_maxrss)[i] = found->counts[i];
}

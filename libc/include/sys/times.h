// Processor time of a process (times(2)).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
struct tms {
    clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};
clock_t times(struct tms*);
__END_DECLS

// Memory and load of the machine (sysinfo(2)).
#pragma once
#include <features.h>
__BEGIN_DECLS
#define SI_LOAD_SHIFT 16
struct sysinfo {
    long uptime;
    unsigned long loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
    unsigned short procs, __pad;
    unsigned long totalhigh, freehigh;
    unsigned mem_unit;
#ifdef __i386__
    char __fill[8];
#endif
};
int sysinfo(struct sysinfo*);
int get_nprocs(void);
__END_DECLS

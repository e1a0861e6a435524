// Limits asked at run time (sysconf(3), pathconf(3)).
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "sysdep.h"

int getpagesize(void) { return 4096; }

int get_nprocs(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return 1;
    int count = 0;
    for (size_t i = 0; i < sizeof set.__bits / sizeof *set.__bits; i++)
        count += __builtin_popcountl(set.__bits[i]);
    return count;
}

int getdtablesize(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? OPEN_MAX : (int)limit.rlim_cur;
}

static long pages(int free_ones) {
    struct sysinfo information;
    if (sysinfo(&information) < 0) return -1;
    unsigned long amount = free_ones ? information.freeram : information.totalram;
    return (long)((unsigned long long)amount * information.mem_unit / 4096);
}

long sysconf(int name) {
    switch (name) {
    case _SC_ARG_MAX:
        return ARG_MAX;
    case _SC_CLK_TCK:
        return 100;
    case _SC_NGROUPS_MAX:
        return NGROUPS_MAX;
    case _SC_OPEN_MAX:
        return getdtablesize();
    case _SC_PAGESIZE:
        return 4096;
    case _SC_IOV_MAX:
        return IOV_MAX;
    case _SC_HOST_NAME_MAX:
        return HOST_NAME_MAX;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return get_nprocs();
    case _SC_PHYS_PAGES:
        return pages(0);
    case _SC_AVPHYS_PAGES:
        return pages(1);
    }
    errno = EINVAL;
    return -1;
}

long fpathconf(int fd, int name) {
    (void)fd;
    switch (name) {
    case _PC_LINK_MAX:
        return 127;
    case _PC_NAME_MAX:
        return NAME_MAX;
    case _PC_PATH_MAX:
        return PATH_MAX;
    case _PC_PIPE_BUF:
        return PIPE_BUF;
    }
    errno = EINVAL;
    return -1;
}

long pathconf(const char* path, int name) {
    (void)path;
    return fpathconf(-1, name);
}

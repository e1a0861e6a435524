// Scheduling (sched(7)).
#pragma once
#include <bits/types.h>
#include <uapi/process.h>
__BEGIN_DECLS
struct sched_param {
    int sched_priority;
};
typedef struct {
    unsigned long __bits[1024 / 8 / sizeof(long)];
} cpu_set_t;
#define CPU_SETSIZE 1024
#define __CPU_BIT(cpu) (1UL << ((cpu) % (8 * sizeof(long))))
#define CPU_ZERO(set) ((void)__builtin_memset((set), 0, sizeof(cpu_set_t)))
#define CPU_SET(cpu, set) ((void)((set)->__bits[(cpu) / (8 * sizeof(long))] |= __CPU_BIT(cpu)))
#define CPU_CLR(cpu, set) ((void)((set)->__bits[(cpu) / (8 * sizeof(long))] &= ~__CPU_BIT(cpu)))
#define CPU_ISSET(cpu, set) (((set)->__bits[(cpu) / (8 * sizeof(long))] & __CPU_BIT(cpu)) != 0)
int sched_yield(void);
int sched_getaffinity(pid_t, size_t, cpu_set_t*);
int sched_setaffinity(pid_t, size_t, const cpu_set_t*);
int sched_get_priority_max(int);
int sched_get_priority_min(int);
__END_DECLS

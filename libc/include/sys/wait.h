// Waiting for children (wait(2)).
#pragma once
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uapi/process.h>
__BEGIN_DECLS
typedef int idtype_t;
pid_t wait(int*);
pid_t waitpid(pid_t, int*, int);
pid_t wait3(int*, int, struct rusage*);
pid_t wait4(pid_t, int*, int, struct rusage*);
int waitid(idtype_t, id_t, siginfo_t*, int);
__END_DECLS

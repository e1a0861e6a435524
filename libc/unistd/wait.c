// Waiting for children (wait(2)).
#include <sys/wait.h>

#include "rusage.h"
#include "sysdep.h"

pid_t wait4(pid_t pid, int* status, int options, struct rusage* usage) {
    struct kernel_rusage found;
    pid_t result = (pid_t)SYSCALL_CANCEL(wait4, pid, status, options, usage ? &found : 0);
    if (result > 0 && usage) rusage_from_kernel(usage, &found);
    return result;
}

pid_t waitpid(pid_t pid, int* status, int options) { return wait4(pid, status, options, 0); }
pid_t wait(int* status) { return wait4(-1, status, 0, 0); }
pid_t wait3(int* status, int options, struct rusage* usage) {
    return wait4(-1, status, options, usage);
}

int waitid(idtype_t type, id_t id, siginfo_t* information, int options) {
    return (int)SYSCALL_CANCEL(waitid, type, id, information, options, 0);
}

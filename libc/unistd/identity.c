// Users and groups of a process (credentials(7)). i386's old calls have 16-bit identities; the ones
// with 32 bits end in 32.
#include <grp.h>
#include <unistd.h>

#include "sysdep.h"

#ifdef __i386__
#define ID_CALL(name, nr, args...) INLINE_SYSCALL(name##32, nr, ##args)
#else
#define ID_CALL(name, nr, args...) INLINE_SYSCALL(name, nr, ##args)
#endif

uid_t getuid(void) { return (uid_t)ID_CALL(getuid, 0); }
uid_t geteuid(void) { return (uid_t)ID_CALL(geteuid, 0); }
gid_t getgid(void) { return (gid_t)ID_CALL(getgid, 0); }
gid_t getegid(void) { return (gid_t)ID_CALL(getegid, 0); }
int setuid(uid_t id) { return (int)ID_CALL(setuid, 1, id); }
int setgid(gid_t id) { return (int)ID_CALL(setgid, 1, id); }
int setreuid(uid_t real, uid_t effective) { return (int)ID_CALL(setreuid, 2, real, effective); }
int setregid(gid_t real, gid_t effective) { return (int)ID_CALL(setregid, 2, real, effective); }
int setresuid(uid_t real, uid_t effective, uid_t saved) {
    return (int)ID_CALL(setresuid, 3, real, effective, saved);
}
int setresgid(gid_t real, gid_t effective, gid_t saved) {
    return (int)ID_CALL(setresgid, 3, real, effective, saved);
}
int getresuid(uid_t* real, uid_t* effective, uid_t* saved) {
    return (int)ID_CALL(getresuid, 3, real, effective, saved);
}
int getresgid(gid_t* real, gid_t* effective, gid_t* saved) {
    return (int)ID_CALL(getresgid, 3, real, effective, saved);
}
int seteuid(uid_t id) { return setresuid((uid_t)-1, id, (uid_t)-1); }
int setegid(gid_t id) { return setresgid((gid_t)-1, id, (gid_t)-1); }
int getgroups(int size, gid_t list[]) { return (int)ID_CALL(getgroups, 2, size, list); }
int setgroups(size_t count, const gid_t* list) { return (int)ID_CALL(setgroups, 2, count, list); }

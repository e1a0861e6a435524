// Calls about the whole machine: names, memory, mounts, power.
#include <stdarg.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sysdep.h"

int uname(struct utsname* name) { return (int)INLINE_SYSCALL(uname, 1, name); }
int sysinfo(struct sysinfo* information) { return (int)INLINE_SYSCALL(sysinfo, 1, information); }
int sethostname(const char* name, size_t length) {
    return (int)INLINE_SYSCALL(sethostname, 2, name, length);
}
int setdomainname(const char* name, size_t length) {
    return (int)INLINE_SYSCALL(setdomainname, 2, name, length);
}
int reboot(int command) {
    return (int)INLINE_SYSCALL(reboot, 3, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, command);
}
int mount(const char* source, const char* target, const char* type, unsigned long flags,
          const void* data) {
    return (int)INLINE_SYSCALL(mount, 5, source, target, type, flags, data);
}
int umount2(const char* target, int flags) {
    return (int)INLINE_SYSCALL(umount2, 2, target, flags);
}
int umount(const char* target) { return umount2(target, 0); }
int vhangup(void) { return (int)INLINE_SYSCALL(vhangup, 0); }

static int copy_name(char* target, size_t size, const char* name) {
    size_t length = strlen(name) + 1;
    memcpy(target, name, length < size ? length : size);
    if (length <= size) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

int gethostname(char* name, size_t size) {
    struct utsname names;
    return uname(&names) < 0 ? -1 : copy_name(name, size, names.nodename);
}

int getdomainname(char* name, size_t size) {
    struct utsname names;
    return uname(&names) < 0 ? -1 : copy_name(name, size, names.domainname);
}

#ifdef __x86_64__
int statfs(const char* path, struct statfs* status) {
    return (int)INLINE_SYSCALL(statfs, 2, path, status);
}
int fstatfs(int fd, struct statfs* status) { return (int)INLINE_SYSCALL(fstatfs, 2, fd, status); }
#else
int statfs(const char* path, struct statfs* status) {
    return (int)INLINE_SYSCALL(statfs64, 3, path, sizeof *status, status);
}
int fstatfs(int fd, struct statfs* status) {
    return (int)INLINE_SYSCALL(fstatfs64, 3, fd, sizeof *status, status);
}
#endif

static void statvfs_from(struct statvfs* out, const struct statfs* in) {
    *out = (struct statvfs){.f_bsize = (unsigned long)in->f_bsize,
                            .f_frsize = (unsigned long)(in->f_frsize ? in->f_frsize : in->f_bsize),
                            .f_blocks = in->f_blocks,
                            .f_bfree = in->f_bfree,
                            .f_bavail = in->f_bavail,
                            .f_files = in->f_files,
                            .f_ffree = in->f_ffree,
                            .f_favail = in->f_ffree,
                            .f_fsid = (unsigned)in->f_fsid.__val[0],
                            .f_flag = (unsigned long)in->f_flags & ~0x20ul, // not ST_VALID
                            .f_namemax = (unsigned long)in->f_namelen};
}

int statvfs(const char* __restrict path, struct statvfs* __restrict status) {
    struct statfs found;
    if (statfs(path, &found) < 0) return -1;
    statvfs_from(status, &found);
    return 0;
}

int fstatvfs(int fd, struct statvfs* status) {
    struct statfs found;
    if (fstatfs(fd, &found) < 0) return -1;
    statvfs_from(status, &found);
    return 0;
}

ssize_t getrandom(void* buffer, size_t length, unsigned flags) {
    return SYSCALL_CANCEL(getrandom, buffer, length, flags);
}

int getentropy(void* buffer, size_t length) {
    if (length > 256) {
        errno = EIO;
        return -1;
    }
    for (size_t done = 0; done < length;) {
        ssize_t count = getrandom((char*)buffer + done, length - done, 0);
        if (count < 0 && errno != EINTR) return -1;
        if (count > 0) done += (size_t)count;
    }
    return 0;
}

long syscall(long number, ...) {
    va_list arguments;
    va_start(arguments, number);
    long a[6];
    for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
    va_end(arguments);
    return __syscall_result(__trap6(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

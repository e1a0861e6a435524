// Processes, descriptors, files and identities (POSIX <unistd.h>).
#pragma once
#include <bits/getopt.h>
#include <bits/types.h>
#include <uapi/fcntl.h>
__BEGIN_DECLS
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define _POSIX_VERSION 200809L
#define _POSIX_VDISABLE 0
#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3
#define L_SET SEEK_SET
#define L_INCR SEEK_CUR
#define L_XTND SEEK_END

extern char** environ;

ssize_t read(int, void*, size_t);
ssize_t write(int, const void*, size_t);
ssize_t pread(int, void*, size_t, off_t);
ssize_t pwrite(int, const void*, size_t, off_t);
off_t lseek(int, off_t, int);
int close(int);
int close_range(unsigned, unsigned, int);
int dup(int);
int dup2(int, int);
int dup3(int, int, int);
int pipe(int[2]);
int pipe2(int[2], int);
int fsync(int);
int fdatasync(int);
void sync(void);
int syncfs(int);
int truncate(const char*, off_t);
int ftruncate(int, off_t);
int lockf(int, int, off_t);
ssize_t copy_file_range(int, off_t*, int, off_t*, size_t, unsigned);

int access(const char*, int);
int faccessat(int, const char*, int, int);
int eaccess(const char*, int);
int chdir(const char*);
int fchdir(int);
int chroot(const char*);
char* getcwd(char*, size_t);
char* getwd(char*);
char* get_current_dir_name(void);
int chown(const char*, uid_t, gid_t);
int fchown(int, uid_t, gid_t);
int lchown(const char*, uid_t, gid_t);
int fchownat(int, const char*, uid_t, gid_t, int);
int link(const char*, const char*);
int linkat(int, const char*, int, const char*, int);
int symlink(const char*, const char*);
int symlinkat(const char*, int, const char*);
ssize_t readlink(const char* __restrict, char* __restrict, size_t);
ssize_t readlinkat(int, const char* __restrict, char* __restrict, size_t);
int unlink(const char*);
int unlinkat(int, const char*, int);
int rmdir(const char*);

pid_t fork(void);
pid_t vfork(void) __attribute__((__returns_twice__));
int execve(const char*, char* const[], char* const[]);
int execv(const char*, char* const[]);
int execvp(const char*, char* const[]);
int execvpe(const char*, char* const[], char* const[]);
int execl(const char*, const char*, ...);
int execlp(const char*, const char*, ...);
int execle(const char*, const char*, ...);
int fexecve(int, char* const[], char* const[]);
__NORETURN void _exit(int);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t);
pid_t getsid(pid_t);
int setpgid(pid_t, pid_t);
int setpgrp(void);
pid_t setsid(void);
pid_t tcgetpgrp(int);
int tcsetpgrp(int, pid_t);
int nice(int);
int pause(void);
unsigned alarm(unsigned);
unsigned ualarm(unsigned, unsigned);
unsigned sleep(unsigned);
int usleep(useconds_t);
int daemon(int, int);

uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t);
int setgid(gid_t);
int seteuid(uid_t);
int setegid(gid_t);
int setreuid(uid_t, uid_t);
int setregid(gid_t, gid_t);
int setresuid(uid_t, uid_t, uid_t);
int setresgid(gid_t, gid_t, gid_t);
int getresuid(uid_t*, uid_t*, uid_t*);
int getresgid(gid_t*, gid_t*, gid_t*);
int getgroups(int, gid_t[]);
int setgroups(size_t, const gid_t*);
char* getlogin(void);

int isatty(int);
char* ttyname(int);
int ttyname_r(int, char*, size_t);
int gethostname(char*, size_t);
int sethostname(const char*, size_t);
int getdomainname(char*, size_t);
int setdomainname(const char*, size_t);
int getpagesize(void);
int getdtablesize(void);
long sysconf(int);
long pathconf(const char*, int);
long fpathconf(int, int);
void* sbrk(intptr_t);
int brk(void*);
long syscall(long, ...);
int getentropy(void*, size_t);
int vhangup(void);
void swab(const void* __restrict, void* __restrict, ssize_t);

// sysconf(3), pathconf(3): glibc's numbers.
#define _SC_ARG_MAX 0
#define _SC_CHILD_MAX 1
#define _SC_CLK_TCK 2
#define _SC_NGROUPS_MAX 3
#define _SC_OPEN_MAX 4
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE 30
#define _SC_IOV_MAX 60
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES 85
#define _SC_AVPHYS_PAGES 86
#define _SC_HOST_NAME_MAX 180
#define _PC_LINK_MAX 0
#define _PC_NAME_MAX 3
#define _PC_PATH_MAX 4
#define _PC_PIPE_BUF 5
__END_DECLS
#if __USE_FORTIFY_LEVEL > 0
#include <bits/fortify_unistd.h>
#endif

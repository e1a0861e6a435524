// Reading directories (readdir(3)).
#pragma once
#include <bits/types.h>
#include <uapi/stat.h>
__BEGIN_DECLS
struct dirent {
    ino_t d_ino;
    off_t d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};
#define d_fileno d_ino
#define _DIRENT_HAVE_D_TYPE 1
typedef struct __DIR DIR;
DIR* opendir(const char*);
DIR* fdopendir(int);
int closedir(DIR*);
struct dirent* readdir(DIR*);
int readdir_r(DIR* __restrict, struct dirent* __restrict, struct dirent** __restrict);
void rewinddir(DIR*);
void seekdir(DIR*, long);
long telldir(DIR*);
int dirfd(DIR*);
int alphasort(const struct dirent**, const struct dirent**);
int scandir(const char*, struct dirent***, int (*)(const struct dirent*),
            int (*)(const struct dirent**, const struct dirent**));
ssize_t getdents64(int, void*, size_t);
#define IFTODT(mode) (((mode)&S_IFMT) >> 12)
#define DTTOIF(type) ((type) << 12)
__END_DECLS

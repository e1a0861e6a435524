// Groups, from /etc/group (getgrnam(3)).
#pragma once
#include <bits/types.h>
__BEGIN_DECLS
struct group {
    char *gr_name, *gr_passwd;
    gid_t gr_gid;
    char** gr_mem;
};
struct group* getgrnam(const char*);
struct group* getgrgid(gid_t);
struct group* getgrent(void);
void setgrent(void);
void endgrent(void);
int setgroups(size_t, const gid_t*);
int initgroups(const char*, gid_t);
__END_DECLS

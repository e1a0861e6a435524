// Users and groups, from /etc/passwd and /etc/group (passwd(5), group(5)).
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 1024, MOST_MEMBERS = 64 };

static FILE *passwd_file, *group_file;

// Splits a line at its colons into exactly `count` fields.
static int split(char* line, char** fields, int count) {
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < count; i++)
        if (!(fields[i] = strsep(&line, ":"))) return 0;
    return 1;
}

static struct passwd* next_user(FILE* file) {
    static char line[LINE];
    static struct passwd user;
    char* field[7];
    while (file && fgets(line, sizeof line, file)) {
        if (!split(line, field, 7)) continue;
        user = (struct passwd){field[0],
                               field[1],
                               (uid_t)strtoul(field[2], 0, 10),
                               (gid_t)strtoul(field[3], 0, 10),
                               field[4],
                               field[5],
                               field[6]};
        return &user;
    }
    return 0;
}

static struct group* next_group(FILE* file) {
    static char line[LINE];
    static char* members[MOST_MEMBERS + 1];
    static struct group group;
    char* field[4];
    while (file && fgets(line, sizeof line, file)) {
        if (!split(line, field, 4)) continue;
        int count = 0;
        for (char* name; count < MOST_MEMBERS && (name = strsep(&field[3], ","));)
            if (*name) members[count++] = name;
        members[count] = 0;
        group = (struct group){field[0], field[1], (gid_t)strtoul(field[2], 0, 10), members};
        return &group;
    }
    return 0;
}

static struct passwd* find_user(const char* name, uid_t id) {
    FILE* file = fopen("/etc/passwd", "re");
    struct passwd* user;
    while ((user = next_user(file)))
        if (name ? !strcmp(user->pw_name, name) : user->pw_uid == id) break;
    if (file) fclose(file);
    return user;
}

static struct group* find_group(const char* name, gid_t id) {
    FILE* file = fopen("/etc/group", "re");
    struct group* group;
    while ((group = next_group(file)))
        if (name ? !strcmp(group->gr_name, name) : group->gr_gid == id) break;
    if (file) fclose(file);
    return group;
}

struct passwd* getpwnam(const char* name) {
    return find_user(name, 0);
}
struct passwd* getpwuid(uid_t id) {
    return find_user(0, id);
}
struct group* getgrnam(const char* name) {
    return find_group(name, 0);
}
struct group* getgrgid(gid_t id) {
    return find_group(0, id);
}

struct passwd* getpwent(void) {
    if (!passwd_file) passwd_file = fopen("/etc/passwd", "re");
    return next_user(passwd_file);
}
void endpwent(void) {
    if (passwd_file) fclose(passwd_file);
    passwd_file = 0;
}
void setpwent(void) { endpwent(); }

struct group* getgrent(void) {
    if (!group_file) group_file = fopen("/etc/group", "re");
    return next_group(group_file);
}
void endgrent(void) {
    if (group_file) fclose(group_file);
    group_file = 0;
}
void setgrent(void) { endgrent(); }

int initgroups(const char* user, gid_t group) {
    gid_t list[MOST_MEMBERS] = {group};
    size_t count = 1;
    FILE* file = fopen("/etc/group", "re");
    for (struct group* each; count < MOST_MEMBERS && (each = next_group(file));)
        for (char** member = each->gr_mem; *member; member++)
            if (!strcmp(*member, user) && each->gr_gid != group) {
                list[count++] = each->gr_gid;
                break;
            }
    if (file) fclose(file);
    return setgroups(count, list);
}

char* getlogin(void) {
    struct passwd* user = getpwuid(getuid());
    return user ? user->pw_name : 0;
}

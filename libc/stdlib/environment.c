// The environment (getenv(3), setenv(3)).
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lock.h"

static char** own_list; // the list that setenv made, if it made one
static int environment_lock;

static char** find(const char* name, size_t length) {
    for (char** entry = environ; entry && *entry; entry++)
        if (!strncmp(*entry, name, length) && (*entry)[length] == '=') return entry;
    return 0;
}

char* getenv(const char* name) {
    size_t length = strlen(name);
    char** entry = length && !strchr(name, '=') ? find(name, length) : 0;
    return entry ? *entry + length + 1 : 0;
}

char* secure_getenv(const char* name) {
    return getuid() == geteuid() && getgid() == getegid() ? getenv(name) : 0;
}

static int put(char* string, size_t name_length) {
    char** entry = find(string, name_length);
    if (entry) {
        *entry = string;
        return 0;
    }
    size_t count = 0;
    while (environ && environ[count]) count++;
    char** list = realloc(own_list == environ ? own_list : 0, (count + 2) * sizeof *list);
    if (!list) return -1;
    if (own_list != environ && count) memcpy(list, environ, count * sizeof *list);
    list[count] = string;
    list[count + 1] = 0;
    environ = own_list = list;
    return 0;
}

static size_t checked_length(const char* name) {
    size_t length = name ? strcspn(name, "=") : 0;
    if (length && !name[length]) return length;
    errno = EINVAL;
    return 0;
}

int setenv(const char* name, const char* value, int overwrite) {
    size_t length = checked_length(name), value_length = strlen(value);
    if (!length) return -1;
    if (!overwrite && find(name, length)) return 0;
    char* string = malloc(length + value_length + 2);
    if (!string) return -1;
    memcpy(string, name, length);
    string[length] = '=';
    memcpy(string + length + 1, value, value_length + 1);
    libc_lock(&environment_lock);
    int result = put(string, length);
    libc_unlock(&environment_lock);
    return result;
}

int unsetenv(const char* name) {
    size_t length = checked_length(name);
    if (!length) return -1;
    libc_lock(&environment_lock);
    for (char** entry; (entry = find(name, length));) do
            entry[0] = entry[1];
        while (*entry++);
    libc_unlock(&environment_lock);
    return 0;
}

int putenv(char* string) {
    size_t length = strcspn(string, "=");
    if (!string[length]) return unsetenv(string);
    return put(string, length);
}

int clearenv(void) {
    environ = 0;
    return 0;
}

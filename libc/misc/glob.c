// Paths that match a pattern (glob(3)): one directory level after the other.
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
    glob_t* result;
    int flags;
    int (*on_error)(const char*, int);
    size_t room;
    char path[PATH_MAX];
};

static int add(struct search* search, const char* path) {
    glob_t* result = search->result;
    size_t used = result->gl_offs + result->gl_pathc;
    if (used + 2 > search->room) {
        size_t room = used * 2 + 16;
        char** grown = realloc(result->gl_pathv, room * sizeof *grown);
        if (!grown) return GLOB_NOSPACE;
        for (size_t i = 0; !result->gl_pathv && i < result->gl_offs; i++) grown[i] = 0;
        result->gl_pathv = grown;
        search->room = room;
    }
    char* copy = malloc(strlen(path) + 2);
    if (!copy) return GLOB_NOSPACE;
    strcpy(copy, path);
    struct stat status;
    if ((search->flags & GLOB_MARK) && !stat(path, &status) && S_ISDIR(status.st_mode) &&
        copy[strlen(copy) - 1] != '/')
        strcat(copy, "/");
    result->gl_pathv[used] = copy;
    result->gl_pathv[used + 1] = 0;
    result->gl_pathc++;
    return 0;
}

static int has_magic(const char* pattern, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (strchr("*?[\\", pattern[i])) return 1;
    return 0;
}

static int walk(struct search* search, size_t length, const char* pattern);

// Appends a name to the path and goes on with the rest of the pattern.
static int descend(struct search* search, size_t length, const char* name, size_t name_length,
                   const char* rest) {
    if (length + name_length + 2 > sizeof search->path) return 0;
    memcpy(search->path + length, name, name_length);
    length += name_length;
    while (*rest == '/' && length + 2 < sizeof search->path) search->path[length++] = *rest++;
    search->path[length] = 0;
    struct stat status;
    if (!*rest) return lstat(search->path, &status) ? 0 : add(search, search->path);
    return walk(search, length, rest);
}

static int walk(struct search* search, size_t length, const char* pattern) {
    size_t part = strcspn(pattern, "/");
    if (!has_magic(pattern, part)) return descend(search, length, pattern, part, pattern + part);
    char wanted[NAME_MAX + 1];
    if (part > NAME_MAX) return 0;
    memcpy(wanted, pattern, part);
    wanted[part] = 0;
    search->path[length] = 0;
    DIR* directory = opendir(length ? search->path : ".");
    if (!directory) {
        if (errno == ENOENT || errno == ENOTDIR) return 0;
        int stop = search->on_error && search->on_error(search->path, errno);
        return stop || (search->flags & GLOB_ERR) ? GLOB_ABORTED : 0;
    }
    int match = (search->flags & GLOB_PERIOD ? 0 : FNM_PERIOD) |
                (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0);
    int error = 0;
    for (struct dirent* entry; !error && (entry = readdir(directory));)
        if (!fnmatch(wanted, entry->d_name, match))
            error = descend(search, length, entry->d_name, strlen(entry->d_name), pattern + part);
    closedir(directory);
    return error;
}

static int by_name(const void* left, const void* right) {
    return strcmp(*(char* const*)left, *(char* const*)right);
}

int glob(const char* __restrict pattern, int flags, int (*on_error)(const char*, int),
         glob_t* __restrict result) {
    if (!(flags & GLOB_APPEND)) {
        result->gl_pathc = 0;
        result->gl_pathv = 0;
        if (!(flags & GLOB_DOOFFS)) result->gl_offs = 0;
    }
    struct search* search = malloc(sizeof *search);
    if (!search) return GLOB_NOSPACE;
    search->result = result;
    search->flags = flags;
    search->on_error = on_error;
    search->room = result->gl_pathv ? result->gl_offs + result->gl_pathc + 1 : 0;
    size_t before = result->gl_pathc, start = 0;
    while (pattern[start] == '/' && start < PATH_MAX - 1) search->path[start] = '/', start++;
    search->path[start] = 0;
    int error = pattern[start] ? walk(search, start, pattern + start)
                : start        ? add(search, search->path)
                               : 0;
    if (!error && result->gl_pathc == before)
        error = flags & GLOB_NOCHECK ? add(search, pattern) : GLOB_NOMATCH;
    else if (!error && !(flags & GLOB_NOSORT))
        qsort(result->gl_pathv + result->gl_offs + before, result->gl_pathc - before, sizeof(char*),
              by_name);
    free(search);
    return error;
}

void globfree(glob_t* result) {
    for (size_t i = 0; result->gl_pathv && i < result->gl_pathc; i++)
        free(result->gl_pathv[result->gl_offs + i]);
    free(result->gl_pathv);
    result->gl_pathv = 0;
    result->gl_pathc = 0;
}

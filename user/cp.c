// Copies files, and directories with -r.
#include "user/lib/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool recursive, preserve, force;

static int copy(const char* from, const char* to);

static int fail(const char* path) {
    warn_errno(path);
    return 1;
}

static int copy_file(const char* from, const char* to, const struct stat* info) {
    struct stat other;
    if (!stat(to, &other) && other.st_dev == info->st_dev && other.st_ino == info->st_ino) {
        warn_text("%s and %s are the same file", from, to);
        return 1;
    }
    int in = open(from, O_RDONLY);
    if (in < 0) return fail(from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, info->st_mode & 0777);
    if (out < 0 && force && !unlink(to)) {
        out = open(to, O_WRONLY | O_CREAT | O_TRUNC, info->st_mode & 0777);
    }
    if (out < 0) {
        int status = fail(to);
        close(in);
        return status;
    }
    bool reading;
    int status = 0;
    if (copy_descriptor(in, out, &reading)) status = fail(reading ? from : to);
    close(in);
    if (close(out)) status = fail(to);
    return status;
}

static int copy_link(const char* from, const char* to) {
    char target[4096];
    ssize_t length = readlink(from, target, sizeof target - 1);
    if (length < 0) return fail(from);
    target[length] = 0;
    return symlink(target, to) ? fail(to) : 0;
}

static int copy_directory(const char* from, const char* to, const struct stat* info) {
    struct Names names;
    if (list_directory(from, false, &names)) return fail(from);
    int status = 0;
    if (mkdir(to, (info->st_mode & 07777) | 0700) && errno != EEXIST) {
        status = fail(to);
    } else {
        for (size_t i = 0; i < names.count; i++) {
            char *inner = join_path(from, names.name[i]), *outer = join_path(to, names.name[i]);
            status |= copy(inner, outer);
            free(inner);
            free(outer);
        }
    }
    names_free(&names);
    return status;
}

static int copy(const char* from, const char* to) {
    struct stat info;
    if (recursive ? lstat(from, &info) : stat(from, &info)) return fail(from);
    int status;
    if (S_ISDIR(info.st_mode)) {
        if (!recursive) {
            warn_text("%s: is a directory (-r copies it)", from);
            return 1;
        }
        status = copy_directory(from, to, &info);
    } else if (S_ISLNK(info.st_mode)) {
        return copy_link(from, to);
    } else {
        status = copy_file(from, to, &info);
    }
    if (status || !preserve) return status;
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    if (chmod(to, info.st_mode & 07777) || utimensat(AT_FDCWD, to, times, 0)) return fail(to);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "cp [-rpf] FROM TO\n       cp [-rpf] FROM... DIRECTORY\n");
    int letter;
    while ((letter = option(argc, argv, "rRapf"))) {
        if (letter == 'p' || letter == 'a') preserve = true;
        if (letter == 'f') force = true;
        if (letter == 'r' || letter == 'R' || letter == 'a') recursive = true;
    }
    int count = argc - option_index;
    if (count < 2) die_usage();
    const char* to = argv[argc - 1];
    struct stat info;
    bool directory = !stat(to, &info) && S_ISDIR(info.st_mode);
    if (count > 2 && !directory) die_text("%s: not a directory", to);
    int status = 0;
    for (int i = option_index; i < argc - 1; i++) {
        char* target = directory ? join_path(to, last_part(argv[i])) : copy_text(to);
        status |= copy(argv[i], target);
        free(target);
    }
    return status;
}

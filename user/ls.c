// Lists directories and files.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool everything, hidden, detailed, recursive, single, human, reverse, by_time, by_size,
    plain, inodes, marked;
static int status;

struct Entry {
    char *name, *path;
    struct stat info;
};

static int order(const void* a, const void* b) {
    const struct Entry *one = a, *two = b;
    int result = 0;
    if (by_time && one->info.st_mtime != two->info.st_mtime) {
        result = one->info.st_mtime < two->info.st_mtime ? 1 : -1;
    } else if (by_size && one->info.st_size != two->info.st_size) {
        result = one->info.st_size < two->info.st_size ? 1 : -1;
    } else {
        result = strcmp(one->name, two->name);
    }
    return reverse ? -result : result;
}

static const char* mark(mode_t mode) {
    if (!marked) return "";
    return S_ISDIR(mode)    ? "/"
           : S_ISLNK(mode)  ? "@"
           : S_ISFIFO(mode) ? "|"
           : S_ISSOCK(mode) ? "="
           : mode & 0111    ? "*"
                            : "";
}

static void print_details(const struct Entry* entry) {
    char mode[11], size[32], when[32], target[4096];
    const struct stat* info = &entry->info;
    mode_text(info->st_mode, mode);
    if (S_ISCHR(info->st_mode) || S_ISBLK(info->st_mode)) {
        snprintf(size, sizeof size, "%u, %u", major(info->st_rdev), minor(info->st_rdev));
    } else if (human) {
        human_size((uint64_t)info->st_size, size);
    } else {
        snprintf(size, sizeof size, "%lld", (long long)info->st_size);
    }
    time_t changed = info->st_mtime;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M", localtime(&changed));
    printf("%s %3u %-8s ", mode, (unsigned)info->st_nlink, user_name(info->st_uid));
    printf("%-8s %9s %s %s", group_name(info->st_gid), size, when, entry->name);
    ssize_t length = S_ISLNK(info->st_mode) ? readlink(entry->path, target, sizeof target) : 0;
    if (length > 0) printf(" -> %.*s", (int)length, target);
    printf("%s\n", S_ISLNK(info->st_mode) ? "" : mark(info->st_mode));
}

// In columns, each sorted downwards, if the output is a terminal.
static void print_columns(const struct Entry* entries, size_t count) {
    struct winsize size;
    size_t width = !ioctl(1, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80, widest = 0;
    for (size_t i = 0; i < count; i++) {
        if (strlen(entries[i].name) > widest) widest = strlen(entries[i].name);
    }
    size_t across = single ? 1 : width / (widest + 2 + marked);
    if (!across) across = 1;
    size_t rows = (count + across - 1) / across;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < count; i += rows) {
            if (inodes) printf("%llu ", (unsigned long long)entries[i].info.st_ino);
            int length = printf("%s%s", entries[i].name, mark(entries[i].info.st_mode));
            if (i + rows < count) printf("%*s", (int)(widest + 2 + marked) - length, "");
        }
        putchar('\n');
    }
}

static void print_entries(struct Entry* entries, size_t count) {
    if (count) qsort(entries, count, sizeof *entries, order);
    if (!detailed) {
        print_columns(entries, count);
        return;
    }
    for (size_t i = 0; i < count; i++) print_details(&entries[i]);
}

static void list(const char* path, bool titled, bool first) {
    struct Names names;
    if (list_directory(path, everything, &names)) {
        warn_errno(path);
        status = 1;
        return;
    }
    struct Entry* entries = allocate(names.count * sizeof *entries);
    size_t count = 0;
    long long blocks = 0;
    for (size_t i = 0; i < names.count; i++) {
        struct Entry entry = {.name = names.name[i], .path = join_path(path, names.name[i])};
        bool dot = names.name[i][0] == '.' && !everything && !hidden;
        if (dot || lstat(entry.path, &entry.info)) {
            if (!dot) warn_errno(entry.path);
            free(entry.path);
            continue;
        }
        blocks += entry.info.st_blocks;
        entries[count++] = entry;
    }
    if (titled) printf("%s%s:\n", first ? "" : "\n", path);
    if (detailed) printf("total %lld\n", blocks / 2);
    print_entries(entries, count);
    for (size_t i = 0; i < count; i++) {
        bool dots = !strcmp(entries[i].name, ".") || !strcmp(entries[i].name, "..");
        if (recursive && S_ISDIR(entries[i].info.st_mode) && !dots)
            list(entries[i].path, true, false);
        free(entries[i].path);
    }
    free(entries);
    names_free(&names);
}

static void read_options(int argc, char** argv) {
    int letter;
    single = !isatty(1);
    while ((letter = option(argc, argv, "aAlR1hrtSdiFC"))) {
        switch (letter) {
        case 'a':
            everything = true;
            break;
        case 'A':
            hidden = true;
            break;
        case 'l':
            detailed = true;
            break;
        case 'R':
            recursive = true;
            break;
        case '1':
            single = true;
            break;
        case 'C':
            single = false;
            break;
        case 'h':
            human = true;
            break;
        case 'r':
            reverse = true;
            break;
        case 't':
            by_time = true;
            break;
        case 'S':
            by_size = true;
            break;
        case 'd':
            plain = true;
            break;
        case 'i':
            inodes = true;
            break;
        default:
            marked = true;
            break;
        }
    }
}

int main(int argc, char** argv) {
    begin(argv, "ls [-aAlR1ChrtSdiF] [FILE...]\n");
    read_options(argc, argv);
    char* here[] = {"."};
    char** operands = option_index < argc ? argv + option_index : here;
    size_t count = option_index < argc ? (size_t)(argc - option_index) : 1, files = 0;
    struct Entry* entries = allocate(count * sizeof *entries);
    struct Names directories = {0};
    for (size_t i = 0; i < count; i++) {
        struct Entry entry = {.name = operands[i], .path = operands[i]};
        if (detailed || stat(entry.path, &entry.info)) {
            if (lstat(entry.path, &entry.info)) {
                warn_errno(entry.path);
                status = 2;
                continue;
            }
        }
        if (S_ISDIR(entry.info.st_mode) && !plain) {
            names_add(&directories, entry.name);
        } else {
            entries[files++] = entry;
        }
    }
    if (files) print_entries(entries, files);
    for (size_t i = 0; i < directories.count; i++) {
        list(directories.name[i], count > 1 || recursive, !files && !i);
    }
    return finish(status);
}

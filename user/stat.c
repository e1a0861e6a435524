// Shows what is known of a file.
#include "user/lib/user.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void show_time(const char* label, struct timespec when) {
    char text[32];
    time_t seconds = when.tv_sec;
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime(&seconds));
    printf("%s: %s.%09ld UTC\n", label, text, when.tv_nsec);
}

static int show(const char* path) {
    struct stat info;
    char mode[11], target[4096];
    if (lstat(path, &info)) {
        warn_errno(path);
        return 1;
    }
    mode_text(info.st_mode, mode);
    ssize_t length = S_ISLNK(info.st_mode) ? readlink(path, target, sizeof target) : 0;
    printf("  File: %s", path);
    if (length > 0) printf(" -> %.*s", (int)length, target);
    printf("\n  Size: %-12lld Blocks: %-8lld Block size: %ld\n", (long long)info.st_size,
           (long long)info.st_blocks, (long)info.st_blksize);
    printf("Device: %u,%-9u Inode: %-9llu Links: %u", major(info.st_dev), minor(info.st_dev),
           (unsigned long long)info.st_ino, (unsigned)info.st_nlink);
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) {
        printf("  Type: %u,%u", major(info.st_rdev), minor(info.st_rdev));
    }
    printf("\nAccess: %04o/%s  User: %u/%s", (unsigned)info.st_mode & 07777, mode,
           (unsigned)info.st_uid, user_name(info.st_uid));
    printf("  Group: %u/%s\n", (unsigned)info.st_gid, group_name(info.st_gid));
    show_time("Access", info.st_atim);
    show_time("Modify", info.st_mtim);
    show_time("Change", info.st_ctim);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "stat FILE...\n");
    option(argc, argv, "");
    if (option_index >= argc) die_usage();
    return for_operands(argc, argv, show);
}

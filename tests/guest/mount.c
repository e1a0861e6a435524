// Taking file systems off: busy ones, at once or when their last user goes (MNT_DETACH), and every
// refusal; full ones.
#include "own_network.h"

#include <sys/mount.h>
#include <sys/stat.h>

static int mounts_named(const char* name) {
    static char text[65536];
    int fd = open("/proc/self/mounts", O_RDONLY), found = 0;
    ssize_t n, length = 0;
    while ((n = read(fd, text + length, sizeof text - 1 - (size_t)length)) > 0) length += n;
    text[length] = 0;
    close(fd);
    for (char* at = text; (at = strstr(at, name)); at++) found++;
    return found;
}

static void mount_at(const char* path) { CHECK_EQ(mount("plumb_test", path, "tmpfs", 0, NULL), 0); }

static void make_file(const char* path) { close(open(path, O_CREAT | O_WRONLY, 0600)); }

static void busy(void) {
    mount_at("m");
    int fd = open("m/file", O_RDWR | O_CREAT, 0600);
    CHECK_ERRNO(umount2("m", 0), EBUSY);
    CHECK_ERRNO(umount2("m", MNT_FORCE), EBUSY);
    close(fd);
    CHECK_EQ(umount2("m", 0), 0);
    CHECK_ERRNO(access("m/file", F_OK), ENOENT);
}

// What is detached can't be found any more, and lives on for those who are in it.
static void detached(void) {
    mount_at("m");
    CHECK_EQ(mkdir("m/inner", 0700), 0);
    int file = open("m/file", O_RDWR | O_CREAT, 0600), directory = open("m/inner", O_RDONLY);
    int root = open("m", O_RDONLY), home = open(".", O_RDONLY);
    CHECK_EQ(umount2("m", MNT_DETACH), 0);
    CHECK_EQ(mounts_named("plumb_test"), 0);
    CHECK_ERRNO(access("m/file", F_OK), ENOENT);
    CHECK_ERRNO(umount2("m", MNT_DETACH), EINVAL);
    CHECK_EQ(write(file, "plumb", 5), 5);
    char text[6] = "";
    CHECK_EQ(pread(file, text, 5, 0), 5);
    CHECK(!strcmp(text, "plumb"));
    int fresh = openat(directory, "fresh", O_RDWR | O_CREAT, 0600);
    CHECK(fresh >= 0);
    CHECK_EQ(faccessat(directory, "../file", F_OK, 0), 0);
    struct stat above, here;
    CHECK_EQ(fstatat(root, "..", &above, 0) | fstat(root, &here), 0);
    CHECK_EQ(above.st_ino, here.st_ino); // there is no way out
    CHECK_EQ(fchdir(directory), 0);
    CHECK_EQ(mount("plumb_test", ".", "tmpfs", 0, NULL), -1);
    CHECK_EQ(fchdir(home), 0);
    mount_at("m"); // the place is free
    CHECK_ERRNO(access("m/file", F_OK), ENOENT);
    CHECK_EQ(umount2("m", 0), 0);
    for (int fd = file; fd <= fresh; fd++) close(fd);
}

static void nested(void) {
    mount_at("m");
    CHECK_EQ(mkdir("m/inner", 0700), 0);
    mount_at("m/inner");
    CHECK_EQ(mkdir("m/inner/most", 0700), 0);
    mount_at("m/inner/most");
    make_file("m/inner/most/file");
    int file = open("m/inner/most/file", O_RDWR);
    CHECK_ERRNO(umount2("m", 0), EBUSY);
    CHECK_EQ(mounts_named("plumb_test"), 3);
    CHECK_EQ(umount2("m", MNT_DETACH), 0);
    CHECK_EQ(mounts_named("plumb_test"), 0);
    CHECK_ERRNO(access("m/inner", F_OK), ENOENT);
    CHECK_EQ(write(file, "x", 1), 1);
    close(file);
}

static long blocks_of(int fd) {
    struct stat status;
    return fstat(fd, &status) ? -1 : (long)status.st_blocks;
}

// Room that can't be had whole isn't taken in part.
static void full(void) {
    CHECK_EQ(mount("plumb_test", "m", "tmpfs", 0, "size=1m"), 0);
    int one = open("m/one", O_RDWR | O_CREAT, 0600), two = open("m/two", O_RDWR | O_CREAT, 0600);
    CHECK_ERRNO(fallocate(one, 0, 0, 2 << 20), ENOSPC);
    CHECK_EQ(blocks_of(one), 0);
    CHECK_EQ(fallocate(one, 0, 0, 600 << 10), 0);
    CHECK_EQ(blocks_of(one), 1200);
    CHECK_EQ(pwrite(two, "x", 1, 8192), 1);
    CHECK_ERRNO(fallocate(two, 0, 0, 600 << 10), ENOSPC);
    CHECK_EQ(blocks_of(two), 8);
    CHECK_EQ(fallocate(two, 0, 0, 400 << 10), 0);
    CHECK_EQ(blocks_of(two), 800);
    close(one);
    close(two);
    CHECK_EQ(umount2("m", 0), 0);
}

static void refusals(void) {
    CHECK_ERRNO(umount2("m", 0), EINVAL); // nothing is mounted there
    CHECK_ERRNO(umount2("nowhere", 0), ENOENT);
    CHECK_ERRNO(umount2((char*)8, 0), EFAULT);
    CHECK_ERRNO(umount2("m", 0x10), EINVAL);
    mount_at("m");
    CHECK_ERRNO(umount2("m", MNT_EXPIRE | MNT_DETACH), EINVAL);
    CHECK_ERRNO(umount2("m", MNT_EXPIRE | MNT_FORCE), EINVAL);
    CHECK_EQ(symlink("m", "link"), 0);
    CHECK_ERRNO(umount2("link", UMOUNT_NOFOLLOW), EINVAL);
    CHECK_EQ(umount2("link", 0), 0);
    unlink("link");
}

int main(void) {
    alarm(20);
    own_namespace(CLONE_NEWNS);
    CHECK_EQ(mkdir("m", 0700), 0);
    busy();
    detached();
    nested();
    full();
    refusals();
    CHECK_EQ(rmdir("m"), 0);
    return test_end();
}

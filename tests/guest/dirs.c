// Directories and names: mkdir, rename, links, walking, listing, getcwd.
#include "tests/guest/test.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/dirs.XXXXXX";

static void touch(const char* path) { close(open(path, O_WRONLY | O_CREAT, 0600)); }

static void test_make_and_remove(void) {
    CHECK_EQ(mkdir("d", 0777), 0);
    CHECK_ERRNO(mkdir("d", 0777), EEXIST);
    CHECK_EQ(mkdir("d/e/", 0777), 0);
    CHECK_ERRNO(mkdir("x/y", 0777), ENOENT);
    CHECK_ERRNO(mkdir("/", 0777), EEXIST);
    CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
    CHECK_ERRNO(rmdir("d/."), EINVAL);
    CHECK_ERRNO(rmdir("d/e/.."), ENOTEMPTY);
    CHECK_ERRNO(unlink("d"), EISDIR);
    touch("f");
    CHECK_ERRNO(rmdir("f"), ENOTDIR);
    CHECK_ERRNO(unlink("f/"), ENOTDIR);
    CHECK_ERRNO(mkdir("f/x", 0777), ENOTDIR);
    struct stat st;
    CHECK_EQ(stat("d", &st), 0);
    CHECK_EQ(st.st_mode, S_IFDIR | 0755);
    CHECK_EQ(st.st_nlink, 3);
    CHECK_EQ(rmdir("d/e"), 0);
    CHECK_EQ(rmdir("d/"), 0);
    CHECK_EQ(unlinkat(AT_FDCWD, "f", 0), 0);
    char name[300];
    memset(name, 'n', sizeof name);
    name[256] = 0;
    CHECK_ERRNO(mkdir(name, 0777), ENAMETOOLONG);
    name[255] = 0;
    CHECK_EQ(mkdir(name, 0777), 0);
    CHECK_EQ(rmdir(name), 0);
    static char path[5000];
    memset(path, '/', sizeof path - 1);
    CHECK_ERRNO(mkdir(path, 0777), ENAMETOOLONG);
}

static void test_links(void) {
    char text[64];
    struct stat st;
    touch("f");
    CHECK_EQ(link("f", "g"), 0);
    CHECK_EQ(stat("g", &st), 0);
    CHECK_EQ(st.st_nlink, 2);
    CHECK_ERRNO(link("f", "g"), EEXIST);
    CHECK_ERRNO(link(".", "h"), EPERM);
    CHECK_EQ(symlink("f", "s"), 0);
    CHECK_EQ(readlink("s", text, sizeof text), 1);
    CHECK_ERRNO(readlink("f", text, sizeof text), EINVAL);
    CHECK_EQ(lstat("s", &st), 0);
    CHECK_EQ(st.st_mode, S_IFLNK | 0777);
    CHECK_EQ(st.st_size, 1);
    CHECK_EQ(stat("s", &st), 0);
    CHECK(S_ISREG(st.st_mode));
    CHECK_ERRNO(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_EQ(symlink("loop", "loop"), 0);
    CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
    CHECK_ERRNO(stat("loop/x", &st), ELOOP);
    CHECK_EQ(symlink("none", "dangling"), 0);
    CHECK_ERRNO(open("dangling", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    int fd = open("dangling", O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0);
    close(fd);
    CHECK_EQ(unlink("none"), 0);
    CHECK_ERRNO(symlink("", "empty"), ENOENT);
    CHECK_EQ(unlink("f") | unlink("g") | unlink("s") | unlink("loop") | unlink("dangling"), 0);
}

static void test_rename(void) {
    mkdir("a", 0777);
    mkdir("a/b", 0777);
    mkdir("c", 0777);
    touch("f");
    touch("g");
    CHECK_ERRNO(rename("a", "a/b/x"), EINVAL);
    CHECK_ERRNO(rename("a/b", "a"), ENOTEMPTY);
    CHECK_ERRNO(rename("f", "a"), EISDIR);
    CHECK_ERRNO(rename("a", "f"), ENOTDIR);
    CHECK_ERRNO(rename("none", "x"), ENOENT);
    CHECK_ERRNO(rename("a/.", "x"), EBUSY);
    CHECK_ERRNO(rename("f", "x/"), ENOTDIR);
    CHECK_ERRNO(renameat2(AT_FDCWD, "f", AT_FDCWD, "g", RENAME_NOREPLACE), EEXIST);
    CHECK_EQ(renameat2(AT_FDCWD, "f", AT_FDCWD, "a", RENAME_EXCHANGE), 0);
    struct stat st;
    CHECK_EQ(stat("f/b", &st), 0);
    CHECK_EQ(renameat2(AT_FDCWD, "f", AT_FDCWD, "a", RENAME_EXCHANGE), 0);
    CHECK_EQ(rename("f", "g"), 0);
    CHECK_ERRNO(stat("f", &st), ENOENT);
    CHECK_EQ(rename("a/b", "c/b"), 0);
    CHECK_EQ(stat("c", &st), 0);
    CHECK_EQ(st.st_nlink, 3);
    CHECK_EQ(rename("c", "a"), 0);
    CHECK_EQ(rename("a", "a"), 0);
    CHECK_EQ(rmdir("a/b") | rmdir("a") | unlink("g"), 0);
}

static void test_list(void) {
    char name[300];
    mkdir("many", 0777);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "many/%d", i);
        touch(name);
    }
    DIR* d = opendir("many");
    int count = 0, dots = 0, unknown = 0;
    static char seen[1000];
    for (struct dirent* e; (e = readdir(d));) {
        if (e->d_name[0] == '.') {
            dots++;
            continue;
        }
        count++;
        seen[atoi(e->d_name)]++;
        unknown += e->d_type != DT_REG;
        snprintf(name, sizeof name, "many/%s", e->d_name);
        if (count % 2) unlink(name); // while it is being listed
    }
    CHECK_EQ(count, 1000);
    CHECK_EQ(dots, 2);
    CHECK_EQ(unknown, 0);
    int once = 1;
    for (int i = 0; i < 1000; i++) once &= seen[i] == 1;
    CHECK(once);
    rewinddir(d);
    for (count = 0; readdir(d);) count++;
    CHECK_EQ(count, 502);
    closedir(d);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "many/%d", i);
        unlink(name);
    }
    CHECK_EQ(rmdir("many"), 0);
    int fd = open("/dev/null", O_RDONLY);
    CHECK(fdopendir(fd) == NULL && errno == ENOTDIR);
    close(fd);
}

static void test_cwd(void) {
    char path[256];
    CHECK(getcwd(path, sizeof path) && !strcmp(path, directory));
    CHECK(!getcwd(path, 3) && errno == ERANGE);
    CHECK_EQ(mkdir("in", 0777), 0);
    CHECK_EQ(chdir("in"), 0);
    int fd = open("..", O_RDONLY | O_DIRECTORY);
    touch("f");
    CHECK_EQ(faccessat(fd, "in/f", F_OK, 0), 0);
    CHECK_EQ(unlinkat(fd, "in/f", 0), 0);
    CHECK_EQ(unlinkat(fd, "in", AT_REMOVEDIR), 0);
    CHECK(!getcwd(path, sizeof path) && errno == ENOENT);
    CHECK_ERRNO(open("f", O_CREAT | O_WRONLY, 0600), ENOENT);
    CHECK_EQ(fchdir(fd), 0);
    CHECK_EQ(chdir("../../.."), 0);
    CHECK(getcwd(path, sizeof path) && !strcmp(path, "/"));
    CHECK_EQ(fchdir(fd), 0);
    close(fd);
    CHECK_ERRNO(chdir("none"), ENOENT);
    CHECK_ERRNO(openat(999, "f", O_RDONLY), EBADF);
    CHECK_ERRNO(fchdir(999), EBADF);
}

int main(void) {
    umask(022);
    CHECK(mkdtemp(directory) && chdir(directory) == 0);
    test_make_and_remove();
    test_links();
    test_rename();
    test_list();
    test_cwd();
    CHECK_EQ(chdir("/"), 0);
    CHECK_EQ(rmdir(directory), 0);
    return test_end();
}

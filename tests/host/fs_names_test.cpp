// Paths and names: the walk, links, rename, permissions, and what the calls refuse.
#include "tests/host/fs_host.h"
#include <gtest/gtest.h>

using host::World;

TEST(Names, WalkAndDots) {
    World w;
    EXPECT_EQ(w.mkdir("/a"), 0);
    EXPECT_EQ(w.mkdir("a/b/"), 0);
    EXPECT_EQ(w.touch("a/b/f", "text"), 0);
    EXPECT_EQ(w.read("//a/./b/../b/f"), "text");
    EXPECT_EQ(w.read("/../../a/b/f"), "text");
    EXPECT_EQ(w.path_of("a/b/../b"), "/a/b");
    EXPECT_EQ(w.path_of("/"), "/");
    EXPECT_EQ(w.error_of_open("a/b/f/", O_RDONLY), ENOTDIR);
    EXPECT_EQ(w.error_of_open("a/b/f/x", O_RDONLY), ENOTDIR);
    EXPECT_EQ(w.error_of_open("a/x/f", O_RDONLY), ENOENT);
    EXPECT_EQ(w.error_of_open("", O_RDONLY), ENOENT);
    EXPECT_EQ(w.mkdir("a"), EEXIST);
    EXPECT_EQ(w.mkdir("/"), EEXIST);
    EXPECT_EQ(w.mkdir("a/."), EEXIST);
    EXPECT_EQ(w.mkdir(std::string(256, 'x')), ENAMETOOLONG);
    EXPECT_EQ(w.mkdir(std::string(255, 'x')), 0);
}

TEST(Names, Symlinks) {
    World w;
    w.mkdir("d");
    w.touch("d/f", "text");
    EXPECT_EQ(w.symlink("d", "l"), 0);
    EXPECT_EQ(w.symlink("/l/f", "d/m"), 0);
    EXPECT_EQ(w.read("l/m"), "text");
    EXPECT_EQ(w.symlink("loop", "loop"), 0);
    EXPECT_EQ(w.error_of_open("loop", O_RDONLY), ELOOP);
    EXPECT_EQ(w.error_of_open("loop", O_RDONLY | O_CREAT), ELOOP);
    EXPECT_EQ(w.error_of_open("l/m", O_RDONLY | O_NOFOLLOW), ELOOP);
    EXPECT_EQ(w.symlink("d/new", "dangling"), 0);
    EXPECT_EQ(w.error_of_open("dangling", O_RDONLY), ENOENT);
    EXPECT_EQ(w.error_of_open("dangling", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
    EXPECT_EQ(w.touch("dangling", "made"), 0);
    EXPECT_EQ(w.read("d/new"), "made");
    EXPECT_EQ(w.symlink("", "e"), ENOENT);
    for (int i = 0; i < 50; i++)
        w.symlink(i ? "c" + std::to_string(i - 1) : "d/f", "c" + std::to_string(i));
    EXPECT_EQ(w.read("c39"), "text"); // forty links
    EXPECT_EQ(w.error_of_open("c40", O_RDONLY), ELOOP);
}

TEST(Names, OpenFlags) {
    World w;
    w.mkdir("d");
    w.touch("f", "123456");
    EXPECT_EQ(w.error_of_open("d", O_WRONLY), EISDIR);
    EXPECT_EQ(w.error_of_open("d", O_RDONLY | O_CREAT), EISDIR);
    EXPECT_EQ(w.error_of_open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    EXPECT_EQ(w.error_of_open("f", O_RDWR | O_CREAT | O_EXCL), EEXIST);
    EXPECT_EQ(w.error_of_open("n/", O_RDWR | O_CREAT), EISDIR);
    EXPECT_EQ(w.error_of_open("d", O_RDWR | O_TMPFILE), 0);
    EXPECT_EQ(w.error_of_open("d", O_RDONLY | O_TMPFILE), EINVAL);
    EXPECT_EQ(w.error_of_open("f", O_WRONLY | O_TRUNC), 0);
    EXPECT_EQ(w.read("f"), "");
    {
        auto f = w.open("f", O_WRONLY | O_APPEND);
        host::write_all(**f, "ab");
        (*f)->offset = 0;
        host::write_all(**f, "cd");
    }
    EXPECT_EQ(w.read("f"), "abcd");
}

TEST(Names, UnlinkAndRmdir) {
    World w;
    w.mkdir("d");
    w.touch("d/f", "kept");
    EXPECT_EQ(w.rmdir("d"), ENOTEMPTY);
    EXPECT_EQ(w.unlink("d"), EISDIR);
    EXPECT_EQ(w.rmdir("d/f"), ENOTDIR);
    EXPECT_EQ(w.rmdir("d/."), EINVAL);
    EXPECT_EQ(w.rmdir("d/.."), ENOTEMPTY);
    EXPECT_EQ(w.rmdir("/"), EBUSY);
    EXPECT_EQ(w.unlink("d/f/"), ENOTDIR);
    {
        auto f = w.open("d/f", O_RDONLY);
        EXPECT_EQ(w.unlink("d/f"), 0);
        EXPECT_EQ(w.unlink("d/f"), ENOENT);
        EXPECT_EQ(host::read_all(**f), "kept");
        EXPECT_EQ((*f)->inode->links, 0u);
    }
    EXPECT_EQ(w.rmdir("d/"), 0);
    EXPECT_EQ(w.link("none", "x"), ENOENT);
    w.touch("a");
    EXPECT_EQ(w.link("a", "b"), 0);
    EXPECT_EQ(w.link("a", "b"), EEXIST);
    auto f = w.open("b", O_RDONLY);
    EXPECT_EQ((*f)->inode->links, 2u);
}

TEST(Names, Rename) {
    World w;
    w.mkdir("a");
    w.mkdir("a/b");
    w.mkdir("c");
    w.touch("f", "f");
    w.touch("g", "g");
    EXPECT_EQ(w.rename("a", "a/b/x"), EINVAL);
    EXPECT_EQ(w.rename("a/b", "a"), ENOTEMPTY);
    EXPECT_EQ(w.rename("f", "a"), EISDIR);
    EXPECT_EQ(w.rename("a", "f"), ENOTDIR);
    EXPECT_EQ(w.rename("f", "g", RENAME_NOREPLACE), EEXIST);
    EXPECT_EQ(w.rename("f", "none", RENAME_EXCHANGE), ENOENT);
    EXPECT_EQ(w.rename("f", "g", RENAME_EXCHANGE), 0);
    EXPECT_EQ(w.read("f"), "g");
    EXPECT_EQ(w.rename("f", "g"), 0);
    EXPECT_EQ(w.read("g"), "g");
    EXPECT_EQ(w.read("f"), "!2");
    EXPECT_EQ(w.rename("a/b", "c/b"), 0);
    EXPECT_EQ(w.path_of("c/b"), "/c/b");
    EXPECT_EQ(w.path_of("c/b/.."), "/c");
    EXPECT_EQ(w.rename("c", "a"), 0); // onto an empty directory
    EXPECT_EQ(w.path_of("a/b"), "/a/b");
    EXPECT_EQ(w.rename("g", "a/b/" + std::string(200, 'n')), 0);
    EXPECT_EQ(w.rename("a", "g", RENAME_EXCHANGE), ENOENT);
    w.touch("g");
    EXPECT_EQ(w.rename("a", "g", RENAME_EXCHANGE), 0);
    auto root = walk(w.who(), "/", 0);
    EXPECT_EQ((*root)->inode->links, 3u); // itself, ".", and what is now called g
}

TEST(Names, Permissions) {
    World w;
    w.context->umask = 0;
    w.mkdir("private", 0700);
    w.mkdir("sticky", 01777);
    w.touch("private/f");
    w.touch("sticky/f");
    auto sticky = walk(w.who(), "sticky/f", 0);
    (*sticky)->inode->mode = S_IFREG | 0644;
    w.credentials.fsuid = w.credentials.fsgid = 1000;
    EXPECT_EQ(w.error_of_open("private/f", O_RDONLY), EACCES);
    EXPECT_EQ(w.unlink("sticky/f"), EPERM);
    EXPECT_EQ(w.mkdir("mine"), EACCES);
    EXPECT_EQ(w.error_of_open("sticky/f", O_WRONLY), EACCES);
    EXPECT_EQ(w.error_of_open("sticky/f", O_RDONLY), 0);
    EXPECT_EQ(w.mkdir("sticky/mine"), 0);
}

TEST(Names, ManyEntries) {
    World w;
    w.mkdir("d");
    for (int i = 0; i < 10000; i++) ASSERT_EQ(w.touch("d/" + std::to_string(i)), 0);
    EXPECT_EQ(w.list("d").size(), 10002u);
    for (int i = 0; i < 10000; i += 2) ASSERT_EQ(w.unlink("d/" + std::to_string(i)), 0);
    EXPECT_EQ(w.list("d").size(), 5002u);
    EXPECT_EQ(w.read("d/4"), "!2");
    EXPECT_EQ(w.read("d/5"), "");
}

// A chain of removed directories held only by the innermost must not recurse when it goes.
TEST(Names, DeepRemovedChain) {
    World w;
    std::vector<Ref<Dentry>> chain;
    Ref<FsContext> context = *w.context->copy();
    const Credentials root_user{};
    for (int i = 0; i < 20000; i++) {
        const Walker who{*context, root_user};
        ASSERT_TRUE(make_directory(who, "d", 0755).ok());
        chain.push_back(context->cwd);
        context->cwd = *walk(who, "d", 0);
    }
    while (!chain.empty()) {
        const Walker who{*context, root_user, chain.back().get()};
        ASSERT_TRUE(remove_directory(who, "d").ok());
        chain.pop_back();
    }
}

TEST(RamFile, SparseAndTruncate) {
    World w;
    const usize before = host::frames_out();
    {
        auto opened = w.open("f", O_RDWR | O_CREAT);
        file& f = **opened;
        f.offset = 1ll << 40;
        EXPECT_EQ(host::write_all(f, "end"), 3u);
        EXPECT_EQ(f.inode->size(), (1ull << 40) + 3);
        EXPECT_EQ(f.inode->blocks(), 8u);
        EXPECT_EQ(*f.seek(0, SEEK_DATA), 1ll << 40);
        EXPECT_EQ(*f.seek(1ll << 40, SEEK_HOLE), (1ll << 40) + 3);
        EXPECT_TRUE(f.inode->truncate(5000).ok());
        f.offset = 0;
        EXPECT_EQ(host::read_all(f), std::string(5000, '\0'));
        f.offset = 4999;
        host::write_all(f, "xyz");
        EXPECT_TRUE(f.inode->truncate(5000).ok());
        EXPECT_TRUE(f.inode->truncate(6000).ok());
        f.offset = 4998;
        EXPECT_EQ(host::read_all(f).substr(0, 4), std::string("\0x\0\0", 4));
        EXPECT_EQ(host::error_of(f.seek(-1, SEEK_SET)), EINVAL);
    }
    w.unlink("f");
    EXPECT_EQ(host::frames_out(), before);
}

TEST(RamFile, OutOfFrames) {
    World w;
    host::set_frame_limit(host::frames_out() + 2);
    auto f = w.open("f", O_RDWR | O_CREAT);
    EXPECT_EQ(host::write_all(**f, std::string(20000, 'x')), 8192u);
    IovIter from = IovIter::of_kernel("x", 1);
    EXPECT_EQ(host::error_of((*f)->write(from, (*f)->offset)), ENOSPC);
    host::set_frame_limit(~usize{0});
}

TEST(RamFile, SpliceHandsOverFrames) {
    World w;
    std::string text;
    for (int i = 0; i < 100000; i++) text += static_cast<char>(i * 7);
    w.touch("a", text);
    auto a = w.open("a", O_RDONLY), b = w.open("b", O_RDWR | O_CREAT);
    i64 position = 10;
    usize done = 0;
    while (done < 90000) done += *(*a)->splice_to(**b, position, 90000 - done);
    EXPECT_EQ(position, 90010);
    EXPECT_EQ(w.read("b"), text.substr(10, 90000));
}

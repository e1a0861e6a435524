// The archive unpacker: what it makes, and that nothing malformed gets far.
#include "kernel/fs/cpio.h"
#include "tests/host/fs_host.h"
#include <cstdio>
#include <gtest/gtest.h>
#include <random>

namespace {
struct Builder {
    std::string bytes;
    void add(const std::string& name, u32 mode, const std::string& data = "", u32 inode = 1,
             u32 links = 1, u32 major = 0, u32 minor = 0) {
        char header[111];
        std::snprintf(header, sizeof header,
                      "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", inode, mode, 7u,
                      8u, links, 1000u, static_cast<u32>(data.size()), 0u, 0u, major, minor,
                      static_cast<u32>(name.size() + 1), 0u);
        bytes += header;
        bytes += name;
        bytes += '\0';
        pad();
        bytes += data;
        pad();
    }
    void pad() { bytes.resize((bytes.size() + 3) & ~usize{3}); }
    void end() { add("TRAILER!!!", 0); }
    std::span<const u8> span() const {
        return {reinterpret_cast<const u8*>(bytes.data()), bytes.size()};
    }
};

Builder good_archive() {
    Builder b;
    b.add(".", S_IFDIR | 0755);
    b.add("dir", S_IFDIR | 0750);
    b.add("dir/file", S_IFREG | 0640, "contents");
    b.add("dir/link", S_IFLNK | 0777, "file");
    b.add("one", S_IFREG | 0644, "", 9, 3);
    b.add("two", S_IFREG | 0644, "", 9, 3);
    b.add("three", S_IFREG | 0644, "shared", 9, 3);
    b.add("null", S_IFCHR | 0666, "", 1, 1, 1, 3);
    b.add("no/parents/here", S_IFREG | 0644, "x");
    b.end();
    return b;
}
} // namespace

TEST(Cpio, Unpacks) {
    host::World w;
    const Builder b = good_archive();
    const CpioSummary s = cpio_unpack(*w.context->root, b.span());
    EXPECT_FALSE(s.malformed);
    EXPECT_EQ(s.refused, 0u);
    EXPECT_EQ(s.entries, 9u);
    EXPECT_EQ(w.read("dir/link"), "contents");
    EXPECT_EQ(w.read("one"), "shared");
    EXPECT_EQ(w.read("no/parents/here"), "x");
    auto one = walk(w.who(), "one", 0);
    EXPECT_EQ((*one)->inode->links, 3u);
    EXPECT_EQ((*one)->inode->uid, 7u);
    EXPECT_EQ((*one)->inode->modified, s_to_ns(1000));
    auto null = walk(w.who(), "null", 0);
    EXPECT_EQ((*null)->inode->device, make_device(1, 3));
    EXPECT_EQ((*walk(w.who(), "dir", 0))->inode->mode, static_cast<u32>(S_IFDIR | 0750));
}

TEST(Cpio, TwoInARowAndReplacement) {
    host::World w;
    Builder b;
    b.add("f", S_IFREG | 0644, "first, and longer");
    b.end();
    b.bytes.append(512, '\0');
    b.add("f", S_IFREG | 0600, "second");
    b.end();
    EXPECT_FALSE(cpio_unpack(*w.context->root, b.span()).malformed);
    EXPECT_EQ(w.read("f"), "second");
}

TEST(Cpio, EveryTruncation) {
    const Builder b = good_archive();
    for (usize n = 0; n < b.bytes.size(); n++) {
        host::World w;
        // In memory of its own, so that a read beyond it is seen.
        const std::vector<u8> cut(b.span().begin(), b.span().begin() + static_cast<long>(n));
        (void)cpio_unpack(*w.context->root, cut);
    }
}

TEST(Cpio, RandomDamage) {
    const Builder b = good_archive();
    std::mt19937 random(1);
    for (int round = 0; round < 3000; round++) {
        host::World w;
        std::vector<u8> bytes(b.span().begin(), b.span().end());
        for (u32 hits = 1 + random() % 8; hits; hits--) {
            static const char digits[] = "0123456789abcdefF/\0.";
            bytes[random() % bytes.size()] =
                static_cast<u8>(random() % 2 ? digits[random() % (sizeof digits - 1)] : random());
        }
        (void)cpio_unpack(*w.context->root, bytes);
    }
}

TEST(Cpio, SaysWhereItBroke) {
    host::World w;
    Builder b;
    b.add("f", S_IFREG | 0644, "kept");
    const usize good = b.bytes.size();
    b.bytes +=
        "this is no header at all, but it is long enough to be taken for one if nobody looks "
        "at the magic, is it not?";
    CpioReader reader(b.span());
    CpioEntry entry;
    EXPECT_TRUE(*reader.next(entry));
    EXPECT_FALSE(reader.next(entry).ok());
    EXPECT_EQ(reader.offset(), good);
    EXPECT_TRUE(cpio_unpack(*w.context->root, b.span()).malformed);
    EXPECT_EQ(w.read("f"), "kept");
    const u8 gzip[] = {0x1f, 0x8b, 8, 0};
    EXPECT_TRUE(cpio_unpack(*w.context->root, gzip).malformed);
}

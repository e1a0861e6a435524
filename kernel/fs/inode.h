// Inodes and the names that lead to them. Every file system here lives in memory, so the dentry is
// the directory entry itself: a name, the directory that it is in, and the inode.
#pragma once

#include "kernel/base/credentials.h"
#include "kernel/base/list.h"
#include "kernel/base/ref.h"
#include "kernel/base/time.h"
#include "kernel/uapi/fcntl.h"
#include "kernel/uapi/stat.h"
#include <span>
#include <string_view>

struct file;
class Inode;
class Dentry;
class PageSource;
class FileSystem;
class LockTable;

// The kernel's form of a device number: 12 bits of major, 20 of minor (Linux's dev_t).
using Device = u32;
constexpr Device make_device(u32 major, u32 minor) { return major << 20 | (minor & 0xfffff); }
constexpr u32 device_major(Device device) { return device >> 20; }
constexpr u32 device_minor(Device device) { return device & 0xfffff; }
// The form that user space sees (makedev(3)) and back.
constexpr u64 encode_device(Device device) {
    const u64 major = device_major(device), minor = device_minor(device);
    return (minor & 0xff) | major << 8 | (minor & ~0xffull) << 12;
}
constexpr Device decode_device(u64 user) {
    return make_device((user >> 8) & 0xfff, (user & 0xff) | ((user >> 12) & 0xfff00));
}

// What stat(2) tells; kernel/syscall turns it into each ABI's structure. Times are ns since 1970.
struct FileStatus {
    u64 device = 0; // as encode_device() makes it
    u64 inode = 0;
    u32 mode = 0;
    u32 links = 1;
    u32 uid = 0, gid = 0;
    u64 special_device = 0;
    u64 size = 0;
    u64 blocks = 0; // of 512 bytes
    u32 block_size = 4096;
    Nanoseconds accessed = 0, modified = 0, changed = 0, born = 0;
};

// Takes the entries of a directory one by one; false when it is full (the entry wasn't taken).
// `next` is the offset to go on from after this entry.
class DirectorySink {
  public:
    virtual bool add(std::string_view name, u64 inode, u32 type, u64 next) = 0;

  protected:
    ~DirectorySink() = default;
};

class Inode : public RefCounted {
  public:
    Inode(FileSystem& fs, u32 mode, const Credentials& owner);
    virtual ~Inode();

    u32 type() const { return mode & S_IFMT; }
    bool is_directory() const { return type() == S_IFDIR; }
    bool is_symlink() const { return type() == S_IFLNK; }
    bool is_regular() const { return type() == S_IFREG; }

    // Directories. `self` is the dentry of this directory.
    // lookup: ENOENT, ENOTDIR. The others refuse with EPERM (create, link, symlink: as Linux for a
    // file system that can't), and take for granted that permissions were checked.
    virtual Result<Ref<Dentry>> lookup(Dentry& self, std::string_view name);
    virtual Result<Ref<Dentry>> create(Dentry& self, std::string_view name, u32 mode, Device device,
                                       const Credentials& owner);
    virtual Result<Ref<Dentry>> symlink(Dentry& self, std::string_view name,
                                        std::string_view target, const Credentials& owner);
    virtual Result<void> link(Dentry& self, std::string_view name, Inode& target);
    virtual Result<void> unlink(Dentry& self, Dentry& victim);
    virtual Result<void> rmdir(Dentry& self, Dentry& victim);
    // Both directories are of this file system; `replaced` may be null.
    virtual Result<void> rename(Dentry& victim, Dentry& new_parent, std::string_view new_name,
                                Dentry* replaced, bool exchange);
    // An inode without a name (O_TMPFILE): EOPNOTSUPP.
    virtual Result<Ref<Inode>> create_unnamed(u32 mode, const Credentials& owner);
    // Entries from offset `from` on (0 and 1 are "." and "..", which the caller adds).
    virtual Result<void> list(DirectorySink& sink, u64 from);

    // Symbolic links: the target's text, or (the magic links of /proc) the place itself.
    virtual Result<usize> read_link(std::span<char> to);
    virtual Result<Ref<Dentry>> follow_magic();
    virtual bool is_magic_link() const { return false; }

    // Makes the open file; the caller fills in flags, dentry and inode. ENXIO when there is none.
    virtual Result<Ref<file>> open(Dentry& self, u32 flags);
    virtual u64 size() const { return 0; }
    virtual u64 blocks() const { return 0; }
    virtual Result<void> truncate(u64 size); // EINVAL where there is nothing to cut
    virtual FileStatus status();

    void touch_modified();
    void touch_changed();
    // The contents change by whom isn't user 0: set-user-ID and set-group-ID bits go (inode(7)).
    void drop_set_id(const Credentials& writer);

    FileSystem& fs;
    u64 number;
    u32 mode;
    u32 links = 1;
    u32 uid, gid;
    Device device = 0; // of a device node
    Nanoseconds accessed, modified, changed, born;
    LockTable* locks = nullptr; // advisory locks, when there ever was one
    u32 writers = 0;            // open for writing: can't be executed (ETXTBSY)
    u32 running = 0;            // processes that run it: can't be written to (ETXTBSY)
};

class Dentry : public RefCounted {
  public:
    static constexpr usize inline_name = 32;

    // Null when memory is short.
    static Result<Ref<Dentry>> create(Dentry* parent, std::string_view name, Inode& inode);
    Dentry(Dentry* parent, Inode& inode) : parent(parent), inode(&inode) {}
    ~Dentry();

    std::string_view name() const { return {name_, name_length_}; }
    bool set_name(std::string_view name);
    bool is_root() const { return !parent; }
    // This dentry, or the root of what is mounted on it (however deep).
    Dentry& topmost();

    Ref<Dentry> parent; // null for a root, and for what has no name
    Ref<Inode> inode;
    Dentry* mounted_here = nullptr; // root of the file system that covers this directory
    Dentry* covers = nullptr;       // of a mounted root: the directory that it covers
    bool unlinked = false;
    // The directory's own: hash chain and order of listing.
    Dentry* hash_next = nullptr;
    u32 hash = 0;
    u64 cookie = 0;
    ListNode order_node;

  private:
    char* name_ = inline_;
    u32 name_length_ = 0;
    char inline_[inline_name];
};

constexpr u32 mount_rdonly = 1, mount_nosuid = 2, mount_nodev = 4, mount_noexec = 8;

// One instance of a file system: what a mount shows.
class FileSystem : public RefCounted {
  public:
    explicit FileSystem(std::string_view type);
    virtual ~FileSystem() = default;

    struct Statistics {
        u64 magic = 0, block_size = 4096, blocks = 0, free_blocks = 0, files = 0, free_files = 0;
    };
    virtual Statistics statistics() const { return {}; }
    // Nobody uses anything of it: it may be unmounted.
    virtual bool idle() const { return root->ref_count() == 1; }
    // mount(2)'s last argument. EINVAL for an option that it doesn't know.
    virtual Result<void> set_options(std::string_view options);
    // It is no longer mounted.
    virtual void unmounted() {}

    // MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC of mount(2), all of them enforced.
    u32 mount_flags = 0;
    bool has(u32 flag) const { return mount_flags & flag; }

    std::string_view type;
    Device device; // st_dev: an unnamed one, major 0
    u64 next_inode = 1;
    Ref<Dentry> root;
};

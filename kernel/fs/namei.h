// From paths to files: the walk with its links, mounts and permissions, and every call that changes
// a name. Errors are those of path_resolution(7) and of the call of the same name.
#pragma once

#include "kernel/fs/file.h"
#include "kernel/fs/fs_context.h"

// On whose behalf a path is walked. `start` is the directory of an *at call; null: the working
// directory.
struct Walker {
    FsContext& context;
    const Credentials& credentials;
    Dentry* start = nullptr;
};

constexpr u32 walk_follow = 1;    // follow a symbolic link in the last place
constexpr u32 walk_directory = 2; // the result must be a directory
constexpr u32 walk_empty = 4;     // "" stands for the start (AT_EMPTY_PATH)
constexpr int max_symlinks = 40;

Result<Ref<Dentry>> walk(const Walker& who, std::string_view path, u32 flags);

// The directory of a path and its last name, for calls that make or remove a name.
struct LastName {
    Ref<Dentry> parent;
    char name[NAME_MAX + 1];
    u16 length = 0;
    bool trailing_slash = false;
    enum class Kind : u8 { normal, root, dot, dotdot } kind = Kind::normal;

    std::string_view view() const { return {name, length}; }
};
Result<void> walk_to_parent(const Walker& who, std::string_view path, LastName& last);

constexpr u32 may_read = 4, may_write = 2, may_execute = 1;
// EACCES unless `credentials` may do all of it.
Result<void> check_permission(const Inode& inode, const Credentials& credentials, u32 what);

// open(2) in full: flags as Linux. `mode` has the umask taken off already by nobody: it is done
// here.
Result<Ref<file>> open_path(const Walker& who, std::string_view path, u32 flags, u32 mode);
// Opens what is found already.
Result<Ref<file>> open_dentry(Dentry& dentry, u32 flags);

Result<void> make_node(const Walker& who, std::string_view path, u32 mode, Device device);
// The dentry of a new node of the given mode (S_IFSOCK for bind(2) of a Unix socket): EEXIST.
Result<Ref<Dentry>> create_node(const Walker& who, std::string_view path, u32 mode, Device device);
Result<void> make_directory(const Walker& who, std::string_view path, u32 mode);
Result<void> remove_directory(const Walker& who, std::string_view path);
Result<void> unlink_path(const Walker& who, std::string_view path);
Result<void> link_path(Dentry& from, const Walker& who, std::string_view path);
Result<void> make_symlink(const Walker& who, std::string_view path, std::string_view target);
Result<void> rename_path(const Walker& from_who, std::string_view from, const Walker& to_who,
                         std::string_view to, u32 flags);
Result<void> truncate_path(const Walker& who, std::string_view path, u64 size);

// The path of `dentry` as seen from `root`, NUL-terminated, with " (deleted)" where that is so.
// Returns the length without the NUL. ENAMETOOLONG; ENOENT when `strict` (getcwd) and it has none.
Result<usize> path_of(Dentry& dentry, Dentry& root, std::span<char> to, bool strict = false);

// Listing directories, standing in one, and mounting on one.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/syscall/file.h"
#include "kernel/syscall/file_common.h"

namespace {
// The three layouts of an entry (getdents(2)). The type of the two old ones is in the last byte.
struct Dirent64 {
    using Word = u64;
    static constexpr usize name_at = 19, type_at = 18;
    static constexpr bool type_last = false;
};
struct OldDirent {
    using Word = u64;
    static constexpr usize name_at = 18, type_at = 0;
    static constexpr bool type_last = true;
};
struct CompatDirent {
    using Word = u32;
    static constexpr usize name_at = 10, type_at = 0;
    static constexpr bool type_last = true;
};

template <class Layout>
class UserSink : public DirectorySink {
  public:
    UserSink(UserPtr<void> to, usize room) : to_(to.address), room_(room) {}

    bool add(std::string_view name, u64 inode, u32 type, u64 next) override {
        using Word = typename Layout::Word;
        const usize tail = Layout::type_last ? 2 : 1; // NUL, and the type behind it
        const usize length = align_up(Layout::name_at + name.size() + tail, sizeof(Word));
        if (length > room_ - used_) {
            full_ = true;
            return false;
        }
        u8 entry[Layout::name_at + NAME_MAX + 16] = {};
        const Word number = static_cast<Word>(inode), offset = static_cast<Word>(next);
        const u16 bytes = static_cast<u16>(length);
        memcpy(entry, &number, sizeof number);
        memcpy(entry + sizeof number, &offset, sizeof offset);
        memcpy(entry + 2 * sizeof number, &bytes, sizeof bytes);
        memcpy(entry + Layout::name_at, name.data(), name.size());
        entry[Layout::type_last ? length - 1 : Layout::type_at] = static_cast<u8>(type);
        if (!copy_to_user(UserPtr<void>(to_ + used_), entry, length)) {
            fault_ = true;
            return false;
        }
        used_ += length;
        return true;
    }
    SysResult result() const {
        if (used_) return static_cast<long>(used_);
        if (fault_) return Errno{EFAULT};
        if (full_) return Errno{EINVAL}; // no room for even one
        return 0;
    }

  private:
    uptr to_;
    usize room_, used_ = 0;
    bool full_ = false, fault_ = false;
};

template <class Layout>
SysResult list_directory(int fd, UserPtr<void> to, u32 bytes) {
    Ref<file> f = TRY(get_file(fd));
    UserSink<Layout> sink(to, bytes);
    TRY(f->read_directory(sink));
    return sink.result();
}

Result<void> check_directory(const Dentry& dentry) {
    if (!dentry.inode->is_directory()) return Errno{ENOTDIR};
    return check_permission(*dentry.inode, current_credentials(), may_execute);
}

// The type and source of a mount are one page at most.
Result<std::string_view> optional_text(std::span<char> room, UserPtr<const char> from) {
    if (!from) return std::string_view{};
    return std::string_view{room.data(), TRY(copy_string_from_user(room, from))};
}
} // namespace

SysResult sys_getdents64(int fd, UserPtr<void> to, u32 bytes) {
    return list_directory<Dirent64>(fd, to, bytes);
}
SysResult sys_getdents(int fd, UserPtr<void> to, u32 bytes) {
    return list_directory<OldDirent>(fd, to, bytes);
}
SysResult compat_sys_getdents(int fd, UserPtr<void> to, u32 bytes) {
    return list_directory<CompatDirent>(fd, to, bytes);
}

// The result counts the NUL.
SysResult sys_getcwd(UserPtr<char> to, usize bytes) {
    FsContext& fs = current_fs();
    char* path = static_cast<char*>(kmalloc(PATH_MAX));
    if (!path) return Errno{ENOMEM};
    auto length = path_of(*fs.cwd, *fs.root, {path, PATH_MAX}, true);
    Result<void> copied;
    if (!length)
        copied = length.error();
    else if (*length + 1 > bytes)
        copied = Errno{ERANGE};
    else
        copied = copy_to_user(to, path, *length + 1);
    kfree(path);
    if (!copied) return copied.error();
    return static_cast<long>(*length + 1);
}

SysResult sys_chdir(UserPtr<const char> path) {
    TRY_PATH(at, AT_FDCWD, path);
    Ref<Dentry> found = TRY(at.walk(walk_follow | walk_directory));
    TRY(check_directory(*found));
    current_fs().cwd = std::move(found);
    return 0;
}
SysResult sys_fchdir(int fd) {
    Ref<file> f = TRY(current_files().get(fd));
    if (!f->dentry) return Errno{ENOTDIR};
    TRY(check_directory(*f->dentry));
    current_fs().cwd = f->dentry;
    return 0;
}
SysResult sys_chroot(UserPtr<const char> path) {
    TRY_PATH(at, AT_FDCWD, path);
    Ref<Dentry> found = TRY(at.walk(walk_follow | walk_directory));
    TRY(check_directory(*found));
    if (current_credentials().euid != 0) return Errno{EPERM};
    current_fs().root = std::move(found);
    return 0;
}

// `data`, the file system's own options, is taken by none of those here.
SysResult sys_mount(UserPtr<const char> source, UserPtr<const char> target,
                    UserPtr<const char> type, usize flags, UserPtr<const void> data) {
    constexpr usize magic = 0xc0ed0000, magic_mask = 0xffff0000; // MS_MGC_VAL of old programs
    if ((flags & magic_mask) == magic) flags &= ~magic_mask;
    PathName where;
    char source_text[64], type_text[32], options_text[256];
    const auto kind = TRY(optional_text(type_text, type));
    const auto from = TRY(optional_text(source_text, source));
    const auto options = TRY(optional_text(options_text, data.cast<const char>()));
    TRY(where.import(target));
    const Walker who{current_fs(), current_credentials()};
    return to_sys_result(mount_filesystem(who, from.empty() ? "none" : from, where.view(), kind,
                                          static_cast<u32>(flags), options));
}
SysResult sys_umount2(UserPtr<const char> target, u32 flags) {
    PathName where;
    TRY(where.import(target));
    const Walker who{current_fs(), current_credentials()};
    return to_sys_result(unmount_filesystem(who, where.view(), flags));
}
SysResult compat_sys_umount(UserPtr<const char> target) { return sys_umount2(target, 0); }

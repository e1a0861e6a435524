// Paths and starting points of the file calls.
#include "kernel/syscall/file_common.h"
#include "kernel/base/string.h"

Result<void> PathName::import(UserPtr<const char> from) {
    auto length = copy_string_from_user(short_, from);
    if (length) {
        length_ = *length;
        return {};
    }
    if (length.error().code != ENAMETOOLONG) return length.error();
    long_ = static_cast<char*>(kmalloc(PATH_MAX));
    if (!long_) return Errno{ENOMEM};
    length_ = TRY(copy_string_from_user({long_, PATH_MAX}, from));
    return {};
}

Result<void> StartingAt::set(int fd, std::string_view path) {
    if (fd == AT_FDCWD || (!path.empty() && path.front() == '/')) return {};
    held_ = TRY(current_files().get(fd));
    if (path.empty()) return {};
    if (!held_->dentry || !held_->inode->is_directory()) return Errno{ENOTDIR};
    start_ = held_->dentry.get();
    return {};
}

// The calls that make, remove and move names: checks in Linux's order, then the directory's own
// operation.
#include "kernel/fs/namei.h"

namespace {
using Kind = LastName::Kind;

Result<void> may_change(const Dentry& directory, const Credentials& credentials) {
    return check_permission(*directory.inode, credentials, may_write | may_execute);
}

// The parent and last name of something that doesn't exist yet.
Result<void> prepare_new(const Walker& who, std::string_view path, LastName& last,
                         bool is_directory) {
    TRY(walk_to_parent(who, path, last));
    if (last.kind != Kind::normal) return Errno{EEXIST};
    auto found = last.parent->inode->lookup(*last.parent, last.view());
    if (found) return Errno{EEXIST};
    if (found.error().code != ENOENT) return found.error();
    if (last.trailing_slash && !is_directory) return Errno{ENOENT};
    if (last.parent->unlinked) return Errno{ENOENT};
    return may_change(*last.parent, who.credentials);
}

// May the name go? In a sticky directory only its owner's, or the directory's owner's.
Result<void> may_remove(const Dentry& victim, const Credentials& credentials) {
    const Inode& directory = *victim.parent->inode;
    TRY(check_permission(directory, credentials, may_write | may_execute));
    if ((directory.mode & S_ISVTX) && credentials.fsuid != 0 &&
        credentials.fsuid != victim.inode->uid && credentials.fsuid != directory.uid)
        return Errno{EPERM};
    return {};
}

bool is_ancestor(const Dentry& of, const Dentry& ancestor) {
    for (const Dentry* at = &of; at; at = at->parent.get())
        if (at == &ancestor) return true;
    return false;
}

struct Rename {
    LastName from, to;
    Ref<Dentry> victim, replaced;
};

// Finds both ends. Errors in the order of Linux's do_renameat2.
Result<void> find_ends(Rename& r, u32 flags) {
    if (r.from.parent->inode->fs.device != r.to.parent->inode->fs.device) return Errno{EXDEV};
    if (r.from.kind != Kind::normal) return Errno{EBUSY};
    if (r.to.kind != Kind::normal) return Errno{(flags & RENAME_NOREPLACE) ? EEXIST : EBUSY};
    r.victim = TRY(r.from.parent->inode->lookup(*r.from.parent, r.from.view()));
    auto found = r.to.parent->inode->lookup(*r.to.parent, r.to.view());
    if (found)
        r.replaced = *found;
    else if (found.error().code != ENOENT)
        return found.error();
    if (r.replaced && (flags & RENAME_NOREPLACE)) return Errno{EEXIST};
    if (flags & RENAME_EXCHANGE) {
        if (!r.replaced) return Errno{ENOENT};
        if (!r.replaced->inode->is_directory() && r.to.trailing_slash) return Errno{ENOTDIR};
    }
    if (!r.victim->inode->is_directory()) {
        if (r.from.trailing_slash) return Errno{ENOTDIR};
        if (!(flags & RENAME_EXCHANGE) && r.to.trailing_slash) return Errno{ENOTDIR};
    }
    // A directory can't go into itself, nor onto one that it is in.
    if (is_ancestor(*r.to.parent, *r.victim)) return Errno{EINVAL};
    if (r.replaced && is_ancestor(*r.from.parent, *r.replaced))
        return Errno{(flags & RENAME_EXCHANGE) ? EINVAL : ENOTEMPTY};
    return {};
}

Result<void> check_rename(const Rename& r, const Credentials& credentials, u32 flags) {
    TRY(may_remove(*r.victim, credentials));
    if (!r.replaced) {
        if (r.to.parent->unlinked) return Errno{ENOENT};
        TRY(may_change(*r.to.parent, credentials));
    } else {
        TRY(may_remove(*r.replaced, credentials));
        if (!(flags & RENAME_EXCHANGE)) {
            const bool directory = r.victim->inode->is_directory();
            if (directory && !r.replaced->inode->is_directory()) return Errno{ENOTDIR};
            if (!directory && r.replaced->inode->is_directory()) return Errno{EISDIR};
        }
    }
    if (r.victim->mounted_here || (r.replaced && r.replaced->mounted_here)) return Errno{EBUSY};
    return {};
}
} // namespace

Result<Ref<Dentry>> create_node(const Walker& who, std::string_view path, u32 mode, Device device) {
    LastName last;
    TRY(prepare_new(who, path, last, false));
    mode = (mode & S_IFMT) | (mode & 07777 & ~who.context.umask);
    return last.parent->inode->create(*last.parent, last.view(), mode, device, who.credentials);
}

Result<void> make_node(const Walker& who, std::string_view path, u32 mode, Device device) {
    if ((mode & S_IFMT) == 0) mode |= S_IFREG;
    switch (mode & S_IFMT) {
    case S_IFREG:
    case S_IFIFO:
    case S_IFSOCK:
        device = 0;
        break;
    case S_IFCHR:
    case S_IFBLK:
        break;
    case S_IFDIR:
        return Errno{EPERM};
    default:
        return Errno{EINVAL};
    }
    LastName last;
    TRY(prepare_new(who, path, last, false));
    if (((mode & S_IFMT) == S_IFCHR || (mode & S_IFMT) == S_IFBLK) && who.credentials.fsuid != 0)
        return Errno{EPERM};
    mode = (mode & S_IFMT) | (mode & 07777 & ~who.context.umask);
    TRY(last.parent->inode->create(*last.parent, last.view(), mode, device, who.credentials));
    return {};
}

Result<void> make_directory(const Walker& who, std::string_view path, u32 mode) {
    LastName last;
    TRY(prepare_new(who, path, last, true));
    mode = S_IFDIR | (mode & 01777 & ~who.context.umask);
    TRY(last.parent->inode->create(*last.parent, last.view(), mode, 0, who.credentials));
    return {};
}

Result<void> remove_directory(const Walker& who, std::string_view path) {
    LastName last;
    TRY(walk_to_parent(who, path, last));
    switch (last.kind) {
    case Kind::root:
        return Errno{EBUSY};
    case Kind::dot:
        return Errno{EINVAL};
    case Kind::dotdot:
        return Errno{ENOTEMPTY};
    case Kind::normal:
        break;
    }
    Ref<Dentry> victim = TRY(last.parent->inode->lookup(*last.parent, last.view()));
    TRY(may_change(*last.parent, who.credentials));
    if (victim->parent) TRY(may_remove(*victim, who.credentials));
    if (!victim->inode->is_directory()) return Errno{ENOTDIR};
    if (victim->mounted_here) return Errno{EBUSY};
    return last.parent->inode->rmdir(*last.parent, *victim);
}

Result<void> unlink_path(const Walker& who, std::string_view path) {
    LastName last;
    TRY(walk_to_parent(who, path, last));
    if (last.kind != Kind::normal) return Errno{EISDIR};
    Ref<Dentry> victim = TRY(last.parent->inode->lookup(*last.parent, last.view()));
    if (last.trailing_slash) return Errno{victim->inode->is_directory() ? EISDIR : ENOTDIR};
    TRY(may_remove(*victim, who.credentials));
    if (victim->inode->is_directory()) return Errno{EISDIR};
    return last.parent->inode->unlink(*last.parent, *victim);
}

Result<void> link_path(Dentry& from, const Walker& who, std::string_view path) {
    LastName last;
    TRY(prepare_new(who, path, last, false));
    Inode& target = *from.inode;
    if (&target.fs != &last.parent->inode->fs) return Errno{EXDEV};
    if (target.is_directory()) return Errno{EPERM};
    return last.parent->inode->link(*last.parent, last.view(), target);
}

Result<void> make_symlink(const Walker& who, std::string_view path, std::string_view target) {
    if (target.empty()) return Errno{ENOENT};
    LastName last;
    TRY(prepare_new(who, path, last, false));
    TRY(last.parent->inode->symlink(*last.parent, last.view(), target, who.credentials));
    return {};
}

Result<void> rename_path(const Walker& from_who, std::string_view from, const Walker& to_who,
                         std::string_view to, u32 flags) {
    if (flags & ~static_cast<u32>(RENAME_NOREPLACE | RENAME_EXCHANGE)) return Errno{EINVAL};
    if ((flags & RENAME_NOREPLACE) && (flags & RENAME_EXCHANGE)) return Errno{EINVAL};
    Rename r;
    TRY(walk_to_parent(from_who, from, r.from));
    TRY(walk_to_parent(to_who, to, r.to));
    TRY(find_ends(r, flags));
    if (r.replaced && r.replaced->inode == r.victim->inode) return {};
    TRY(check_rename(r, from_who.credentials, flags));
    return r.from.parent->inode->rename(*r.victim, *r.to.parent, r.to.view(), r.replaced.get(),
                                        (flags & RENAME_EXCHANGE) != 0);
}

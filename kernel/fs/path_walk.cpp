// path_resolution(7): component by component, with links, mounts and search permission.
#include "kernel/fs/path_walk.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

namespace {
std::string_view without_slashes(std::string_view path) {
    while (!path.empty() && path.front() == '/') path.remove_prefix(1);
    return path;
}

void classify(LastName& last, std::string_view name, bool trailing) {
    last.length = static_cast<u16>(copy_string(last.name, sizeof last.name, name));
    last.trailing_slash = trailing;
    last.kind = name == "."    ? LastName::Kind::dot
                : name == ".." ? LastName::Kind::dotdot
                               : LastName::Kind::normal;
}
} // namespace

PathWalk::PathWalk(const Walker& who)
    : at(who.start ? who.start : who.context.cwd.get()), who_(who) {}

PathWalk::~PathWalk() { kfree(text_); }

Result<void> PathWalk::begin(std::string_view path) {
    if (path.front() == '/') at = who_.context.root;
    return {};
}

void PathWalk::go_up() {
    if (at == who_.context.root) return;
    Dentry* place = at.get();
    while (!place->parent && place->covers && place != who_.context.root.get())
        place = place->covers;
    if (place->parent) place = &place->parent->topmost();
    at = Ref<Dentry>(place);
}

Result<void> PathWalk::step(std::string_view name) {
    if (name == ".") return {};
    if (name == "..") {
        go_up();
        return {};
    }
    Ref<Dentry> child = TRY(at->inode->lookup(*at, name));
    at = child->mounted_here ? Ref<Dentry>(child->topmost()) : std::move(child);
    return {};
}

Result<void> PathWalk::enter_link(Dentry& link, std::string_view tail, std::string_view& rest) {
    if (++links_ > max_symlinks) return Errno{ELOOP};
    if (link.inode->is_magic_link()) {
        at = TRY(link.inode->follow_magic());
        rest = without_slashes(tail);
        return {};
    }
    char* text = static_cast<char*>(kmalloc(PATH_MAX));
    if (!text) return Errno{ENOMEM};
    auto length = link.inode->read_link({text, PATH_MAX});
    if (!length || *length == 0 || *length + tail.size() > PATH_MAX) {
        kfree(text);
        return length && *length ? Errno{ENAMETOOLONG} : length ? Errno{ENOENT} : length.error();
    }
    if (!tail.empty())
        memcpy(text + *length, tail.data(),
               tail.size()); // before the old text, which it is in, goes
    kfree(text_);
    text_ = text;
    rest = {text, *length + tail.size()};
    return begin(rest);
}

Result<void> PathWalk::run(std::string_view path, u32 flags, LastName* last) {
    if (path.empty()) return (flags & walk_empty) ? Result<void>{} : Errno{ENOENT};
    TRY(begin(path));
    bool trailing = false;
    for (path = without_slashes(path); !path.empty();) {
        if (!at->inode->is_directory()) return Errno{ENOTDIR};
        TRY(check_permission(*at->inode, who_.credentials, may_execute));
        const usize length = min(path.find('/'), path.size());
        if (length > NAME_MAX) return Errno{ENAMETOOLONG};
        const std::string_view name = path.substr(0, length);
        const std::string_view tail = path.substr(length);
        const std::string_view after = without_slashes(tail);
        trailing = after.empty() && !tail.empty();
        if (last && after.empty()) {
            classify(*last, name, trailing);
            last->parent = at;
            return {};
        }
        Ref<Dentry> directory = at;
        TRY(step(name));
        path = after;
        const bool follow = !after.empty() || trailing || (flags & walk_follow);
        if (at->inode->is_symlink() && follow) {
            Ref<Dentry> link = std::move(at);
            at = std::move(directory);
            TRY(enter_link(*link, tail, path));
            path = without_slashes(path);
        }
    }
    if (last) {
        last->kind = LastName::Kind::root;
        last->parent = at;
    }
    if ((trailing || (flags & walk_directory)) && !at->inode->is_directory()) return Errno{ENOTDIR};
    return {};
}

Result<Ref<Dentry>> walk(const Walker& who, std::string_view path, u32 flags) {
    PathWalk walk(who);
    TRY(walk.run(path, flags));
    return std::move(walk.at);
}

Result<void> walk_to_parent(const Walker& who, std::string_view path, LastName& last) {
    PathWalk walk(who);
    return walk.run(path, 0, &last);
}

Result<void> check_permission(const Inode& inode, const Credentials& credentials, u32 what) {
    const bool stored = inode.is_regular() || inode.is_directory() || inode.is_symlink();
    if ((what & may_write) && stored && inode.fs.has(mount_rdonly)) return Errno{EROFS};
    if ((what & may_execute) && inode.is_regular() && inode.fs.has(mount_noexec))
        return Errno{EACCES};
    if (credentials.fsuid == 0) {
        // Executing a file takes at least one x bit, even for user 0.
        if ((what & may_execute) && !inode.is_directory() && !(inode.mode & 0111))
            return Errno{EACCES};
        return {};
    }
    u32 bits = inode.mode;
    if (inode.uid == credentials.fsuid)
        bits >>= 6;
    else if (credentials.in_group(inode.gid))
        bits >>= 3;
    if ((bits & what) != what) return Errno{EACCES};
    return {};
}

// Written from the end: the last name first.
Result<usize> path_of(Dentry& dentry, Dentry& root, std::span<char> to, bool strict) {
    usize start = to.size();
    const bool gone = dentry.unlinked;
    auto prepend = [&](std::string_view text) {
        if (text.size() > start) return false;
        start -= text.size();
        memcpy(to.data() + start, text.data(), text.size());
        return true;
    };
    if (start == 0) return Errno{ENAMETOOLONG};
    to[--start] = 0;
    if (gone && strict) return Errno{ENOENT};
    if (gone && !prepend(" (deleted)")) return Errno{ENAMETOOLONG};
    const Dentry* at = &dentry;
    bool any = false;
    while (at != &root) {
        if (!at->parent && at->covers) {
            at = at->covers;
            continue;
        }
        if (!at->parent) break;
        if (!prepend(at->name()) || !prepend("/")) return Errno{ENAMETOOLONG};
        any = true;
        at = at->parent.get();
    }
    if (!any && !prepend("/")) return Errno{ENAMETOOLONG};
    const usize length = to.size() - start;
    memmove(to.data(), to.data() + start, length);
    return length - 1;
}

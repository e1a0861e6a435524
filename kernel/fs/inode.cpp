// What all inodes and dentries share; an inode refuses whatever its kind doesn't override.
#include "kernel/fs/inode.h"
#include "kernel/base/clock.h"
#include "kernel/base/string.h"
#include "kernel/fs/file.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/locks.h"

Inode::Inode(FileSystem& fs, u32 mode, const Credentials& owner)
    : fs(fs), number(fs.next_inode++), mode(mode), uid(owner.fsuid), gid(owner.fsgid) {
    accessed = modified = changed = born = clock_realtime();
}

Inode::~Inode() { destroy_locks(locks); }

Result<Ref<Dentry>> Inode::lookup(Dentry&, std::string_view) { return Errno{ENOTDIR}; }
Result<Ref<Dentry>> Inode::create(Dentry&, std::string_view, u32, Device, const Credentials&) {
    return Errno{EPERM};
}
Result<Ref<Dentry>> Inode::symlink(Dentry&, std::string_view, std::string_view,
                                   const Credentials&) {
    return Errno{EPERM};
}
Result<void> Inode::link(Dentry&, std::string_view, Inode&) { return Errno{EPERM}; }
Result<void> Inode::unlink(Dentry&, Dentry&) { return Errno{EPERM}; }
Result<void> Inode::rmdir(Dentry&, Dentry&) { return Errno{EPERM}; }
Result<void> Inode::rename(Dentry&, Dentry&, std::string_view, Dentry*, bool) {
    return Errno{EPERM};
}
Result<Ref<Inode>> Inode::create_unnamed(u32, const Credentials&) { return Errno{EOPNOTSUPP}; }
Result<void> Inode::list(DirectorySink&, u64) { return Errno{ENOTDIR}; }
Result<usize> Inode::read_link(std::span<char>) { return Errno{EINVAL}; }
Result<Ref<Dentry>> Inode::follow_magic() { return Errno{ENXIO}; }
Result<void> Inode::truncate(u64) { return Errno{EINVAL}; }

Result<Ref<file>> Inode::open(Dentry&, u32 flags) {
    if (type() == S_IFCHR) return open_device(device, flags);
    return Errno{ENXIO};
}

FileStatus Inode::status() {
    FileStatus s;
    s.device = encode_device(fs.device);
    s.inode = number;
    s.mode = mode;
    s.links = links;
    s.uid = uid;
    s.gid = gid;
    s.special_device = encode_device(device);
    s.size = size();
    s.blocks = blocks();
    s.accessed = accessed;
    s.modified = modified;
    s.changed = changed;
    s.born = born;
    return s;
}

void Inode::touch_modified() { modified = changed = clock_realtime(); }
void Inode::touch_changed() { changed = clock_realtime(); }

Result<void> FileSystem::set_options(std::string_view options) {
    if (!options.empty()) return Errno{EINVAL};
    return {};
}

void Inode::drop_set_id(const Credentials& writer) {
    if (!is_regular() || !(mode & (S_ISUID | S_ISGID)) || writer.fsuid == 0) return;
    mode &= ~static_cast<u32>(S_ISUID);
    if (mode & S_IXGRP) mode &= ~static_cast<u32>(S_ISGID);
}

Result<Ref<Dentry>> Dentry::create(Dentry* parent, std::string_view name, Inode& inode) {
    Ref<Dentry> made = TRY(make_ref<Dentry>(parent, inode));
    if (!made->set_name(name)) return Errno{ENOMEM};
    return made;
}

// A chain of removed directories may be as long as memory: no recursion.
Dentry::~Dentry() {
    if (name_ != inline_) kfree(name_);
    Dentry* up = parent.release();
    while (up && up->unref()) {
        Dentry* next = up->parent.release();
        up->~Dentry();
        kfree(up);
        up = next;
    }
}

bool Dentry::set_name(std::string_view name) {
    char* room = inline_;
    if (name.size() > inline_name) {
        room = static_cast<char*>(kmalloc(name.size()));
        if (!room) return false;
    }
    memmove(room, name.data(), name.size());
    if (name_ != inline_) kfree(name_);
    name_ = room;
    name_length_ = static_cast<u32>(name.size());
    return true;
}

Dentry& Dentry::topmost() {
    Dentry* top = this;
    while (top->mounted_here) top = top->mounted_here;
    return *top;
}

FileSystem::FileSystem(std::string_view type) : type(type) {
    static u32 next_minor = 1;
    device = make_device(0, next_minor++);
}

u64 anonymous_inode_number() {
    static u64 next = 1;
    return next++;
}

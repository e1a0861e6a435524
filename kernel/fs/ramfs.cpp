// Directories, links and special files of the file system in memory.
#include "kernel/fs/ramfs.h"
#include "kernel/base/clock.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/pipe.h"

namespace {
class RamSymlink : public Inode {
  public:
    RamSymlink(FileSystem& fs, const Credentials& owner, char* target, usize length)
        : Inode(fs, S_IFLNK | 0777, owner), target_(target), length_(length) {}
    ~RamSymlink() override { kfree(target_); }
    Result<usize> read_link(std::span<char> to) override {
        const usize n = min(to.size(), length_);
        memcpy(to.data(), target_, n);
        return n;
    }
    u64 size() const override { return length_; }

  private:
    char* target_;
    usize length_;
};

class RamFifo : public Inode {
  public:
    using Inode::Inode;
    Result<Ref<file>> open(Dentry&, u32 flags) override { return open_fifo(pipe_, flags); }

  private:
    Ref<Pipe> pipe_; // while anyone has it open
};

u32 hash_name(std::string_view name) {
    u32 hash = 2166136261u; // FNV-1a
    for (char c : name) hash = (hash ^ static_cast<u8>(c)) * 16777619u;
    return hash;
}

template <class T>
Result<Ref<Inode>> make_inode(FileSystem& fs, u32 mode, const Credentials& owner) {
    return Ref<Inode>(TRY(make_ref<T>(fs, mode, owner)));
}

Result<Ref<Inode>> make_inode_of_type(FileSystem& fs, u32 mode, const Credentials& owner) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return make_inode<RamDirectory>(fs, mode, owner);
    case S_IFREG:
        return make_inode<RamFile>(fs, mode, owner);
    case S_IFIFO:
        return make_inode<RamFifo>(fs, mode, owner);
    default:
        return make_inode<Inode>(fs, mode, owner);
    }
}
} // namespace

Result<Ref<RamFs>> RamFs::create(std::string_view type, u32 root_mode) {
    Ref<RamFs> fs = TRY(make_ref<RamFs>(type));
    Ref<Inode> root = TRY(make_inode<RamDirectory>(*fs, S_IFDIR | root_mode, Credentials{}));
    root->links = 2;
    fs->root = TRY(Dentry::create(nullptr, "/", *root));
    return fs;
}

FileSystem::Statistics RamFs::statistics() const {
    Statistics s;
    s.magic = 0x01021994; // TMPFS_MAGIC
    const u64 all = file_frames_limit();
    s.blocks = min(all, quota.limit);
    s.free_blocks = min(all - min(all, file_frames()), memory_statistics().free_frames);
    s.free_blocks = min(s.free_blocks, quota.limit - quota.used);
    s.files = s.blocks;
    s.free_files = s.free_blocks;
    return s;
}

namespace {
// "64", "64k", "1m", "50%" (of the memory). EINVAL.
Result<u64> parse_size(std::string_view text) {
    u64 value = 0;
    usize at = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; at++)
        if (__builtin_mul_overflow(value, u64{10}, &value) ||
            __builtin_add_overflow(value, static_cast<u64>(text[at] - '0'), &value))
            return Errno{EINVAL};
    const std::string_view unit = text.substr(at);
    if (at == 0 || unit.size() > 1) return Errno{EINVAL};
    if (unit.empty()) return value;
    if (unit == "%") return memory_statistics().total_frames * page_size / 100 * value;
    constexpr std::string_view units = "kmg";
    const usize power = units.find(static_cast<char>(unit[0] | 0x20));
    if (power == units.npos || value >> 24) return Errno{EINVAL};
    return value << 10 * (power + 1);
}

Result<u32> parse_number(std::string_view text, u32 base) {
    if (text.empty() || text.size() > 9) return Errno{EINVAL};
    u32 value = 0;
    for (char c : text) {
        if (c < '0' || static_cast<u32>(c - '0') >= base) return Errno{EINVAL};
        value = value * base + static_cast<u32>(c - '0');
    }
    return value;
}
} // namespace

Result<void> RamFs::set_options(std::string_view options) {
    while (!options.empty()) {
        const std::string_view option = options.substr(0, options.find(','));
        options.remove_prefix(min(option.size() + 1, options.size()));
        const usize sign = min(option.find('='), option.size());
        const std::string_view name = option.substr(0, sign);
        const std::string_view value = option.substr(min(sign + 1, option.size()));
        if (name == "size")
            quota.limit = div_up(TRY(parse_size(value)), page_size);
        else if (name == "nr_blocks")
            quota.limit = TRY(parse_size(value));
        else if (name == "mode")
            root->inode->mode = S_IFDIR | (TRY(parse_number(value, 8)) & 07777);
        else if (name == "uid")
            root->inode->uid = TRY(parse_number(value, 10));
        else if (name == "gid")
            root->inode->gid = TRY(parse_number(value, 10));
        else if (!option.empty())
            return Errno{EINVAL};
    }
    if (!quota.limit) quota.limit = ~u64{0}; // tmpfs(5): 0 is no limit
    return {};
}

// Every dentry is held by its directory and by its children, and by nobody else; the root by the
// file system.
bool RamFs::idle() const {
    Dentry* at = root.get();
    while (at) {
        auto* directory =
            at->inode->is_directory() ? static_cast<RamDirectory*>(at->inode.get()) : nullptr;
        const usize children = directory ? directory->count() : 0;
        if (at->ref_count() != 1 + children || at->mounted_here) return false;
        if (!directory && at->inode->ref_count() != at->inode->links) return false;
        Dentry* next = directory ? directory->first() : nullptr;
        while (!next && at->parent) {
            next = static_cast<RamDirectory*>(at->parent->inode.get())->after(*at);
            if (!next) at = at->parent.get();
        }
        at = next;
    }
    return true;
}

// Takes the tree apart, the deepest first and without recursion: it may be deeper than the stack.
// /dev is there to stay.
void RamFs::unmounted() {
    if (type == "devtmpfs") return;
    Dentry* at = root.get();
    while (at) {
        auto* directory = static_cast<RamDirectory*>(at->inode.get());
        Dentry* child = directory->first();
        if (!child) {
            at = at->parent.get();
            continue;
        }
        if (child->inode->is_directory() && static_cast<RamDirectory&>(*child->inode).count())
            at = child;
        else
            directory->remove(*child);
    }
    root.reset();
}

RamDirectory::~RamDirectory() {
    while (Dentry* entry = order_.front()) remove(*entry);
    kfree(buckets_);
}

Result<void> RamDirectory::make_room() {
    if (count_ < bucket_count_) return {};
    const u32 wanted = bucket_count_ ? bucket_count_ * 2 : 8;
    auto** buckets = static_cast<Dentry**>(kmalloc(wanted * sizeof(Dentry*)));
    if (!buckets) return Errno{ENOSPC};
    memset(buckets, 0, wanted * sizeof(Dentry*));
    for (Dentry& entry : order_) {
        Dentry*& bucket = buckets[entry.hash & (wanted - 1)];
        entry.hash_next = bucket;
        bucket = &entry;
    }
    kfree(buckets_);
    buckets_ = buckets;
    bucket_count_ = wanted;
    return {};
}

Result<void> RamDirectory::insert(Ref<Dentry> entry) {
    TRY(make_room());
    Dentry* raw = entry.release();
    raw->hash = hash_name(raw->name());
    raw->cookie = next_cookie_++;
    raw->unlinked = false;
    Dentry*& bucket = buckets_[raw->hash & (bucket_count_ - 1)];
    raw->hash_next = bucket;
    bucket = raw;
    order_.push_back(*raw);
    count_++;
    return {};
}

Ref<Dentry> RamDirectory::remove(Dentry& entry) {
    Dentry** link = &buckets_[entry.hash & (bucket_count_ - 1)];
    while (*link != &entry) link = &(*link)->hash_next;
    *link = entry.hash_next;
    entry.hash_next = nullptr;
    order_.remove(entry);
    count_--;
    entry.unlinked = true;
    return Ref<Dentry>::adopt(&entry);
}

Result<Ref<Dentry>> RamDirectory::lookup(Dentry&, std::string_view name) {
    if (!bucket_count_) return Errno{ENOENT};
    const u32 hash = hash_name(name);
    for (Dentry* at = buckets_[hash & (bucket_count_ - 1)]; at; at = at->hash_next)
        if (at->hash == hash && at->name() == name) return Ref<Dentry>(at);
    return Errno{ENOENT};
}

// A directory with the set-group-ID bit hands its group on (inode(7)).
void RamDirectory::inherit(Inode& child) const {
    if (!(mode & S_ISGID)) return;
    child.gid = gid;
    if (child.is_directory()) child.mode |= S_ISGID;
}

Result<Ref<Dentry>> RamDirectory::add(Dentry& self, std::string_view name, Ref<Inode> inode) {
    Ref<Dentry> entry = TRY(Dentry::create(&self, name, *inode));
    TRY(insert(entry));
    touch_modified();
    return entry;
}

Result<Ref<Dentry>> RamDirectory::create(Dentry& self, std::string_view name, u32 new_mode,
                                         Device new_device, const Credentials& owner) {
    Ref<Inode> inode = TRY(make_inode_of_type(fs, new_mode, owner));
    inode->device = new_device;
    inherit(*inode);
    Ref<Dentry> made = TRY(add(self, name, inode));
    if (inode->is_directory()) {
        inode->links = 2;
        links++;
    }
    return made;
}

Result<Ref<Dentry>> RamDirectory::symlink(Dentry& self, std::string_view name,
                                          std::string_view target, const Credentials& owner) {
    char* text = static_cast<char*>(kmalloc(max<usize>(target.size(), 1)));
    if (!text) return Errno{ENOMEM};
    memcpy(text, target.data(), target.size());
    auto made = make_ref<RamSymlink>(fs, owner, text, target.size());
    if (!made) {
        kfree(text);
        return made.error();
    }
    Ref<Inode> inode = *made;
    inherit(*inode);
    return add(self, name, inode);
}

Result<void> RamDirectory::link(Dentry& self, std::string_view name, Inode& target) {
    TRY(add(self, name, Ref<Inode>(target)));
    target.links++;
    target.touch_changed();
    return {};
}

Result<void> RamDirectory::unlink(Dentry&, Dentry& victim) {
    Ref<Dentry> gone = remove(victim);
    victim.inode->links--;
    victim.inode->touch_changed();
    touch_modified();
    return {};
}

Result<void> RamDirectory::rmdir(Dentry&, Dentry& victim) {
    if (static_cast<RamDirectory&>(*victim.inode).count_) return Errno{ENOTEMPTY};
    Ref<Dentry> gone = remove(victim);
    victim.inode->links = 0;
    victim.inode->touch_changed();
    links--;
    touch_modified();
    return {};
}

Result<Ref<Inode>> RamDirectory::create_unnamed(u32 new_mode, const Credentials& owner) {
    Ref<Inode> inode = TRY(make_ram_file(fs, new_mode, owner));
    inherit(*inode);
    return inode;
}

// Everything that can fail comes before the first change.
Result<void> RamDirectory::rename(Dentry& victim, Dentry& new_parent, std::string_view new_name,
                                  Dentry* replaced, bool exchange) {
    auto& target = static_cast<RamDirectory&>(*new_parent.inode);
    const bool moves_directory = victim.inode->is_directory();
    if (replaced && !exchange && replaced->inode->is_directory() &&
        static_cast<RamDirectory&>(*replaced->inode).count_)
        return Errno{ENOTEMPTY};
    Ref<Dentry> old_parent = victim.parent;
    if (!exchange && !replaced) TRY(target.make_room());
    char old_name[NAME_MAX + 1];
    const usize old_length = copy_string(old_name, sizeof old_name, victim.name());
    if (exchange && !replaced->set_name({old_name, old_length})) return Errno{ENOMEM};
    if (!victim.set_name(new_name)) {
        if (exchange) (void)replaced->set_name(new_name); // fits where it just was
        return Errno{ENOMEM};
    }
    Ref<Dentry> moved = remove(victim);
    if (replaced) {
        Ref<Dentry> other = target.remove(*replaced);
        if (exchange) {
            other->parent = old_parent;
            (void)insert(other); // takes the room that the victim left
            if (other->inode->is_directory()) {
                target.links--;
                links++;
            }
        } else if (other->inode->is_directory()) {
            other->inode->links = 0;
            target.links--;
        } else {
            other->inode->links--;
        }
        other->inode->touch_changed();
    }
    moved->parent = Ref<Dentry>(new_parent);
    moved->inode->touch_changed();
    (void)target.insert(moved);
    if (moves_directory) {
        links--;
        target.links++;
    }
    touch_modified();
    target.touch_modified();
    return {};
}

Result<void> RamDirectory::list(DirectorySink& sink, u64 from) {
    for (Dentry& entry : order_) {
        if (entry.cookie < from) continue;
        const Inode& inode = *entry.inode;
        if (!sink.add(entry.name(), inode.number, inode.type() >> 12, entry.cookie + 1)) break;
    }
    return {};
}

Result<Ref<file>> RamDirectory::open(Dentry&, u32 flags) { return open_directory(flags); }

Result<Ref<Inode>> make_ram_file(FileSystem& fs, u32 mode, const Credentials& owner) {
    return make_inode<RamFile>(fs, mode, owner);
}

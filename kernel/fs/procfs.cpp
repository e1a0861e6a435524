// The tree of /proc: registered names, then whatever the provider of processes adds.
#include "kernel/fs/procfs.h"
#include "kernel/base/assert.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/file.h"
#include "kernel/fs/ramfs.h"

namespace {
const Credentials root_user{};
ProcProvider provider{};

struct ProcFs : FileSystem {
    ProcFs() : FileSystem("proc") {}
    Statistics statistics() const override {
        Statistics s;
        s.magic = 0x9fa0; // PROC_SUPER_MAGIC
        return s;
    }
};

class ProcFile : public Inode {
  public:
    ProcFile(u32 permissions, const Credentials& owner, ProcShow show, u64 context, ProcStore store)
        : Inode(proc_filesystem(), S_IFREG | permissions, owner), show(show), store(store),
          context(context) {}
    Result<Ref<file>> open(Dentry& self, u32 flags) override;
    Result<void> truncate(u64) override { return {}; } // what `>` in a shell does first

    const ProcShow show;
    const ProcStore store;
    const u64 context;
};

// The text is made when reading begins, and anew whenever it begins again.
struct OpenProcFile : file {
    static constexpr usize max_stored = 64 << 10; // bytes of one write: a table of rules

    explicit OpenProcFile(u32 flags) : file(flags) { seekable = true; }

    ProcFile& proc() const { return static_cast<ProcFile&>(*inode); }

    Result<usize> read(IovIter& to, i64& position) override {
        if (!proc().show) return Errno{EIO};
        if (position == 0 || !text) {
            text = TRY(make_box<TextBuffer>());
            proc().show(*text, proc().context);
            if (text->failed()) return Errno{ENOMEM};
        }
        const std::string_view all = text->text();
        const usize start = min<usize>(static_cast<usize>(position), all.size());
        const usize wanted = min(all.size() - start, to.remaining());
        const usize n = to.copy_to(all.data() + start, wanted);
        if (!n && wanted) return Errno{EFAULT};
        position += static_cast<i64>(n);
        return n;
    }
    Result<usize> write(IovIter& from, i64& position) override {
        if (!proc().store) return Errno{EIO};
        const usize wanted = from.remaining();
        if (wanted > max_stored) return Errno{EINVAL};
        Box<char> taken(static_cast<char*>(kmalloc(wanted + 1)));
        if (!taken) return Errno{ENOMEM};
        if (from.copy_from(taken.get(), wanted) < wanted) return Errno{EFAULT};
        TRY(proc().store({taken.get(), wanted}, proc().context));
        position += static_cast<i64>(wanted);
        return wanted;
    }

    Box<TextBuffer> text;
};

Result<Ref<file>> ProcFile::open(Dentry&, u32 flags) {
    return Ref<file>(TRY(make_ref<OpenProcFile>(flags)));
}

class ProcLink : public Inode {
  public:
    ProcLink(const Credentials& owner, ProcShow target, ProcFollow follow, u64 context)
        : Inode(proc_filesystem(), S_IFLNK | 0777, owner), target_(target), follow_(follow),
          context_(context) {}
    Result<usize> read_link(std::span<char> to) override {
        TextBuffer text;
        target_(text, context_);
        if (text.failed()) return Errno{ENOMEM};
        if (text.text().empty()) return Errno{ENOENT};
        const usize n = min(text.text().size(), to.size());
        memcpy(to.data(), text.text().data(), n);
        return n;
    }
    bool is_magic_link() const override { return follow_ != nullptr; }
    Result<Ref<Dentry>> follow_magic() override { return follow_(context_); }

  private:
    const ProcShow target_;
    const ProcFollow follow_;
    const u64 context_;
};

// A directory whose names stay once they are registered.
class FixedDirectory : public ProcDirectory {
  public:
    explicit FixedDirectory(bool is_root = false)
        : ProcDirectory(0555, root_user), is_root_(is_root) {}

    struct Name {
        ListNode node;
        std::string_view name;
        Ref<Inode> inode;
    };
    Name* find_name(std::string_view name) {
        for (Name& n : names_)
            if (n.name == name) return &n;
        return nullptr;
    }
    Result<void> add(std::string_view name, Ref<Inode> inode) {
        Name& n = *TRY(make_box<Name>()).release();
        n.name = name;
        n.inode = std::move(inode);
        names_.push_back(n);
        return {};
    }
    Result<Ref<Inode>> find(std::string_view name) override {
        if (Name* n = find_name(name)) return n->inode;
        if (is_root_ && provider.find) return provider.find(name);
        return Errno{ENOENT};
    }
    void list_entries(DirectorySink& sink, u64 from) override {
        u64 cookie = 2;
        for (Name& n : names_) {
            if (cookie++ < from) continue;
            if (!sink.add(n.name, n.inode->number, n.inode->type() >> 12, cookie)) return;
        }
        if (is_root_ && provider.list) provider.list(sink, max(from, proc_first_dynamic));
    }

  private:
    List<Name, &Name::node> names_;
    const bool is_root_;
};

FixedDirectory& proc_root() {
    static FixedDirectory* root;
    if (!root) {
        auto made = make_ref<FixedDirectory>(true);
        ASSERT(made.ok());
        root = (*made).release();
    }
    return *root;
}

Result<FixedDirectory*> directory_for(FixedDirectory& in, std::string_view name) {
    if (auto* found = in.find_name(name)) return static_cast<FixedDirectory*>(found->inode.get());
    Ref<FixedDirectory> made = TRY(make_ref<FixedDirectory>());
    FixedDirectory* raw = made.get();
    TRY(in.add(name, Ref<Inode>(std::move(made))));
    in.links++;
    return raw;
}

Result<void> add_path(std::string_view path, Ref<Inode> inode) {
    FixedDirectory* at = &proc_root();
    for (;;) {
        const usize slash = path.find('/');
        if (slash == path.npos) return at->add(path, std::move(inode));
        at = TRY(directory_for(*at, path.substr(0, slash)));
        path.remove_prefix(slash + 1);
    }
}

void report(const char* path, Result<void> result) {
    if (!result) kprintf("procfs: %s: error %d\n", path, result.error().code);
}
} // namespace

FileSystem& proc_filesystem() {
    static ProcFs* fs;
    if (!fs) {
        auto made = make_ref<ProcFs>();
        ASSERT(made.ok());
        fs = (*made).release();
        auto root = Dentry::create(nullptr, "/", proc_root());
        ASSERT(root.ok());
        fs->root = *root;
    }
    return *fs;
}

void proc_register(const char* path, ProcShow show, ProcStore store, u64 context) {
    auto inode = make_proc_file(store ? 0644 : 0444, root_user, show, context, store);
    report(path, inode ? add_path(path, *inode) : Result<void>(inode.error()));
}

void proc_register_link(const char* path, ProcShow target, u64 context) {
    auto inode = make_proc_link(root_user, target, context);
    report(path, inode ? add_path(path, *inode) : Result<void>(inode.error()));
}

void proc_register_provider(const ProcProvider& added) { provider = added; }

Result<Ref<Inode>> make_proc_file(u32 permissions, const Credentials& owner, ProcShow show,
                                  u64 context, ProcStore store) {
    return Ref<Inode>(TRY(make_ref<ProcFile>(permissions, owner, show, context, store)));
}

Result<Ref<Inode>> make_proc_link(const Credentials& owner, ProcShow target, u64 context) {
    return make_proc_magic_link(owner, target, nullptr, context);
}

Result<Ref<Inode>> make_proc_magic_link(const Credentials& owner, ProcShow target,
                                        ProcFollow follow, u64 context) {
    return Ref<Inode>(TRY(make_ref<ProcLink>(owner, target, follow, context)));
}

ProcDirectory::ProcDirectory(u32 permissions, const Credentials& owner)
    : Inode(proc_filesystem(), S_IFDIR | permissions, owner) {
    links = 2;
}

Result<Ref<Dentry>> ProcDirectory::lookup(Dentry& self, std::string_view name) {
    Ref<Inode> inode = TRY(find(name));
    return Dentry::create(&self, name, *inode);
}

Result<void> ProcDirectory::list(DirectorySink& sink, u64 from) {
    list_entries(sink, from);
    return {};
}

Result<Ref<file>> ProcDirectory::open(Dentry&, u32 flags) { return open_directory(flags); }

// The file system in memory: the root, /dev and every tmpfs are instances of it.
#pragma once

#include "kernel/fs/file.h"
#include "kernel/fs/page_tree.h"

class RamFs : public FileSystem {
  public:
    // With an empty root directory. `type`: "rootfs", "tmpfs", "devtmpfs".
    static Result<Ref<RamFs>> create(std::string_view type, u32 root_mode = 0755);
    explicit RamFs(std::string_view type) : FileSystem(type) {}
    Statistics statistics() const override;
    bool idle() const override;
    void unmounted() override;
    // tmpfs(5): size (bytes, k, m, g or %), nr_blocks, mode, uid, gid.
    Result<void> set_options(std::string_view options) override;

    FrameQuota quota; // of the contents of files
};

// A file without a name, its pages in memory: O_TMPFILE and memfd_create.
Result<Ref<Inode>> make_ram_file(FileSystem& fs, u32 mode, const Credentials& owner);

class RamFile : public Inode {
  public:
    RamFile(FileSystem& fs, u32 mode, const Credentials& owner) : Inode(fs, mode, owner) {
        pages.quota = &static_cast<RamFs&>(fs).quota;
    }
    Result<Ref<file>> open(Dentry& self, u32 flags) override;
    u64 size() const override { return size_; }
    u64 blocks() const override { return pages.count() * (page_size / 512); }
    Result<void> truncate(u64 size) override;

    Result<usize> read(IovIter& to, u64 position);
    Result<usize> write(IovIter& from, u64 position);
    // fallocate(2): room for the range, or a hole in its place.
    Result<void> reserve(u64 start, u64 length, bool keep_size);
    void punch(u64 start, u64 length);

    PageTree pages;
    u32 page_sources = 0; // mappings may show pages of this file

  private:
    void zero_part(u64 from, u64 to);
    void drop_pages(u64 first, u64 last, bool truncated);

    u64 size_ = 0;
};

class RamDirectory : public Inode {
  public:
    using Inode::Inode;
    ~RamDirectory() override;
    Result<Ref<Dentry>> lookup(Dentry& self, std::string_view name) override;
    Result<Ref<Dentry>> create(Dentry& self, std::string_view name, u32 mode, Device device,
                               const Credentials& owner) override;
    Result<Ref<Dentry>> symlink(Dentry& self, std::string_view name, std::string_view target,
                                const Credentials& owner) override;
    Result<void> link(Dentry& self, std::string_view name, Inode& target) override;
    Result<void> unlink(Dentry& self, Dentry& victim) override;
    Result<void> rmdir(Dentry& self, Dentry& victim) override;
    Result<void> rename(Dentry& victim, Dentry& new_parent, std::string_view new_name,
                        Dentry* replaced, bool exchange) override;
    Result<Ref<Inode>> create_unnamed(u32 mode, const Credentials& owner) override;
    Result<void> list(DirectorySink& sink, u64 from) override;
    Result<Ref<file>> open(Dentry& self, u32 flags) override;
    u64 size() const override { return count_ * 20; } // as tmpfs counts

    usize count() const { return count_; }
    Dentry* first() const { return order_.front(); }
    Dentry* after(const Dentry& entry) const { return order_.next(entry); }
    // Takes the entry out; the directory's reference becomes the caller's.
    Ref<Dentry> remove(Dentry& entry);

  private:
    Result<void> insert(Ref<Dentry> entry);
    Result<void> make_room();
    Result<Ref<Dentry>> add(Dentry& self, std::string_view name, Ref<Inode> inode);
    void inherit(Inode& child) const;

    Dentry** buckets_ = nullptr;
    u32 bucket_count_ = 0; // a power of two
    u32 count_ = 0;
    u64 next_cookie_ = 2; // after "." and ".."
    List<Dentry, &Dentry::order_node> order_;
};

// An open directory of any file system: getdents through Inode::list, seek and fsync.
Result<Ref<file>> open_directory(u32 flags);
// An open file that has no name, for memfd_create(2): "/memfd:NAME (deleted)" to who asks.
Result<Ref<file>> open_memory_file(std::string_view name, const Credentials& owner);

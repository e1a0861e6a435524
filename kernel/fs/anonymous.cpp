// The two file systems that can't be mounted, for statfs(2) and for inodes to belong to.
#include "kernel/fs/anonymous.h"

namespace {

class AnonymousFileSystem final : public FileSystem {
  public:
    AnonymousFileSystem(std::string_view type, u64 magic) : FileSystem(type), magic_(magic) {}
    Statistics statistics() const override {
        Statistics s;
        s.magic = magic_;
        return s;
    }

  private:
    u64 magic_;
};

Result<FileSystem*> file_system(AnonymousKind kind) {
    static Ref<AnonymousFileSystem> pipes, sockets;
    Ref<AnonymousFileSystem>& fs = kind == AnonymousKind::pipe ? pipes : sockets;
    // PIPEFS_MAGIC and SOCKFS_MAGIC (linux/magic.h)
    if (!fs && kind == AnonymousKind::pipe)
        fs = TRY(make_ref<AnonymousFileSystem>("pipefs", u64{0x50495045}));
    else if (!fs)
        fs = TRY(make_ref<AnonymousFileSystem>("sockfs", u64{0x534f434b}));
    return fs.get();
}

} // namespace

Result<Ref<Inode>> make_anonymous_inode(AnonymousKind kind, const FileStatus& status) {
    Credentials owner;
    owner.fsuid = status.uid;
    owner.fsgid = status.gid;
    Ref<Inode> inode = TRY(make_ref<Inode>(*TRY(file_system(kind)), status.mode, owner));
    inode->number = status.inode;
    return inode;
}

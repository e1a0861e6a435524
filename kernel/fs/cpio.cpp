// Reading newc archives. Nothing in one is trusted: every length is checked against what is left.
#include "kernel/fs/cpio.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/namei.h"

namespace {
constexpr usize header_size = 110; // magic and 13 fields of 8 hexadecimal digits
constexpr usize field_count = 13;

bool parse_hex(const u8* digits, u32& value) {
    value = 0;
    for (int i = 0; i < 8; i++) {
        const u8 c = digits[i];
        u32 digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            digit = (c | 32u) - 'a' + 10;
        else
            return false;
        value = value << 4 | digit;
    }
    return true;
}
} // namespace

Result<bool> CpioReader::next(CpioEntry& entry) {
    while (at_ < archive_.size() && archive_[at_] == 0) at_++; // padding between archives
    if (at_ == archive_.size()) return false;
    const usize left = archive_.size() - at_;
    const u8* header = archive_.data() + at_;
    if (left < header_size || memcmp(header, "07070", 5) != 0) return Errno{EINVAL};
    if (header[5] != '1' && header[5] != '2') return Errno{EINVAL};
    u32 f[field_count];
    for (usize i = 0; i < field_count; i++)
        if (!parse_hex(header + 6 + 8 * i, f[i])) return Errno{EINVAL};
    const usize name_size = f[11], data_size = f[6];
    const usize data_at = align_up(header_size + name_size, 4);
    if (name_size == 0 || name_size > PATH_MAX || data_at > left || data_size > left - data_at)
        return Errno{EINVAL};
    const char* name = reinterpret_cast<const char*>(header + header_size);
    if (name[name_size - 1] != 0) return Errno{EINVAL};
    entry = {};
    entry.name = {name, strlen(name)};
    entry.data = {header + data_at, data_size};
    entry.inode = f[0];
    entry.mode = f[1];
    entry.uid = f[2];
    entry.gid = f[3];
    entry.links = f[4];
    entry.modified = f[5];
    entry.device_major = f[7];
    entry.device_minor = f[8];
    entry.special_major = f[9];
    entry.special_minor = f[10];
    at_ = min<usize>(at_ + align_up(data_at + data_size, 4), archive_.size());
    return true;
}

namespace {
// The first name of a file with several, until all of them have come.
struct SeenLink {
    ListNode node;
    u32 inode, major, minor, left;
    Ref<Dentry> dentry;
};

class Unpacker {
  public:
    explicit Unpacker(Dentry& root) {
        context_.root = context_.cwd = Ref<Dentry>(root);
        context_.umask = 0;
    }
    ~Unpacker() {
        while (SeenLink* seen = seen_.front()) forget(*seen);
    }
    Result<void> add(const CpioEntry& entry);

  private:
    Walker who() { return {context_, root_user_}; }
    void make_parents(std::string_view name);
    Result<Ref<Dentry>> make(const CpioEntry& entry);
    Result<Ref<Dentry>> make_or_link(const CpioEntry& entry);
    SeenLink* find_seen(const CpioEntry& entry);
    static void forget(SeenLink& seen) { Box<SeenLink> gone(&seen); }
    Result<void> fill(Dentry& dentry, const CpioEntry& entry);

    FsContext context_;
    const Credentials root_user_{};
    List<SeenLink, &SeenLink::node> seen_;
};

void Unpacker::make_parents(std::string_view name) {
    for (usize slash = name.find('/', 1); slash != name.npos; slash = name.find('/', slash + 1))
        (void)make_directory(who(), name.substr(0, slash), 0755); // mostly there already
}

SeenLink* Unpacker::find_seen(const CpioEntry& entry) {
    for (SeenLink& seen : seen_)
        if (seen.inode == entry.inode && seen.major == entry.device_major &&
            seen.minor == entry.device_minor)
            return &seen;
    return nullptr;
}

Result<Ref<Dentry>> Unpacker::make(const CpioEntry& entry) {
    const u32 type = entry.mode & S_IFMT;
    const Device device = make_device(entry.special_major & 0xfff, entry.special_minor & 0xfffff);
    if (type == S_IFLNK) {
        TRY(make_symlink(who(), entry.name,
                         {reinterpret_cast<const char*>(entry.data.data()), entry.data.size()}));
    } else if (type == S_IFDIR) {
        auto made = make_directory(who(), entry.name, entry.mode & 07777);
        if (!made && made.error().code != EEXIST) return made.error();
        Ref<Dentry> found = TRY(walk(who(), entry.name, walk_directory));
        found->inode->mode = S_IFDIR | (entry.mode & 07777);
        return found;
    } else {
        TRY(make_node(who(), entry.name, entry.mode & (S_IFMT | 07777), device));
    }
    return walk(who(), entry.name, 0);
}

Result<Ref<Dentry>> Unpacker::make_or_link(const CpioEntry& entry) {
    if ((entry.mode & S_IFMT) != S_IFDIR) (void)unlink_path(who(), entry.name);
    if (entry.links < 2 || (entry.mode & S_IFMT) != S_IFREG) return make(entry);
    if (SeenLink* seen = find_seen(entry)) {
        TRY(link_path(*seen->dentry, who(), entry.name));
        Ref<Dentry> dentry = seen->dentry;
        if (--seen->left == 0) forget(*seen);
        return dentry;
    }
    Ref<Dentry> dentry = TRY(make(entry));
    SeenLink& seen = *TRY(make_box<SeenLink>()).release();
    seen.inode = entry.inode;
    seen.major = entry.device_major;
    seen.minor = entry.device_minor;
    seen.left = entry.links - 1;
    seen.dentry = dentry;
    seen_.push_back(seen);
    return dentry;
}

Result<void> Unpacker::fill(Dentry& dentry, const CpioEntry& entry) {
    if (!dentry.inode->is_regular() || entry.data.empty()) return {};
    Ref<file> opened = TRY(open_dentry(dentry, O_WRONLY));
    IovIter from = IovIter::of_kernel(entry.data.data(), entry.data.size());
    i64 position = 0;
    const usize written = TRY(opened->write(from, position));
    if (written < entry.data.size()) return Errno{ENOSPC};
    return {};
}

Result<void> Unpacker::add(const CpioEntry& entry) {
    make_parents(entry.name);
    Ref<Dentry> dentry = TRY(make_or_link(entry));
    TRY(fill(*dentry, entry));
    Inode& inode = *dentry->inode;
    inode.uid = entry.uid;
    inode.gid = entry.gid;
    inode.accessed = inode.modified = inode.changed = s_to_ns(entry.modified);
    return {};
}
} // namespace

CpioSummary cpio_unpack(Dentry& root, std::span<const u8> archive) {
    CpioSummary summary;
    CpioReader reader(archive);
    Unpacker unpacker(root);
    for (;;) {
        CpioEntry entry;
        auto more = reader.next(entry);
        if (!more) {
            kprintf("initrd: not a newc archive at offset %lu of %lu\n", reader.offset(),
                    archive.size());
            summary.malformed = true;
            return summary;
        }
        if (!*more) return summary;
        if (entry.name == "TRAILER!!!") continue; // another archive may follow
        auto added = unpacker.add(entry);
        if (added) {
            summary.entries++;
            summary.bytes += entry.data.size();
            continue;
        }
        summary.refused++;
        kprintf("initrd: %.*s: error %d\n", static_cast<int>(min<usize>(entry.name.size(), 200)),
                entry.name.data(), added.error().code);
    }
}

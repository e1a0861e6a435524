// The newc form of cpio archives (cpio(5), "New ASCII Format"): reading an entry, and unpacking.
#pragma once

#include "kernel/fs/inode.h"
#include <span>

struct CpioEntry {
    std::string_view name; // without its NUL
    std::span<const u8> data;
    u32 inode = 0, mode = 0, uid = 0, gid = 0, links = 0, modified = 0;
    u32 device_major = 0, device_minor = 0;   // where the file was
    u32 special_major = 0, special_minor = 0; // of a device node
};

class CpioReader {
  public:
    explicit CpioReader(std::span<const u8> archive) : archive_(archive) {}
    // False at the end. EINVAL when what is there isn't an entry; offset() tells where.
    Result<bool> next(CpioEntry& entry);
    usize offset() const { return at_; }

  private:
    std::span<const u8> archive_;
    usize at_ = 0;
};

struct CpioSummary {
    u32 entries = 0; // unpacked
    u32 refused = 0; // entries that couldn't be made; each is in the log
    u64 bytes = 0;
    bool malformed = false; // ended before its trailer
};
// Unpacks below `root`, replacing what is there.
CpioSummary cpio_unpack(Dentry& root, std::span<const u8> archive);

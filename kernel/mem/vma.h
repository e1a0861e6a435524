// One mapping: a range of pages of an address space with the same source and protection.
#pragma once

#include "kernel/base/ref.h"
#include "kernel/mem/page_source.h"
#include "kernel/uapi/mman.h"
#include <span>

// What keeps the file of a mapping open; the floor above knows what is in it.
class MappedFile : public RefCounted {
  public:
    virtual ~MappedFile() = default;
    struct Identity {
        u32 device_major = 0, device_minor = 0;
        u64 inode = 0;
    };
    virtual Identity identity() const = 0;
    // Its path, NUL-terminated; the length without the NUL.
    virtual usize describe(std::span<char> to) const = 0;
};

struct Vma {
    // What the range is for, where that matters beyond its protection.
    enum Flags : u8 {
        shared = 1,     // writes go to the source
        grows_down = 2, // the stack
        dont_fork = 4,  // MADV_DONTFORK
        may_write = 8,  // mprotect may add PROT_WRITE (a shared file mapping needs a writable file)
        heap = 16,      // brk's
        locked = 32,    // mlock, for /proc; nothing is ever swapped
    };

    uptr start = 0, end = 0; // bytes, page-aligned, end exclusive
    u8 protection = 0;       // PROT_READ | PROT_WRITE | PROT_EXEC
    u8 flags = 0;            // Flags
    u64 offset = 0;          // index of the source's page at `start`
    Ref<PageSource> source;  // null: private anonymous memory
    Ref<MappedFile> file;

    bool is(Flags flag) const { return flags & flag; }
    usize pages() const { return (end - start) / page_size; }
    u64 source_page(uptr address) const { return offset + (address - start) / page_size; }
};

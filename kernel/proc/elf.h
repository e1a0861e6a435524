// ELF executables: checking the headers and mapping the segments. System V ABI, chapters 4 and 5.
#pragma once

#include "kernel/fs/file.h"
#include "kernel/mem/address_space.h"

// What the program headers say, 32-bit ones widened.
struct ElfSegment {
    u32 type, flags;
    u64 offset, address, file_bytes, memory_bytes;
};

class ElfImage {
  public:
    ElfImage() = default;
    ElfImage(const ElfImage&) = delete;
    ~ElfImage();

    // Reads and checks the headers. Errors: ENOEXEC, ENOMEM, EIO.
    Result<void> read(file& from);
    // Maps the segments; `base` is added to the addresses of an ET_DYN file. ENOMEM, EINVAL …
    Result<void> map_into(AddressSpace& space, file& from, Ref<MappedFile> keep, u64 base);

    bool is_32bit = false, relocatable = false, executable_stack = true;
    u64 entry = 0;
    u64 headers_address = 0; // AT_PHDR, before `base`; 0 when the headers aren't in a segment
    u16 header_count = 0, header_bytes = 0;
    u64 low = 0, high = 0; // of all segments, page-aligned
    u64 code_start = 0, code_end = 0, data_start = 0, data_end = 0, break_address = 0;
    char interpreter[256] = ""; // PT_INTERP, empty when there is none

  private:
    template <class Header, class ProgramHeader>
    Result<void> parse(file& from);
    Result<void> check_segments();
    Result<void> read_interpreter(file& from, const ElfSegment& segment);
    void note_extent(const ElfSegment& segment);

    ElfSegment* segments_ = nullptr;
    usize segment_count_ = 0;
};

// Bytes of a file at `offset` into kernel memory; how many there were.
Result<usize> read_file_at(file& from, void* to, usize bytes, u64 offset);

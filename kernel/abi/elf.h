// ELF headers as they lie in a file. elf(5).
#pragma once

#include "kernel/base/types.h"

struct Elf64Header {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, program_headers, section_headers;
    u32 flags;
    u16 header_bytes, program_header_bytes, program_header_count, section_header_bytes,
        section_header_count, section_names;
};
struct Elf64ProgramHeader {
    u32 type, flags;
    u64 offset, address, physical_address, file_bytes, memory_bytes, alignment;
};
struct Elf32Header {
    u8 ident[16];
    u16 type, machine;
    u32 version, entry, program_headers, section_headers, flags;
    u16 header_bytes, program_header_bytes, program_header_count, section_header_bytes,
        section_header_count, section_names;
};
struct Elf32ProgramHeader {
    u32 type, offset, address, physical_address, file_bytes, memory_bytes, flags, alignment;
};
static_assert(sizeof(Elf64Header) == 64 && sizeof(Elf32Header) == 52);
static_assert(sizeof(Elf64ProgramHeader) == 56 && sizeof(Elf32ProgramHeader) == 32);

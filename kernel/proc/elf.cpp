// ELF executables. Nothing in the file is believed before it has been checked.
#include "kernel/proc/elf.h"

#include "kernel/abi/elf.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/elf.h"

Result<usize> read_file_at(file& from, void* to, usize bytes, u64 offset) {
    IovIter iter = IovIter::of_kernel(to, bytes);
    i64 position = static_cast<i64>(offset);
    return from.read(iter, position);
}

ElfImage::~ElfImage() { kfree(segments_); }

Result<void> ElfImage::read(file& from) {
    u8 ident[EI_NIDENT];
    if (TRY(read_file_at(from, ident, sizeof(ident), 0)) != sizeof(ident)) return Errno{ENOEXEC};
    if (memcmp(ident,
               "\x7f"
               "ELF",
               4) != 0 ||
        ident[EI_DATA] != ELFDATA2LSB)
        return Errno{ENOEXEC};
    is_32bit = ident[EI_CLASS] == ELFCLASS32;
    if (is_32bit) return parse<Elf32Header, Elf32ProgramHeader>(from);
    if (ident[EI_CLASS] != ELFCLASS64) return Errno{ENOEXEC};
    return parse<Elf64Header, Elf64ProgramHeader>(from);
}

template <class Header, class ProgramHeader>
Result<void> ElfImage::parse(file& from) {
    Header header;
    if (TRY(read_file_at(from, &header, sizeof(header), 0)) != sizeof(header))
        return Errno{ENOEXEC};
    if (header.type != ET_EXEC && header.type != ET_DYN) return Errno{ENOEXEC};
    if (header.machine != (is_32bit ? EM_386 : EM_X86_64)) return Errno{ENOEXEC};
    if (header.program_header_bytes != sizeof(ProgramHeader)) return Errno{ENOEXEC};
    const usize count = header.program_header_count;
    if (count == 0 || count * sizeof(ProgramHeader) > 65536) return Errno{ENOEXEC};
    relocatable = header.type == ET_DYN;
    entry = header.entry;
    header_count = header.program_header_count;
    header_bytes = sizeof(ProgramHeader);
    segments_ = static_cast<ElfSegment*>(kmalloc(count * sizeof(ElfSegment)));
    if (!segments_) return Errno{ENOMEM};
    segment_count_ = count;
    for (usize i = 0; i < count; i++) {
        ProgramHeader p;
        const u64 at = u64{header.program_headers} + i * sizeof(p);
        if (at > (u64{1} << 62) || TRY(read_file_at(from, &p, sizeof(p), at)) != sizeof(p))
            return Errno{ENOEXEC};
        segments_[i] = {p.type, p.flags, p.offset, p.address, p.file_bytes, p.memory_bytes};
        const ElfSegment& s = segments_[i];
        if (s.type == PT_INTERP) TRY(read_interpreter(from, s));
        if (s.type == PT_GNU_STACK) executable_stack = s.flags & PF_X;
        if (s.type == PT_LOAD && header.program_headers >= s.offset &&
            header.program_headers < s.offset + s.file_bytes && !headers_address)
            headers_address = header.program_headers - s.offset + s.address;
    }
    return check_segments();
}

Result<void> ElfImage::read_interpreter(file& from, const ElfSegment& segment) {
    if (segment.file_bytes < 2 || segment.file_bytes > sizeof(interpreter)) return Errno{ENOEXEC};
    if (segment.offset > (u64{1} << 62)) return Errno{ENOEXEC};
    const usize bytes = static_cast<usize>(segment.file_bytes);
    if (TRY(read_file_at(from, interpreter, bytes, segment.offset)) != bytes) return Errno{ENOEXEC};
    if (interpreter[bytes - 1] != 0) return Errno{ENOEXEC};
    return {};
}

// Every segment in user space, inside itself, and congruent with its place in the file.
Result<void> ElfImage::check_segments() {
    const u64 end = is_32bit ? user_end32 : user_end64;
    low = end;
    for (usize i = 0; i < segment_count_; i++) {
        const ElfSegment& s = segments_[i];
        if (s.type != PT_LOAD || s.memory_bytes == 0) continue;
        if (s.file_bytes > s.memory_bytes || s.memory_bytes > end) return Errno{EINVAL};
        if (s.address > end - s.memory_bytes) return Errno{EINVAL};
        if (s.offset > (u64{1} << 62) || (s.offset ^ s.address) & (page_size - 1))
            return Errno{EINVAL};
        note_extent(s);
    }
    if (high == 0) return Errno{ENOEXEC};
    return {};
}

void ElfImage::note_extent(const ElfSegment& s) {
    low = min(low, align_down(s.address, page_size));
    high = max(high, align_up(s.address + s.memory_bytes, page_size));
    break_address = max(break_address, s.address + s.memory_bytes);
    u64& start = s.flags & PF_X ? code_start : data_start;
    u64& last = s.flags & PF_X ? code_end : data_end;
    if (start == 0 || s.address < start) start = s.address;
    last = max(last, s.address + s.file_bytes);
}

Result<void> ElfImage::map_into(AddressSpace& space, file& from, Ref<MappedFile> keep, u64 base) {
    const Ref<PageSource> source = TRY(from.page_source());
    for (usize i = 0; i < segment_count_; i++) {
        const ElfSegment& s = segments_[i];
        if (s.type != PT_LOAD || s.memory_bytes == 0) continue;
        const uptr start = align_down(s.address, page_size) + base;
        const uptr file_end = s.address + s.file_bytes + base;
        const uptr mapped_end = s.file_bytes ? align_up(file_end, page_size) : start;
        const uptr end = align_up(s.address + s.memory_bytes + base, page_size);
        MapRequest request;
        request.fixed = true;
        request.protection =
            static_cast<u8>((s.flags & PF_R ? PROT_READ : 0) | (s.flags & PF_W ? PROT_WRITE : 0) |
                            (s.flags & PF_X ? PROT_EXEC : 0));
        request.vma_flags = Vma::may_write;
        if (mapped_end > start) {
            request.address = start;
            request.bytes = mapped_end - start;
            request.source = source;
            request.offset = align_down(s.offset, page_size) / page_size;
            request.file = keep;
            TRY(space.map(request));
        }
        if (end > mapped_end) {
            request.address = mapped_end;
            request.bytes = end - mapped_end;
            request.source = nullptr;
            request.file = nullptr;
            request.offset = 0;
            TRY(space.map(request));
        }
        // What follows the file's bytes on their last page is zero.
        if (s.memory_bytes > s.file_bytes && (file_end & (page_size - 1)) &&
            (request.protection & PROT_WRITE)) {
            u8* tail = TRY(space.writable_page(file_end));
            memset(tail, 0, page_size - (file_end & (page_size - 1)));
        }
    }
    return {};
}

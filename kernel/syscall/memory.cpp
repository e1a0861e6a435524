// The memory calls: arguments checked and files found here, the work is the address space's.
#include "kernel/syscall/memory.h"

#include "kernel/base/math.h"
#include "kernel/mem/anonymous_pages.h"
#include "kernel/proc/open_mapping.h"
#include "kernel/proc/process.h"

namespace {

constexpr int protection_bits = PROT_READ | PROT_WRITE | PROT_EXEC;

AddressSpace& space() { return *current_process().memory; }

uptr lowest_address() { return current_process().credentials.euid == 0 ? 0 : mmap_min_address; }

// What a mapping of a descriptor shows. /dev/zero has no pages of its own: a shared mapping of it
// is shared anonymous memory.
Result<void> attach_file(MapRequest& request, int fd, bool shared) {
    Ref<file> opened = TRY(current_process().files->get(fd));
    if (!opened->readable()) return Errno{EACCES};
    if ((request.protection & PROT_EXEC) && opened->inode && opened->inode->fs.has(mount_noexec))
        return Errno{EPERM};
    if (shared) {
        if ((request.protection & PROT_WRITE) && !opened->writable()) return Errno{EACCES};
        if (!opened->writable()) request.vma_flags &= ~Vma::may_write;
    }
    request.source = TRY(opened->page_source());
    if (request.source) {
        if (!request.source->may_map(request.offset, div_up(request.bytes, page_size)))
            return Errno{EINVAL};
        request.file = TRY(make_ref<OpenMapping>(std::move(opened)));
    } else if (shared) {
        request.source = TRY(AnonymousPages::create(request.bytes));
        request.offset = 0;
    }
    return {};
}

Result<bool> shared_type(int flags) {
    constexpr int known = MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_32BIT | MAP_GROWSDOWN |
                          MAP_DENYWRITE | MAP_EXECUTABLE | MAP_LOCKED | MAP_NORESERVE |
                          MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_FIXED_NOREPLACE;
    switch (flags & MAP_TYPE) {
    case MAP_SHARED:
        return true;
    case MAP_PRIVATE:
        return false;
    case MAP_SHARED_VALIDATE:
        if (flags & ~known) return Errno{EOPNOTSUPP};
        return true;
    default:
        return Errno{EINVAL};
    }
}

SysResult map_pages(uptr address, usize bytes, int protection, int flags, int fd, u64 page) {
    if (bytes == 0) return Errno{EINVAL};
    const bool shared = TRY(shared_type(flags));
    if ((flags & MAP_ANONYMOUS) && (flags & MAP_TYPE) == MAP_SHARED_VALIDATE) return Errno{EINVAL};
    if (flags & MAP_HUGETLB) return Errno{ENOMEM}; // none reserved
    if (space().lock_future) flags |= MAP_LOCKED;
    MapRequest request;
    request.address = address;
    request.lowest = lowest_address();
    request.bytes = bytes;
    request.protection = static_cast<u8>(protection & protection_bits);
    request.vma_flags = static_cast<u8>(Vma::may_write | (shared ? Vma::shared : 0) |
                                        (flags & MAP_LOCKED ? Vma::locked : 0));
    request.fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
    request.no_replace = flags & MAP_FIXED_NOREPLACE;
    request.below_2g = flags & MAP_32BIT;
    request.populate = flags & (MAP_POPULATE | MAP_LOCKED);
    request.offset = page;
    if (!(flags & MAP_ANONYMOUS)) {
        if (flags & MAP_GROWSDOWN) return Errno{EINVAL};
        if (page + div_up(bytes, page_size) < page || page > (u64{1} << 51))
            return Errno{EOVERFLOW};
        TRY(attach_file(request, fd, shared));
    } else {
        request.offset = 0;
        if (shared) request.source = TRY(AnonymousPages::create(bytes));
        if (flags & MAP_GROWSDOWN) {
            if (shared) return Errno{EINVAL};
            request.vma_flags |= Vma::grows_down;
        }
    }
    return static_cast<long>(TRY(space().map(request)));
}

} // namespace

SysResult sys_brk(uptr address) {
    const u64 limit = current_process().limits[RLIMIT_DATA].current;
    return static_cast<long>(space().set_break(address, limit));
}

SysResult sys_mmap(uptr address, usize bytes, int protection, int flags, int fd, u64 offset) {
    if (offset & (page_size - 1)) return Errno{EINVAL};
    return map_pages(address, bytes, protection, flags, fd, offset / page_size);
}
SysResult compat_sys_mmap2(uptr address, usize bytes, int protection, int flags, int fd,
                           u32 offset) {
    return map_pages(address, bytes, protection, flags, fd, offset);
}
SysResult compat_sys_old_mmap(UserPtr<const mmap_arguments32> arguments) {
    const mmap_arguments32 a = TRY(get_user(arguments));
    return sys_mmap(a.address, a.bytes, static_cast<int>(a.protection), static_cast<int>(a.flags),
                    static_cast<int>(a.fd), a.offset);
}

SysResult sys_munmap(uptr address, usize bytes) {
    TRY(space().unmap(address, bytes));
    return 0;
}

SysResult sys_mprotect(uptr address, usize bytes, int protection) {
    if (protection & ~(protection_bits | PROT_GROWSDOWN | PROT_GROWSUP)) return Errno{EINVAL};
    if (protection & PROT_GROWSUP) return Errno{EINVAL};
    if ((protection & PROT_GROWSDOWN) && bytes) {
        // From the mapping's beginning on: for a stack of which only the lowest page is named.
        const Vma* vma = space().find(address);
        if (!vma) return Errno{ENOMEM};
        if (!vma->is(Vma::grows_down)) return Errno{EINVAL};
        bytes += address - vma->start;
        address = vma->start;
    }
    TRY(space().protect(address, bytes, static_cast<u8>(protection & protection_bits)));
    return 0;
}

SysResult sys_mremap(uptr address, usize old_bytes, usize new_bytes, int flags, uptr new_address) {
    return static_cast<long>(
        TRY(space().remap(address, old_bytes, new_bytes, flags, new_address, lowest_address())));
}

// The pages of a shared mapping are the file's own: there is nothing to write back.
SysResult sys_msync(uptr address, usize bytes, int flags) {
    if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) return Errno{EINVAL};
    if ((flags & MS_ASYNC) && (flags & MS_SYNC)) return Errno{EINVAL};
    if (address & (page_size - 1)) return Errno{EINVAL};
    if (bytes > user_end64) return Errno{ENOMEM};
    TRY(space().check_mapped(address, align_up(bytes, page_size)));
    return 0;
}

SysResult sys_madvise(uptr address, usize bytes, int advice) {
    TRY(space().advise(address, bytes, advice));
    return 0;
}

SysResult sys_mincore(uptr address, usize bytes, UserPtr<u8> residency) {
    if (address & (page_size - 1)) return Errno{EINVAL};
    if (bytes > user_end64) return Errno{ENOMEM};
    constexpr usize chunk = 256;
    u8 answer[chunk];
    for (usize left = div_up(bytes, page_size); left;) {
        const usize pages = min(left, chunk);
        TRY(space().residency(address, pages, answer));
        TRY(copy_to_user(residency, answer, pages));
        address += pages * page_size;
        residency = residency + pages;
        left -= pages;
    }
    return 0;
}

// Memory is never swapped out: to lock it is to bring it in and to remember.
SysResult sys_mlock2(uptr address, usize bytes, int flags) {
    constexpr int on_fault = 1;
    if (flags & ~on_fault) return Errno{EINVAL};
    const uptr start = align_down(address, page_size);
    if (bytes > user_end64) return Errno{EINVAL};
    const usize length = align_up(bytes + (address - start), page_size);
    const Process& process = current_process();
    if (process.credentials.euid != 0 && length > process.limits[RLIMIT_MEMLOCK].current)
        return Errno{process.limits[RLIMIT_MEMLOCK].current ? ENOMEM : EPERM};
    TRY(space().check_mapped(start, length));
    space().set_locked(start, start + length, true);
    if (!(flags & on_fault)) space().populate(start, start + length);
    return 0;
}
SysResult sys_mlock(uptr address, usize bytes) { return sys_mlock2(address, bytes, 0); }

SysResult sys_munlock(uptr address, usize bytes) {
    const uptr start = align_down(address, page_size);
    if (bytes > user_end64) return Errno{EINVAL};
    const usize length = align_up(bytes + (address - start), page_size);
    TRY(space().check_mapped(start, length));
    space().set_locked(start, start + length, false);
    return 0;
}

SysResult sys_mlockall(int flags) {
    if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
        return Errno{EINVAL};
    const Process& process = current_process();
    if (process.credentials.euid != 0 && process.limits[RLIMIT_MEMLOCK].current == 0)
        return Errno{EPERM};
    space().lock_future = flags & MCL_FUTURE;
    if (!(flags & MCL_CURRENT)) return 0;
    space().set_locked(0, space().end(), true);
    if (!(flags & MCL_ONFAULT)) space().populate_all();
    return 0;
}

SysResult sys_munlockall() {
    space().lock_future = false;
    space().set_locked(0, space().end(), false);
    return 0;
}

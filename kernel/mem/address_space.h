// An address space: page tables and the mappings they are filled from, on demand. Shared by the
// threads of a process (and by vfork's child).
#pragma once

#include "kernel/mem/fault.h"
#include "kernel/mem/page_table.h"
#include "kernel/mem/vma.h"
#include <optional>

// Linux's vm.mmap_min_addr: only user 0 may map what lies below.
constexpr uptr mmap_min_address = 65536;

// What mmap asks for, checked by the system call.
struct MapRequest {
    uptr address = 0;               // a hint, or the place when fixed
    uptr lowest = mmap_min_address; // EPERM for a fixed place below
    usize bytes = 0;
    u8 protection = 0;
    u8 vma_flags = 0; // Vma::Flags
    bool fixed = false, no_replace = false, below_2g = false, populate = false;
    Ref<PageSource> source;
    u64 offset = 0; // in pages
    Ref<MappedFile> file;
};

class AddressSpace : public RefCounted {
  public:
    // `end` is the first address that user code can't have (user_end64 or user_end32).
    static Result<Ref<AddressSpace>> create(uptr end);
    ~AddressSpace();

    // A copy for fork: private pages are shared until one side writes.
    Result<Ref<AddressSpace>> fork();

    // mmap(2) … each with Linux's errors. Addresses and lengths are in bytes.
    Result<uptr> map(const MapRequest& request);
    Result<void> unmap(uptr start, usize bytes);
    Result<void> protect(uptr start, usize bytes, u8 protection);
    Result<uptr> remap(uptr old_address, usize old_bytes, usize new_bytes, int flags,
                       uptr new_address, uptr lowest);
    // Returns the break that holds now, as the raw system call does.
    uptr set_break(uptr wanted, u64 data_limit);
    Result<void> advise(uptr start, usize bytes, int advice);
    // ENOMEM when part of the range isn't mapped.
    Result<void> check_mapped(uptr start, usize bytes);
    void set_locked(uptr start, uptr end, bool locked);
    // mincore(2): one byte a page.
    Result<void> residency(uptr start, usize pages, u8* bytes);
    // Brings pages in, as MAP_POPULATE does; stops quietly at the first that can't be.
    void populate(uptr start, uptr end);
    void populate_all();
    bool lock_future = false; // mlockall(MCL_FUTURE): new mappings are brought in at once

    // `access` are the fault_* bits.
    FaultOutcome handle_fault(uptr address, u64 access);
    // The page at this address made present and private to write, whoever's space is loaded: for
    // exec to lay out the stack. EFAULT, ENOMEM.
    Result<u8*> writable_page(uptr address);
    // The frame behind this address as a futex sees it. EFAULT.
    Result<Frame*> frame_at(uptr address, bool write);

    const Vma* find(uptr address) const;
    usize vma_count() const { return count_; }
    const Vma& vma(usize index) const { return *vmas_[index]; }

    void activate();
    PhysicalAddress root() const { return table_.root(); }
    uptr end() const { return end_; }
    bool is_32bit() const { return end_ <= 0x1'0000'0000; }
    u64 mapped_bytes() const { return mapped_bytes_; }
    u64 resident_pages() const { return resident_pages_; }

    // Where the program's parts lie (for brk and /proc/PID/{stat,cmdline,environ}).
    uptr break_start = 0, break_end = 0;
    uptr code_start = 0, code_end = 0, data_start = 0, data_end = 0;
    uptr stack_start = 0, argument_start = 0, argument_end = 0, environment_start = 0,
         environment_end = 0;
    uptr mmap_top = 0;         // mappings are placed downwards from here
    u64 stack_limit = 8 << 20; // bytes; RLIMIT_STACK at exec
    u64 size_limit = ~u64{0};  // bytes; RLIMIT_AS

  private:
    explicit AddressSpace(uptr end);
    friend void unmap_source(const void* object, u64 first, u64 last, bool copies);
    void unmap_object(const void* object, u64 first, u64 last, bool copies);

    usize index_at(uptr address) const; // of the first mapping that ends above `address`
    Result<void> reserve(usize more);
    Result<void> insert(usize index, Box<Vma> vma);
    void erase(usize first, usize last);
    Result<void> split(uptr address);
    void merge_around(usize first, usize last);
    bool range_free(uptr start, uptr end) const;
    Result<uptr> find_gap(usize bytes, uptr hint, uptr ceiling) const;
    Result<void> copy_pages(const Vma& vma, AddressSpace& child, bool& revoked);
    void zap(uptr start, uptr end);
    void zap_unchanged(const Vma& vma, uptr start, uptr end);

    bool normalise(uptr start, usize& bytes) const;
    Result<uptr> place(const MapRequest& request, usize bytes) const;
    void free_unused_tables(uptr start, uptr end);
    u64 entry_bits(const Vma& vma, bool writable) const;
    void update_entries(const Vma& vma);
    Result<void> move_range(uptr from, usize old_bytes, uptr to, usize new_bytes, bool keep_old);
    Result<uptr> move_mapping(const Vma& vma, uptr old_address, usize old_bytes, usize new_bytes,
                              std::optional<uptr> wanted, bool keep_old);
    Result<void> advise_mapping(Vma& vma, uptr start, uptr end, int advice);

    void set_entry(u64* entry, const Frame& frame, u64 bits);
    bool grow_stack(usize index, uptr address);
    FaultOutcome fault_in(Vma& vma, uptr address, bool write);
    FaultOutcome fault_anonymous(Vma& vma, u64* entry, bool write);
    FaultOutcome fault_source(Vma& vma, uptr address, u64* entry, bool write);
    FaultOutcome break_sharing(Vma& vma, uptr address, u64* entry);
    void map_neighbours(Vma& vma, uptr address);

    static constexpr uptr bytes_per_table = 512 * page_size; // what one last-level table maps
    static constexpr uptr stack_guard_gap = 256 * page_size; // kept free below a stack

    ListNode all_node_; // in the list of all address spaces
    static List<AddressSpace, &AddressSpace::all_node_> all_;
    PageTable table_;
    Vma** vmas_ = nullptr; // sorted by address
    usize count_ = 0, capacity_ = 0;
    uptr end_;
    u64 mapped_bytes_ = 0, resident_pages_ = 0;
};

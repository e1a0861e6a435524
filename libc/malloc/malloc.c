// malloc(3) and free(3): small objects from slabs, large ones from the kernel. See heap.h.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fatal.h"
#include "heap.h"
#include "libc_symbols.h"
#include "lock.h"
#include "threads.h"

int __heap_lock;
static struct slab* open_slabs[CLASS_COUNT]; // with at least one free object, by class
static struct slab* spare;                   // an empty slab kept back for the next need
static uintptr_t freed_large[FREED_KEPT];    // the last ones, in a ring
static unsigned freed_next;
static uintptr_t next_address; // where the next mapping would be aligned already

// Sizes: every 16 bytes up to 128, then four steps to each doubling.
static unsigned class_of(size_t bytes) {
    if (bytes <= 128) return bytes ? (unsigned)(bytes - 1) / 16 : 0;
    unsigned top = 31 - (unsigned)__builtin_clz((unsigned)bytes - 1); // 7 … 13
    return 8 + (top - 7) * 4 + (((unsigned)bytes - 1) >> (top - 2) & 3);
}

static unsigned class_bytes(unsigned index) {
    if (index < 8) return (index + 1) * 16;
    unsigned top = 7 + (index - 8) / 4;
    return (1u << top) + (((index - 8) % 4 + 1) << (top - 2));
}

void* __region_map(size_t bytes) {
    int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char* start = mmap((void*)next_address, bytes, protection, flags, -1, 0);
    if (start == MAP_FAILED) return 0;
    if ((uintptr_t)start % REGION_BYTES) {
        munmap(start, bytes);
        start = mmap(0, bytes + REGION_BYTES, protection, flags, -1, 0);
        if (start == MAP_FAILED) return 0;
        size_t before = -(uintptr_t)start % REGION_BYTES;
        if (before) munmap(start, before);
        start += before;
        munmap(start + bytes, REGION_BYTES - before);
    }
    // Mappings grow downwards: the place just below is the likeliest to be free.
    next_address = (uintptr_t)start - REGION_BYTES;
    return start;
}

static struct slab* new_slab(unsigned index) {
    struct slab* slab = spare;
    if (slab)
        spare = 0;
    else if (!(slab = __region_map(REGION_BYTES)))
        return 0;
    slab->magic = SLAB_MAGIC;
    slab->class_index = index;
    slab->object_bytes = class_bytes(index);
    unsigned align = slab->object_bytes & -slab->object_bytes; // what memalign relies on
    slab->first_object = (uintptr_t)slab + ((sizeof *slab + align - 1) & -(size_t)align);
    size_t room = (uintptr_t)slab + REGION_BYTES - slab->first_object;
    slab->object_count = slab->free_count = (unsigned)(room / slab->object_bytes);
    slab->search_word = 0;
    memset(slab->used, 0, sizeof slab->used);
    for (unsigned i = slab->object_count; i < BITMAP_WORDS * 32u; i++)
        if (i % 32 == 0) {
            memset(&slab->used[i / 32], 0xff, (BITMAP_WORDS - i / 32) * sizeof(unsigned));
            break;
        } else {
            slab->used[i / 32] |= 1u << i % 32;
        }
    slab->previous = 0;
    slab->next = open_slabs[index];
    if (slab->next) slab->next->previous = slab;
    return open_slabs[index] = slab;
}

static void unlink_slab(struct slab* slab) {
    if (slab->next) slab->next->previous = slab->previous;
    if (slab->previous)
        slab->previous->next = slab->next;
    else
        open_slabs[slab->class_index] = slab->next;
}

static void* take_object(struct slab* slab) {
    unsigned word = slab->search_word;
    while (slab->used[word] == ~0u) word++;
    unsigned bit = (unsigned)__builtin_ctz(~slab->used[word]);
    slab->search_word = word;
    slab->used[word] |= 1u << bit;
    if (--slab->free_count == 0) unlink_slab(slab);
    return (void*)(slab->first_object + (uintptr_t)(word * 32 + bit) * slab->object_bytes);
}

static void* allocate_small(size_t bytes) {
    unsigned index = class_of(bytes);
    libc_lock(&__heap_lock);
    struct slab* slab = open_slabs[index];
    if (!slab) slab = new_slab(index);
    void* object = slab ? take_object(slab) : 0;
    libc_unlock(&__heap_lock);
    return object;
}

// Freeing a large object twice must not look at its head: the mapping is gone. An address that is
// mapped again is forgotten.
static void forget_freed(uintptr_t start, size_t length) {
    for (int i = 0; i < FREED_KEPT; i++)
        if (freed_large[i] - start < length) freed_large[i] = 0;
}

static int freed_lately(uintptr_t object) {
    if (object % REGION_BYTES >= sizeof(struct slab)) return 0; // in a slab, as most are
    for (int i = 0; i < FREED_KEPT; i++)
        if (freed_large[i] == object) return 1;
    return 0;
}

// `align` is a power of two; above LARGEST_SMALL bytes, or aligned more than slabs are.
static void* allocate_large(size_t bytes, size_t align) {
    size_t offset = align > LARGE_HEAD_BYTES ? align : LARGE_HEAD_BYTES;
    size_t extra = align > REGION_BYTES ? align : 0; // room to move the head to fit
    size_t length = (bytes + offset + extra + 4095) & ~(size_t)4095;
    if (bytes > PTRDIFF_MAX - offset - extra - 4096) return 0;
    libc_lock(&__heap_lock);
    char* start = __region_map(length);
    if (start) forget_freed((uintptr_t)start, length);
    libc_unlock(&__heap_lock);
    if (!start) return 0;
    if (extra) {
        // The head sits one region below the aligned object.
        uintptr_t object = ((uintptr_t)start + REGION_BYTES + align - 1) & -align;
        size_t before = object - REGION_BYTES - (uintptr_t)start;
        if (before) munmap(start, before);
        start += before;
        length -= before;
        offset = REGION_BYTES;
    }
    struct large* head = (struct large*)start;
    *head = (struct large){LARGE_MAGIC, length, (uintptr_t)start + offset};
    return (void*)head->object;
}

static struct region* region_of(const void* pointer) {
    return (struct region*)(((uintptr_t)pointer - 1) & -(uintptr_t)REGION_BYTES);
}

static void free_small(struct slab* slab, uintptr_t address) {
    uintptr_t offset = address - slab->first_object;
    unsigned number = (unsigned)(offset / slab->object_bytes);
    if (address < slab->first_object || offset % slab->object_bytes || number >= slab->object_count)
        __libc_fatal("free(): invalid pointer");
    unsigned mask = 1u << number % 32;
    if (!(slab->used[number / 32] & mask)) __libc_fatal("free(): double free detected");
    slab->used[number / 32] &= ~mask;
    if (number / 32 < slab->search_word) slab->search_word = number / 32;
    if (slab->free_count++ == 0) {
        slab->previous = 0;
        slab->next = open_slabs[slab->class_index];
        if (slab->next) slab->next->previous = slab;
        open_slabs[slab->class_index] = slab;
    }
    if (slab->free_count < slab->object_count) return;
    // Empty. Keep it while it is its class's only one, or as the one spare; else give it back.
    if (!slab->next && !slab->previous) return;
    unlink_slab(slab);
    if (!spare)
        spare = slab;
    else
        munmap(slab, REGION_BYTES);
}

void __fork_heap(enum fork_phase phase) {
    if (phase == FORK_PREPARE)
        libc_lock(&__heap_lock);
    else if (phase == FORK_PARENT)
        libc_unlock(&__heap_lock);
    else
        __heap_lock = 0;
}

void* malloc(size_t bytes) {
    void* object = bytes <= LARGEST_SMALL ? allocate_small(bytes) : allocate_large(bytes, 16);
    if (!object) errno = ENOMEM;
    return object;
}

void free(void* pointer) {
    if (!pointer) return;
    struct region* region = region_of(pointer);
    if ((uintptr_t)pointer % 16) __libc_fatal("free(): invalid pointer");
    libc_lock(&__heap_lock);
    if (freed_lately((uintptr_t)pointer)) __libc_fatal("free(): double free detected");
    if (region->magic == SLAB_MAGIC) {
        free_small((struct slab*)region, (uintptr_t)pointer);
        libc_unlock(&__heap_lock);
        return;
    }
    struct large* head = (struct large*)region;
    if (head->magic != LARGE_MAGIC || head->object != (uintptr_t)pointer)
        __libc_fatal("free(): invalid pointer");
    freed_large[freed_next++ % FREED_KEPT] = head->object;
    libc_unlock(&__heap_lock);
    int saved = errno;
    munmap(head, head->mapped);
    errno = saved;
}

size_t malloc_usable_size(void* pointer) {
    if (!pointer) return 0;
    struct region* region = region_of(pointer);
    if (region->magic == SLAB_MAGIC) return ((struct slab*)region)->object_bytes;
    struct large* head = (struct large*)region;
    return (uintptr_t)head + head->mapped - head->object;
}

void* calloc(size_t count, size_t bytes) {
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return 0;
    }
    void* object = malloc(total);
    if (object && total <= LARGEST_SMALL) memset(object, 0, total); // a new mapping is zero already
    return object;
}

void* memalign(size_t align, size_t bytes) {
    if (align & (align - 1)) {
        errno = EINVAL;
        return 0;
    }
    if (align <= 16) return malloc(bytes);
    // A class's objects are aligned to the largest power of two in their size. 0: an overflow.
    size_t multiple = ((bytes ? bytes : 1) + align - 1) & -align;
    if (multiple && multiple <= LARGEST_SMALL) return malloc(multiple);
    void* object = bytes <= PTRDIFF_MAX ? allocate_large(bytes, align) : 0;
    if (!object) errno = ENOMEM;
    return object;
}

void* aligned_alloc(size_t align, size_t bytes) { return memalign(align, bytes); }

int posix_memalign(void** result, size_t align, size_t bytes) {
    if (align < sizeof(void*) || (align & (align - 1))) return EINVAL;
    int saved = errno;
    void* object = memalign(align, bytes);
    errno = saved;
    if (!object) return ENOMEM;
    *result = object;
    return 0;
}

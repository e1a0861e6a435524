// Static thread-local storage: a copy of the program's PT_TLS segment below each control block.
// Source: U. Drepper, "ELF Handling For Thread-Local Storage", variant II.
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <uapi/elf.h>

#include "start.h"
#include "sysdep.h"

struct program_header {
#ifdef __x86_64__
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
#else
    uint32_t type, offset, address, physical, file_size, memory_size, flags, align;
#endif
};

static struct {
    const void* data; // initial values
    size_t data_size; // the rest of `size` is zero
    size_t size;      // a multiple of align
    size_t align;     // at least that of struct tcb
} image;

static char first_area[512 + sizeof(struct tcb)] __attribute__((aligned(64)));

static size_t round_up(size_t value, size_t align) { return (value + align - 1) & -align; }

static void find_image(void) {
    const struct program_header* headers = 0;
    size_t count = 0;
    image.align = 16;
    for (unsigned long* entry = __auxiliary_vector; entry[0] != AT_NULL; entry += 2) {
        if (entry[0] == AT_PHDR) headers = (const struct program_header*)entry[1];
        if (entry[0] == AT_PHNUM) count = entry[1];
    }
    for (size_t i = 0; headers && i < count; i++) {
        const struct program_header* header = &headers[i];
        if (header->type != PT_TLS) continue;
        image.data = (const void*)(uintptr_t)header->address;
        image.data_size = header->file_size;
        if (header->align > image.align) image.align = header->align;
        // The linker counts offsets down from the segment's end, rounded up to its own alignment.
        image.size = round_up(header->memory_size, header->align ? header->align : 1);
    }
}

size_t __tls_area_size(void) {
    return round_up(image.size, image.align) + image.align + sizeof(struct tcb);
}

struct tcb* __tls_lay_out(void* memory) {
    uintptr_t pointer = round_up((uintptr_t)memory + image.size, image.align);
    memcpy((char*)pointer - image.size, image.data, image.data_size);
    struct tcb* thread = (struct tcb*)pointer;
    thread->self = thread->thread = thread;
    return thread;
}

void __tls_start(void) {
    find_image();
    void* area = first_area;
    if (__tls_area_size() > sizeof first_area) {
        size_t length = round_up(__tls_area_size(), 4096);
#ifdef __x86_64__
        long result = INTERNAL_SYSCALL(mmap, 6, 0, length, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#else
        long result = INTERNAL_SYSCALL(mmap2, 6, 0, length, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
        if (INTERNAL_SYSCALL_ERROR_P(result)) __builtin_trap();
        area = (void*)result;
    }
    struct tcb* thread = __tls_lay_out(area);
    for (unsigned long* entry = __auxiliary_vector; entry[0] != AT_NULL; entry += 2)
        if (entry[0] == AT_RANDOM) memcpy(&thread->stack_guard, (void*)entry[1], sizeof(uintptr_t));
    thread->stack_guard &= ~(uintptr_t)0xff; // a string that overflows ends at the zero byte
    if (__set_thread_area(thread) < 0) __builtin_trap();
}

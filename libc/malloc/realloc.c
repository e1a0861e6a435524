// realloc(3): in place where the object's room allows, a large one by moving its pages.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "heap.h"

// Grows or shrinks a large object's mapping where it stands. Null: it doesn't fit there.
static void* resize_large(void* pointer, size_t bytes) {
    struct large* head = (struct large*)(((uintptr_t)pointer - 1) & -(uintptr_t)REGION_BYTES);
    if (head->magic != LARGE_MAGIC || head->object != (uintptr_t)pointer) return 0;
    if (bytes > PTRDIFF_MAX - 2 * REGION_BYTES) return 0;
    size_t length = (head->object - (uintptr_t)head + bytes + 4095) & ~(size_t)4095;
    if (length == head->mapped) return pointer;
    if (mremap(head, head->mapped, length, 0) == MAP_FAILED) return 0;
    head->mapped = length;
    return pointer;
}

void* realloc(void* pointer, size_t bytes) {
    if (!pointer) return malloc(bytes);
    if (bytes == 0) {
        free(pointer);
        return 0;
    }
    size_t room = malloc_usable_size(pointer);
    if (bytes <= room && bytes >= room / 2) return pointer;
    int saved = errno;
    if (room > LARGEST_SMALL && bytes > LARGEST_SMALL && resize_large(pointer, bytes)) {
        errno = saved;
        return pointer;
    }
    void* moved = malloc(bytes);
    if (!moved) return bytes <= room ? pointer : 0;
    memcpy(moved, pointer, bytes < room ? bytes : room);
    free(pointer);
    errno = saved;
    return moved;
}

void* reallocarray(void* pointer, size_t count, size_t bytes) {
    size_t total;
    if (!__builtin_mul_overflow(count, bytes, &total)) return realloc(pointer, total);
    errno = ENOMEM;
    return 0;
}

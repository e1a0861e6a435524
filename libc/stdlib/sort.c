// Sorting and searching (qsort(3), bsearch(3)). Heapsort: no recursion, no memory, and no input
// that makes it slow.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int (*comparison)(const void*, const void*, void*);

static void swap(char* a, char* b, size_t size) {
    if (size % sizeof(long) == 0 && ((uintptr_t)a | (uintptr_t)b) % sizeof(long) == 0) {
        typedef long __attribute__((may_alias)) word;
        for (word *x = (word*)a, *y = (word*)b; size; size -= sizeof(long), x++, y++) {
            word kept = *x;
            *x = *y, *y = kept;
        }
        return;
    }
    for (; size; size--, a++, b++) {
        char kept = *a;
        *a = *b, *b = kept;
    }
}

// Moves element `at` down until no child is greater.
static void sift(char* base, size_t at, size_t count, size_t size, comparison compare,
                 void* context) {
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count &&
            compare(base + child * size, base + (child + 1) * size, context) < 0)
            child++;
        if (compare(base + at * size, base + child * size, context) >= 0) return;
        swap(base + at * size, base + child * size, size);
    }
}

void qsort_r(void* base, size_t count, size_t size, comparison compare, void* context) {
    if (count < 2 || size == 0) return;
    for (size_t i = count / 2; i-- > 0;) sift(base, i, count, size, compare, context);
    for (size_t last = count - 1; last > 0; last--) {
        swap(base, (char*)base + last * size, size);
        sift(base, 0, last, size, compare, context);
    }
}

static int plain(const void* left, const void* right, void* function) {
    return ((int (*)(const void*, const void*))function)(left, right);
}

void qsort(void* base, size_t count, size_t size, int (*compare)(const void*, const void*)) {
    qsort_r(base, count, size, plain, (void*)compare);
}

void* bsearch(const void* key, const void* base, size_t count, size_t size,
              int (*compare)(const void*, const void*)) {
    const char* low = base;
    while (count) {
        const char* middle = low + count / 2 * size;
        int order = compare(key, middle);
        if (order == 0) return (void*)middle;
        if (order > 0)
            low = middle + size, count -= count / 2 + 1;
        else
            count /= 2;
    }
    return 0;
}

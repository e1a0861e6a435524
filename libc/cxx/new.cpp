// What the C++ compiler calls: new and delete on the heap, also of what is aligned more than the
// heap does by itself, and the call of a pure virtual function. Without exceptions a failed `new`
// ends the program.
#include <malloc.h>
#include <stdlib.h>

#include "fatal.h"

namespace std {
enum class align_val_t : size_t {};
}

extern "C" void __cxa_pure_virtual() { __libc_fatal("pure virtual function called"); }

static void* or_end(void* object) {
    if (!object) __libc_fatal("out of memory");
    return object;
}

void* operator new(size_t size) { return or_end(malloc(size)); }
void* operator new[](size_t size) { return or_end(malloc(size)); }
void* operator new(size_t size, std::align_val_t align) {
    return or_end(memalign(static_cast<size_t>(align), size));
}
void* operator new[](size_t size, std::align_val_t align) { return operator new(size, align); }
void operator delete(void* object) noexcept { free(object); }
void operator delete[](void* object) noexcept { free(object); }
void operator delete(void* object, size_t) noexcept { free(object); }
void operator delete[](void* object, size_t) noexcept { free(object); }
void operator delete(void* object, std::align_val_t) noexcept { free(object); }
void operator delete[](void* object, std::align_val_t) noexcept { free(object); }
void operator delete(void* object, size_t, std::align_val_t) noexcept { free(object); }
void operator delete[](void* object, size_t, std::align_val_t) noexcept { free(object); }

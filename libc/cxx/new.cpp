// What the C++ compiler calls: new and delete on the heap, and the call of a pure virtual function.
// Without exceptions a failed `new` ends the program.
#include <stdlib.h>

#include "fatal.h"

extern "C" void __cxa_pure_virtual() { __libc_fatal("pure virtual function called"); }

void* operator new(size_t size) {
    void* object = malloc(size);
    if (!object) __libc_fatal("out of memory");
    return object;
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* object) noexcept { free(object); }
void operator delete[](void* object) noexcept { free(object); }
void operator delete(void* object, size_t) noexcept { free(object); }
void operator delete[](void* object, size_t) noexcept { free(object); }

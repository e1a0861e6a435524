// What the compiler asks of the C++ run time in a program that never ends.
#include "kernel/arch/cxx_runtime.h"
#include "kernel/base/assert.h"
#include "kernel/base/ref.h"

extern "C" {
void* __dso_handle = nullptr;
// Objects of static lifetime live for ever: there is nothing to register.
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
[[noreturn]] void __cxa_pure_virtual() { panic("pure virtual function called"); }
}

// What std::string_view calls for a position beyond its end: a bug of the caller's.
namespace std {
[[noreturn]] void __throw_out_of_range_fmt(const char* format, ...) {
    panic("out of range: %s", format);
}
} // namespace std

// Named by the deleting destructors that virtual destructors bring; Box and Ref free by kfree.
void operator delete(void* pointer) noexcept { kfree(pointer); }
void operator delete(void* pointer, usize) noexcept { kfree(pointer); }

using Constructor = void (*)();
extern "C" const Constructor init_array_start[], init_array_end[];

void run_constructors() {
    for (const Constructor* constructor = init_array_start; constructor < init_array_end;
         ++constructor)
        (*constructor)();
}

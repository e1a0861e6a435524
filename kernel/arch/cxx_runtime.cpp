// What the compiler asks of the C++ run time in a program that never ends.
#include "kernel/arch/cxx_runtime.h"
#include "kernel/base/assert.h"
#include "kernel/base/ref.h"

extern "C" {
void* __dso_handle = nullptr;
// Objects of static lifetime live for ever: there is nothing to register.
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
// libgcc's: std::popcount without the POPCNT instruction, which not every x86-64 has.
int __popcountdi2(u64 value) {
    value -= value >> 1 & 0x5555555555555555;
    value = (value & 0x3333333333333333) + (value >> 2 & 0x3333333333333333);
    value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return static_cast<int>(value * 0x0101010101010101 >> 56);
}
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

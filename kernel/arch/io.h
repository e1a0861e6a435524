// Port input and output, and access to device registers in memory.
#pragma once

#include "kernel/base/types.h"

inline u8 in8(u16 port) {
    u8 value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
inline u16 in16(u16 port) {
    u16 value;
    asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
inline u32 in32(u16 port) {
    u32 value;
    asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
inline void out8(u16 port, u8 value) { asm volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
inline void out16(u16 port, u16 value) { asm volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
inline void out32(u16 port, u32 value) { asm volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }

inline u32 mmio_read32(const volatile void* base, usize offset) {
    return *reinterpret_cast<const volatile u32*>(static_cast<const volatile u8*>(base) + offset);
}
inline void mmio_write32(volatile void* base, usize offset, u32 value) {
    *reinterpret_cast<volatile u32*>(static_cast<volatile u8*>(base) + offset) = value;
}

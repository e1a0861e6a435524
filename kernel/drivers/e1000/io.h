// The door between the driver and its device: registers, and memory that both can see. In the
// kernel it is memory-mapped I/O, inlined; a host test links the same driver against a model of
// the device, which answers instead.
#pragma once

#include "kernel/base/types.h"

#if __STDC_HOSTED__

struct E1000Io {
    void* model = nullptr;

    u32 read(u32 offset) const;
    void write(u32 offset, u32 value) const;
    u64 bus_address(const void* memory) const;
    void* allocate(usize bytes) const;
    void release(void* memory, usize bytes) const;
    void delay_us(u32 microseconds) const;
};

#else

#include "kernel/arch/clock.h"
#include "kernel/mem/frames.h"

struct E1000Io {
    volatile u8* registers = nullptr; // BAR 0, mapped uncached

    u32 read(u32 offset) const { return *reinterpret_cast<volatile u32*>(registers + offset); }
    // x86 keeps the order of earlier stores to memory and this one; only the compiler must.
    void write(u32 offset, u32 value) const {
        asm volatile("" ::: "memory");
        *reinterpret_cast<volatile u32*>(registers + offset) = value;
    }
    // Of memory from allocate() or the heap, both of which are contiguous.
    u64 bus_address(const void* memory) const { return virt_to_phys(memory); }
    // Page-aligned and contiguous; null when there is none.
    void* allocate(usize bytes) const {
        Frame* frames = frame_alloc(order_of(bytes));
        return frames ? frames->data() : nullptr;
    }
    void release(void* memory, usize) const { frame_unref(frame_of_pointer(memory)); }
    void delay_us(u32 microseconds) const { clock_busy_wait(us_to_ns(microseconds)); }

  private:
    static unsigned order_of(usize bytes) {
        unsigned order = 0;
        while ((page_size << order) < bytes) order++;
        return order;
    }
};

#endif

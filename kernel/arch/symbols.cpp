// Looks into the table that kernel/arch/symbols.awk made.
#include "kernel/arch/symbols.h"
#include "kernel/arch/layout.h"

namespace {

struct Entry {
    u32 address; // from kernel_image_base
    u32 name;    // offset in symbol_names
};
extern "C" const Entry symbol_table[];
extern "C" const u32 symbol_count;
extern "C" const char symbol_names[];
extern "C" const u8 text_start[], text_end[];

} // namespace

Symbol symbol_of(uptr address) {
    if (address < reinterpret_cast<uptr>(text_start) || address >= reinterpret_cast<uptr>(text_end))
        return {nullptr, 0};
    const u32 wanted = address - kernel_image_base;
    u32 low = 0, high = symbol_count; // the last entry at or below `wanted` is below `high`
    while (low < high) {
        const u32 middle = (low + high) / 2;
        if (symbol_table[middle].address <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return {nullptr, 0};
    const Entry& entry = symbol_table[low - 1];
    return {symbol_names + entry.name, wanted - entry.address};
}

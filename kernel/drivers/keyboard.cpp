// Scan codes of set 1 (which the 8042 controller translates to), make and break; the arrows and
// their neighbours come with an e0 prefix and become the escape sequences of a VT100.
#include "kernel/drivers/keyboard.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/io.h"
#include "kernel/base/assert.h"
#include "kernel/drivers/console.h"

namespace {

constexpr u16 data_port = 0x60, status_port = 0x64;
constexpr u8 output_full = 1 << 0;
constexpr u8 extended = 0xe0, released = 0x80;
enum Key : u8 { left_control = 0x1d, left_shift = 0x2a, right_shift = 0x36, caps_lock = 0x3a };

const char plain[] = "\0\0331234567890-=\177\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
const char shifted[] = "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

struct ExtendedKey {
    u8 code;
    const char* sequence;
};
const ExtendedKey extended_keys[] = {
    {0x48, "\033[A"},  {0x50, "\033[B"},  {0x4d, "\033[C"},  {0x4b, "\033[D"},
    {0x47, "\033[H"},  {0x4f, "\033[F"},  {0x49, "\033[5~"}, {0x51, "\033[6~"},
    {0x52, "\033[2~"}, {0x53, "\033[3~"}, {0x1c, "\r"},      {0x35, "/"},
};

bool shift = false, control = false, caps = false, prefixed = false;

void type_extended(u8 code) {
    for (const ExtendedKey& key : extended_keys)
        if (key.code == code)
            for (const char* c = key.sequence; *c; ++c) console_input(*c);
}

void type(u8 code) {
    if (code >= sizeof plain - 1) return;
    char c = shift ? shifted[code] : plain[code];
    const char lower = c | 0x20;
    const bool letter = lower >= 'a' && lower <= 'z';
    if (caps && letter) c ^= 0x20;
    if (control && (letter || (c >= '[' && c <= '_') || c == '@')) c &= 0x1f;
    if (c) console_input(c);
}

void handle(u8 byte) {
    if (byte == extended) {
        prefixed = true;
        return;
    }
    const bool down = !(byte & released);
    const u8 code = byte & ~released;
    const bool was_prefixed = prefixed;
    prefixed = false;
    if (code == left_control)
        control = down; // the right one is the same with the prefix
    else if (!was_prefixed && (code == left_shift || code == right_shift))
        shift = down;
    else if (!down)
        return;
    else if (code == caps_lock)
        caps = !caps;
    else if (was_prefixed)
        type_extended(code);
    else
        type(code);
}

bool receive(void*) {
    bool any = false;
    while (in8(status_port) & output_full) {
        handle(in8(data_port));
        any = true;
    }
    return any;
}
InterruptHandler handler(receive, nullptr);

} // namespace

void keyboard_init() {
    for (int i = 0; i < 16 && in8(status_port) & output_full; ++i) in8(data_port); // stale keys
    ASSERT(interrupt_register(1, handler, false).ok());
}

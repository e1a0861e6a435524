// See vga.h. Memory at b8000, cursor registers: IBM VGA technical reference; mode: BIOS data area.
#include "kernel/drivers/vga.h"
#include "kernel/arch/io.h"
#include "kernel/arch/layout.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/drivers/ansi.h"

namespace {

constexpr int columns = 80, rows = 25;
constexpr u16 crtc_index = 0x3d4, crtc_data = 0x3d5;

bool present = false;
u16* screen; // character and attribute
int column = 0, row = 0;
u8 attribute = 0x07;
AnsiParser parser;

u16 cell(u8 c) { return attribute << 8 | c; }

void show_cursor() {
    const u16 at = row * columns + min(column, columns - 1);
    out8(crtc_index, 0x0e), out8(crtc_data, at >> 8);
    out8(crtc_index, 0x0f), out8(crtc_data, at & 0xff);
}

void erase(int from, int to) {
    for (int i = from; i < to; ++i) screen[i] = cell(' ');
}

void new_line() {
    if (++row < rows) return;
    row = rows - 1;
    memmove(screen, screen + columns, (rows - 1) * columns * sizeof *screen);
    erase((rows - 1) * columns, rows * columns);
}

void put(u8 c) {
    switch (c) {
    case '\n':
        column = 0;
        new_line();
        return;
    case '\r':
        column = 0;
        return;
    case '\b':
        column = max(column - 1, 0);
        return;
    case '\t':
        column = min((column | 7) + 1, columns - 1);
        return;
    case '\a':
        return;
    }
    if (column == columns) column = 0, new_line();
    screen[row * columns + column++] = cell(c);
}

// SGR: ANSI numbers its colours by red-green-blue bits, VGA by blue-green-red.
void set_colour(int code) {
    static const u8 vga_colour[8] = {0, 4, 2, 6, 1, 5, 3, 7};
    if (code == 0) attribute = 0x07;
    if (code == 1) attribute |= 0x08;
    if (code == 7) attribute = attribute >> 4 | attribute << 4;
    if (code >= 30 && code <= 37) attribute = (attribute & 0xf8) | vga_colour[code - 30];
    if (code >= 40 && code <= 47) attribute = (attribute & 0x0f) | vga_colour[code - 40] << 4;
    if (code == 39) attribute = (attribute & 0xf8) | 0x07;
    if (code == 49) attribute &= 0x0f;
}

void execute(const AnsiParser& command) {
    const int n = max(command.argument(0), 1);
    const int here = row * columns + min(column, columns - 1);
    switch (command.final()) {
    case 'A':
        row = max(row - n, 0);
        break;
    case 'B':
        row = min(row + n, rows - 1);
        break;
    case 'C':
        column = min(column + n, columns - 1);
        break;
    case 'D':
        column = max(column - n, 0);
        break;
    case 'G':
        column = clamp(n - 1, 0, columns - 1);
        break;
    case 'H':
    case 'f':
        row = clamp(n - 1, 0, rows - 1);
        column = clamp(max(command.argument(1), 1) - 1, 0, columns - 1);
        break;
    case 'J':
        if (command.argument(0) == 0) erase(here, rows * columns);
        if (command.argument(0) == 1) erase(0, here + 1);
        if (command.argument(0) == 2) erase(0, rows * columns);
        break;
    case 'K':
        erase(command.argument(0) == 0 ? here : row * columns,
              command.argument(0) == 1 ? here + 1 : (row + 1) * columns);
        break;
    case 'm':
        for (int i = 0; i < max(command.argument_count(), 1); ++i) set_colour(command.argument(i));
        break;
    }
}

} // namespace

void vga_init() {
    const volatile u8* mode = static_cast<const u8*>(phys_to_virt(0x449));
    present = *mode == 3;
    if (!present) return;
    screen = static_cast<u16*>(phys_to_virt(0xb8000));
    erase(0, rows * columns);
    show_cursor();
}

bool vga_present() { return present; }

void vga_write(std::span<const char> text) {
    for (char c : text) {
        switch (parser.feed(c)) {
        case AnsiParser::Event::text:
            put(static_cast<u8>(c));
            break;
        case AnsiParser::Event::command:
            execute(parser);
            break;
        case AnsiParser::Event::more:
            break;
        }
    }
    show_cursor();
}

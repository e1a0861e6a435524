// The VGA text screen, 80 by 25, with scrolling, a cursor and the common ANSI escape sequences
// (ECMA-48: cursor movement, erasing, colours). Its newline also returns to column 0.
#pragma once

#include <span>

// Looks whether the machine came up in text mode 3.
void vga_init();
bool vga_present();
void vga_write(std::span<const char> text);

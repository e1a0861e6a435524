// The console: COM1, and the screen with its keyboard where there is one. The terminal plugs into
// it.
#pragma once

#include <span>

void console_init();
// To every output there is. `\n` becomes CR LF on the line; a terminal that has made `\r\n` of it
// already uses console_write_raw.
void console_write(std::span<const char> text);
void console_write_raw(std::span<const char> text);
// Who gets what is typed, character by character, at a safe point. What comes before is kept (up to
// 256 characters).
void set_console_input(void (*receive)(char c));
// From the interrupt handlers of serial line and keyboard.
void console_input(char c);

// COM1: a 16550 UART. Output is polled and loses nothing; input comes by interrupt.
#pragma once

#include <span>

void serial_init();
// `\n` goes out as CR LF.
void serial_write(std::span<const char> text);
void serial_write_raw(std::span<const char> text);
// From now on received characters are handed to the console (console_input).
void serial_start_input();

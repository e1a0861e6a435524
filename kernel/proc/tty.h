// The console as a terminal: sessions, foreground groups and job control over the line discipline.
// POSIX.1-2017, XBD 11; tty_ioctl(4).
#pragma once

struct Process;

// Registers /dev/console, /dev/tty and /dev/tty1, and takes the console's input.
void tty_init();
// A session's leader that ends gives its terminal up: the foreground group is hung up.
void tty_process_exits(Process& process);

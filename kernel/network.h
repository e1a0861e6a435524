// Where the kernel and net/ meet: starting the stack, its files in /proc, its view of who is
// calling, ip= of the command line.
#pragma once

// Registers protocols and lo. Before the drivers.
void network_init();
// Makes /proc/net and /proc/sys/net, and does what ip= says. After the drivers and the file
// systems.
void network_configure();

// The kernel's log (kprintf, kernel/base/format.h): to the console and into a ring that syslog(2)
// and dmesg read.
#pragma once

#include "kernel/base/types.h"
#include <span>

// Positions count the characters ever logged; the ring holds those from klog_start() to klog_end().
u64 klog_start();
u64 klog_end();
// Copies what there is from `position` on (moved up to klog_start() if that is later, and advanced
// behind what was copied). Returns the number of characters.
usize klog_read(u64& position, std::span<char> to);
// Adds text without a format, as a write to /dev/kmsg does.
void klog_write(std::span<const char> text);
// Whether the log also goes to the console (syslog(2), actions 6 and 7).
void klog_set_console(bool on);

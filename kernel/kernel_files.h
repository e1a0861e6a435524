// Files that tell of the kernel itself: /proc/cmdline, /proc/version, /dev/kmsg.
#pragma once

// After fs_init.
void kernel_files_init();

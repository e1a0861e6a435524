// Asks the kernel's audit log (docs/hooks.md) by which door a call came. For tests in the guest, as
// root.
#pragma once

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static inline void audit_switch(const char* on) {
    int fd = open("/proc/sys/kernel/audit", O_WRONLY);
    if (fd < 0) return;
    if (write(fd, on, 1) < 0) {
    }
    close(fd);
}

// Whether the log has a line of this process that holds `words`.
static inline int audit_has(const char* words) {
    static char text[65536];
    char mine[32];
    int found = 0;
    snprintf(mine, sizeof mine, " pid=%d ", (int)getpid());
    int fd = open("/dev/audit", O_RDONLY | O_NONBLOCK);
    ssize_t length;
    while (fd >= 0 && (length = read(fd, text, sizeof text - 1)) > 0) {
        text[length] = 0;
        for (char* line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            if (strstr(line, mine) && strstr(line, words)) found = 1;
    }
    if (fd >= 0) close(fd);
    return found;
}

// Solution 6: readlink, then the row with that inode.
#include <stdio.h>
#include <unistd.h>

int whose(int pid, int fd, char* text, size_t room) {
    char path[64], link[64], line[256];
    unsigned long inode, row_inode;
    unsigned address, port, state;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    ssize_t length = readlink(path, link, sizeof link - 1);
    if (length < 0) return -1;
    link[length] = 0;
    if (sscanf(link, "socket:[%lu]", &inode) != 1) return -1;
    FILE* table = fopen("/proc/net/tcp", "r");
    if (!table) return -1;
    int found = -1;
    while (found && fgets(line, sizeof line, table)) {
        if (sscanf(line, " %*d: %x:%x %*x:%*x %x %*s %*s %*s %*s %*s %lu", &address, &port, &state,
                   &row_inode) != 4 ||
            row_inode != inode)
            continue;
        snprintf(text, room, "%u.%u.%u.%u:%u %02X", address & 255, address >> 8 & 255,
                 address >> 16 & 255, address >> 24, port, state);
        found = 0;
    }
    fclose(table);
    return found;
}

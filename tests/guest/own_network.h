// A network of the test's own, or mounts. On Linux the test makes itself root of a new user and
// network (mount) namespace, so that it needs no rights and hurts nobody; in Plumb there are none,
// and it is root already. Both have lo, and lo is up afterwards.
#pragma once

#include "test.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void own_network_write(const char* path, const char* text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) perror(path);
    close(fd);
}

static inline int device_flags(const char* name, int set, int clear) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, name);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int result = ioctl(fd, SIOCGIFFLAGS, &request);
    if (result == 0 && (set || clear)) {
        request.ifr_flags = (short)((request.ifr_flags | set) & ~clear);
        result = ioctl(fd, SIOCSIFFLAGS, &request);
    }
    close(fd);
    return result < 0 ? -1 : request.ifr_flags & 0xffff;
}

// `kind`: CLONE_NEWNET or CLONE_NEWNS.
static inline void own_namespace(int kind) {
    unsigned uid = getuid(), gid = getgid();
    if (unshare(CLONE_NEWUSER | kind) == 0) {
        char map[40];
        own_network_write("/proc/self/setgroups", "deny");
        sprintf(map, "0 %u 1", uid);
        own_network_write("/proc/self/uid_map", map);
        sprintf(map, "0 %u 1", gid);
        own_network_write("/proc/self/gid_map", map);
    }
}

static inline void own_network(void) {
    own_namespace(CLONE_NEWNET);
    device_flags("lo", IFF_UP, 0);
}

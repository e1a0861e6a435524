// getifaddrs(3) and if_nameindex(3): links and their addresses, asked of the kernel by
// rtnetlink(7).
#include <errno.h>
#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/netlink.h>
#include <unistd.h>

#include "descriptor.h"

struct message { // nlmsghdr
    uint32_t length;
    uint16_t type, flags;
    uint32_t sequence, port;
};
struct link_body { // ifinfomsg
    uint8_t family, padding;
    uint16_t type;
    int32_t index;
    uint32_t flags, change;
};
struct address_body { // ifaddrmsg
    uint8_t family, prefix_length, flags, scope;
    uint32_t index;
};
struct attribute { // rtattr
    uint16_t length, type;
};

// One entry with all that it points at.
struct entry {
    struct ifaddrs shown;
    int index;
    char name[IFNAMSIZ];
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_ll link;
    } address, netmask, other;
    uint32_t statistics[24]; // struct rtnl_link_stats
};

struct list {
    struct entry *first, *last;
    int interrupted; // the tables changed while they were read
};

static struct entry* append(struct list* list) {
    struct entry* entry = calloc(1, sizeof *entry);
    if (!entry) return 0;
    if (list->last)
        list->last->shown.ifa_next = &entry->shown;
    else
        list->first = entry;
    entry->shown.ifa_name = entry->name;
    return list->last = entry;
}

static size_t align(size_t bytes) { return (bytes + 3) & ~(size_t)3; }

// The attributes behind `fixed` bytes of a message's body, one after the other: null after the
// last.
struct cursor {
    const char *at, *end;
};
static struct cursor attributes_of(const struct message* message, size_t fixed) {
    const char* start = (const char*)message;
    return (struct cursor){start + sizeof *message + align(fixed), start + message->length};
}
static const struct attribute* next_attribute(struct cursor* cursor) {
    const struct attribute* found = (const struct attribute*)cursor->at;
    if (cursor->end - cursor->at < (long)sizeof *found || found->length < sizeof *found ||
        found->length > cursor->end - cursor->at)
        return 0;
    cursor->at += align(found->length);
    return found;
}

static void set_link_address(struct sockaddr_ll* to, const struct link_body* body, const void* data,
                             size_t bytes) {
    to->sll_family = AF_PACKET;
    to->sll_ifindex = body->index;
    to->sll_hatype = body->type;
    if (bytes > sizeof to->sll_addr) return;
    to->sll_halen = (unsigned char)bytes;
    memcpy(to->sll_addr, data, bytes);
}

static int add_link(struct list* list, const struct message* message) {
    const struct link_body* body = (const void*)(message + 1);
    struct entry* entry = append(list);
    if (!entry) return -1;
    struct ifaddrs* shown = &entry->shown;
    entry->index = body->index;
    shown->ifa_flags = body->flags;
    set_link_address(&entry->address.link, body, "", 0);
    shown->ifa_addr = &entry->address.any;
    struct cursor cursor = attributes_of(message, sizeof *body);
    for (const struct attribute* at; (at = next_attribute(&cursor));) {
        size_t bytes = at->length - sizeof *at;
        if (at->type == IFLA_IFNAME) strlcpy(entry->name, (const char*)(at + 1), IFNAMSIZ);
        if (at->type == IFLA_ADDRESS) set_link_address(&entry->address.link, body, at + 1, bytes);
        if (at->type == IFLA_BROADCAST) {
            set_link_address(&entry->other.link, body, at + 1, bytes);
            shown->ifa_broadaddr = &entry->other.any;
        }
        if (at->type == IFLA_STATS && bytes >= sizeof entry->statistics) {
            memcpy(entry->statistics, at + 1, sizeof entry->statistics);
            shown->ifa_data = entry->statistics;
        }
    }
    return 0;
}

// Writes an Internet address of either family; null when it is another.
static struct sockaddr* set_address(void* to, int family, const void* data, size_t bytes,
                                    int scope) {
    if (family == AF_INET && bytes >= 4) {
        struct sockaddr_in* in = to;
        in->sin_family = AF_INET;
        memcpy(&in->sin_addr, data, 4);
        return to;
    }
    if (family != AF_INET6 || bytes < 16) return 0;
    struct sockaddr_in6* in6 = to;
    in6->sin6_family = AF_INET6;
    memcpy(&in6->sin6_addr, data, 16);
    int link_local =
        IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) ||
        (IN6_IS_ADDR_MULTICAST(&in6->sin6_addr) && (in6->sin6_addr.s6_addr[1] & 0xf) == 2);
    if (link_local) in6->sin6_scope_id = (uint32_t)scope;
    return to;
}

static struct sockaddr* set_mask(void* to, int family, unsigned bits) {
    unsigned char mask[16] = {0};
    for (unsigned i = 0; i < bits && i < 128; i++) mask[i / 8] |= (unsigned char)(0x80 >> i % 8);
    return set_address(to, family, mask, sizeof mask, 0);
}

static const struct entry* find_link(const struct list* list, int index) {
    for (const struct ifaddrs* at = list->first ? &list->first->shown : 0; at; at = at->ifa_next)
        if (((const struct entry*)at)->index == index && at->ifa_addr &&
            at->ifa_addr->sa_family == AF_PACKET)
            return (const struct entry*)at;
    return 0;
}

static int add_address(struct list* list, const struct message* message) {
    const struct address_body* body = (const void*)(message + 1);
    const struct entry* link = find_link(list, (int)body->index);
    if (!link) return 0; // it came after the links had been read
    struct entry* entry = append(list);
    if (!entry) return -1;
    struct ifaddrs* shown = &entry->shown;
    int family = body->family, scope = (int)body->index;
    shown->ifa_flags = link->shown.ifa_flags;
    strlcpy(entry->name, link->name, IFNAMSIZ);
    struct cursor cursor = attributes_of(message, sizeof *body);
    for (const struct attribute* at; (at = next_attribute(&cursor));) {
        size_t bytes = at->length - sizeof *at;
        if (at->type == IFA_LABEL) strlcpy(entry->name, (const char*)(at + 1), IFNAMSIZ);
        if (at->type == IFA_BROADCAST)
            shown->ifa_broadaddr = set_address(&entry->other, family, at + 1, bytes, scope);
        // IFA_ADDRESS is the other end's, where IFA_LOCAL says otherwise.
        if (at->type == IFA_LOCAL) {
            if (shown->ifa_addr && memcmp(&entry->address.in.sin_addr, at + 1, 4)) {
                entry->other = entry->address;
                shown->ifa_dstaddr = &entry->other.any;
            }
            shown->ifa_addr = set_address(&entry->address, family, at + 1, bytes, scope);
        } else if (at->type == IFA_ADDRESS && !shown->ifa_addr) {
            shown->ifa_addr = set_address(&entry->address, family, at + 1, bytes, scope);
        }
    }
    shown->ifa_netmask = set_mask(&entry->netmask, family, body->prefix_length);
    return 0;
}

static int send_question(int fd, int type) {
    struct {
        struct message header;
        struct link_body body; // all that matters is the family: any
    } question = {{sizeof question, (uint16_t)type, NLM_F_REQUEST | NLM_F_DUMP, (uint32_t)type, 0},
                  {0}};
    return __send(fd, &question, sizeof question, 0) < 0 ? -1 : 0;
}

// Reads the answer to one question. -1 with errno.
static int read_answer(int fd, struct list* list) {
    static const int most = 32768;
    char* buffer = malloc((size_t)most);
    if (!buffer) return -1;
    int result = 1;
    while (result > 0) {
        long left = __recv(fd, buffer, (size_t)most, 0);
        if (left < 0) result = -1;
        const struct message* at = (const void*)buffer;
        while (left >= (long)sizeof *at && at->length >= sizeof *at && at->length <= (size_t)left &&
               result > 0) {
            if (at->flags & NLM_F_DUMP_INTR) list->interrupted = 1;
            if (at->type == NLMSG_DONE) result = 0;
            if (at->type == NLMSG_ERROR) errno = EIO, result = -1;
            if (at->type == RTM_NEWLINK && add_link(list, at) < 0) result = -1;
            if (at->type == RTM_NEWADDR && add_address(list, at) < 0) result = -1;
            left -= (long)align(at->length);
            at = (const void*)((const char*)at + align(at->length));
        }
    }
    int saved = errno;
    free(buffer);
    errno = saved;
    return result;
}

static int read_all(int fd, struct list* list) {
    if (send_question(fd, RTM_GETLINK) < 0 || read_answer(fd, list) < 0) return -1;
    if (send_question(fd, RTM_GETADDR) < 0 || read_answer(fd, list) < 0) return -1;
    return 0;
}

int getifaddrs(struct ifaddrs** to) {
    int fd = __socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return -1;
    struct list list = {0};
    int result, saved;
    for (int attempt = 0; attempt < 5; attempt++) {
        list.interrupted = 0;
        result = read_all(fd, &list);
        saved = errno;
        if (result == 0 && !list.interrupted) break;
        freeifaddrs(list.first ? &list.first->shown : 0);
        list.first = list.last = 0;
        if (result < 0) break;
        result = -1, saved = EAGAIN;
    }
    __close(fd);
    errno = saved;
    if (result == 0) *to = list.first ? &list.first->shown : 0;
    return result;
}

void freeifaddrs(struct ifaddrs* list) {
    while (list) {
        struct ifaddrs* next = list->ifa_next;
        free(list);
        list = next;
    }
}

struct if_nameindex* if_nameindex(void) {
    struct ifaddrs* all;
    if (getifaddrs(&all) < 0) return 0;
    size_t count = 0, used = 0;
    for (struct ifaddrs* at = all; at; at = at->ifa_next)
        count += at->ifa_addr && at->ifa_addr->sa_family == AF_PACKET;
    // The names stand behind the list, in one allocation with it.
    struct if_nameindex* list = calloc(1, (count + 1) * sizeof *list + count * IFNAMSIZ);
    char* names = list ? (char*)(list + count + 1) : 0;
    for (struct ifaddrs* at = list ? all : 0; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != AF_PACKET) continue;
        list[used].if_index = (unsigned)((struct entry*)at)->index;
        list[used].if_name = strcpy(names + used * IFNAMSIZ, at->ifa_name);
        used++;
    }
    freeifaddrs(all);
    return list;
}
void if_freenameindex(struct if_nameindex* list) { free(list); }

// gethostbyname(3) and its kin: one static result, as they are.
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "resolve.h"

__thread int h_errno;

static struct addresses found = {.want = WANT_V4};
static char* address_list[MOST_ADDRESSES + 1];
static char* no_aliases[1];
static struct hostent entry = {
    .h_aliases = no_aliases, .h_addrtype = AF_INET, .h_length = 4, .h_addr_list = address_list};

static struct hostent* result(int error) {
    switch (error) {
    case 0:
        break;
    case EAI_AGAIN:
        h_errno = TRY_AGAIN;
        return 0;
    case EAI_NODATA:
        h_errno = NO_DATA;
        return 0;
    case EAI_FAIL:
        h_errno = NO_RECOVERY;
        return 0;
    default:
        h_errno = HOST_NOT_FOUND;
        return 0;
    }
    entry.h_name = found.canonical;
    for (int i = 0; i < found.count; i++) address_list[i] = (char*)&found.address[i];
    address_list[found.count] = 0;
    return &entry;
}

struct hostent* gethostbyname(const char* name) {
    if (!inet_aton(name, &found.address[0])) return result(__resolve_name(name, &found));
    found.count = 1;
    strlcpy(found.canonical, name, sizeof found.canonical);
    return result(0);
}

struct hostent* gethostbyaddr(const void* address, socklen_t length, int family) {
    if (family != AF_INET || length < 4) {
        h_errno = NO_RECOVERY;
        return 0;
    }
    memcpy(&found.address[0], address, 4);
    found.count = 1;
    return result(__resolve_address(found.address[0], found.canonical, sizeof found.canonical));
}

const char* hstrerror(int error) {
    switch (error) {
    case 0:
        return "Resolver Error 0 (no error)";
    case HOST_NOT_FOUND:
        return "Unknown host";
    case TRY_AGAIN:
        return "Host name lookup failure";
    case NO_RECOVERY:
        return "Unknown server error";
    case NO_DATA:
        return "No address associated with name";
    }
    return "Unknown resolver error";
}

void herror(const char* prefix) {
    if (prefix && *prefix) fprintf(stderr, "%s: ", prefix);
    fprintf(stderr, "%s\n", hstrerror(h_errno));
}

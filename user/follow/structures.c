// The structures that arguments point at, in the layout of the door that the call came by.
#include "kernel/uapi/if_tun.h"
#include "user/follow/follow.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

// As the kinds of list.def: what is only written ends with _out.
#define KIND_none(what) "hex"
#define KIND_in(what) #what
#define KIND_out(what) #what "_out"
#define KIND_both(what) #what
#define KIND_get(what) #what
static const struct IoctlName {
    unsigned command;
    const char *name, *kind;
} ioctls[] = {
#define IOCTL(command, what, direction) {command, #command, KIND_##direction(what)},
#include "kernel/syscall/ioctl.def"
};
#undef IOCTL

static const struct IoctlName* find_ioctl(unsigned command) {
    for (unsigned i = 0; i < sizeof ioctls / sizeof *ioctls; i++)
        if (ioctls[i].command == command) return &ioctls[i];
    return NULL;
}

const char* ioctl_kind(unsigned command) {
    const struct IoctlName* known = find_ioctl(command);
    return known ? known->kind : "hex";
}
const char* ioctl_name(unsigned command) {
    const struct IoctlName* known = find_ioctl(command);
    return known ? known->name : NULL;
}

static unsigned get16(const unsigned char* at) { return at[0] | at[1] << 8; }
static unsigned get32(const unsigned char* at) { return get16(at) | get16(at + 2) << 16; }

// A struct ifreq, or only the name that is at its beginning.
static void print_request(const char* what, const unsigned char* request, unsigned length) {
    fprintf(out, "{\"%.*s\"%s", IFNAMSIZ, (const char*)request, length > IFNAMSIZ ? ", " : "}");
    if (length <= IFNAMSIZ) return;
    const unsigned char* value = request + IFNAMSIZ;
    if (!strncmp(what, "flags", 5))
        fprintf(out, "flags %#x", get16(value));
    else if (!strncmp(what, "address", 7))
        print_address(value, 16);
    else
        fprintf(out, "%d", (int)get32(value));
    fputc('}', out);
}

// Behind three addresses the flags; before them a word that nobody uses (net/route.h).
static void print_route(const unsigned char* route, unsigned word) {
    static const char* const names[] = {"to", "by", "mask"};
    fputc('{', out);
    for (unsigned i = 0; i < 3; i++) {
        fprintf(out, "%s ", names[i]);
        print_address(route + word + 16 * i, 16);
        fprintf(out, ", ");
    }
    fprintf(out, "flags %#x}", get16(route + word + 48));
}

static void print_polled(const unsigned char* entries, unsigned length, unsigned long long whole) {
    enum { ENTRY = 8, SHOWN = 4 };
    fputc('[', out);
    for (unsigned at = 0; at + ENTRY <= length && at < SHOWN * ENTRY; at += ENTRY)
        fprintf(out, "%s{fd %d, events %#x, revents %#x}", at ? ", " : "", (int)get32(entries + at),
                get16(entries + at + 4), get16(entries + at + 6));
    fprintf(out, whole > SHOWN * ENTRY ? ", ...]" : "]");
}

void print_structure(const char* kind, const struct Memory* memory, bool narrow) {
    unsigned char bytes[MAX_BYTES] = {0};
    memcpy(bytes, memory->bytes, memory->length);
    if (!strcmp(kind, "pollfds"))
        print_polled(bytes, memory->length, memory->about.bytes);
    else if (!strcmp(kind, "fds_out"))
        fprintf(out, "[%d, %d]", (int)get32(bytes), (int)get32(bytes + 4));
    else if (!strncmp(kind, "winsize", 7))
        fprintf(out, "{rows %u, columns %u}", get16(bytes), get16(bytes + 2));
    else if (!strncmp(kind, "ifreq_", 6))
        print_request(kind + 6, bytes, memory->length);
    else if (!strcmp(kind, "ifconf"))
        fprintf(out, "{%u bytes}", get32(bytes));
    else if (!strcmp(kind, "rtentry"))
        print_route(bytes, narrow ? 4 : 8);
    else
        fprintf(out, "[%d]", (int)get32(bytes));
}

// Numbers that have names: by the kinds of list.def.
#include "user/follow/follow.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct Name {
    unsigned long value;
    const char* name;
};
#define NAME(value)                                                                                \
    { value, #value }

static const struct Name families[] = {
    NAME(AF_UNSPEC), NAME(AF_UNIX),    NAME(AF_INET),
    NAME(AF_INET6),  NAME(AF_NETLINK), NAME(AF_PACKET),
};
static const struct Name shutdowns[] = {NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR)};
static const struct Name levels[] = {
    NAME(SOL_SOCKET), NAME(IPPROTO_IP), NAME(IPPROTO_TCP), NAME(IPPROTO_UDP), NAME(IPPROTO_IPV6),
};
static const struct Name places[] = {NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END)};
static const struct Name fcntls[] = {
    NAME(F_DUPFD), NAME(F_GETFD), NAME(F_SETFD),
    NAME(F_GETFL), NAME(F_SETFL), NAME(F_DUPFD_CLOEXEC),
};
// The kernel's numbers: libc's of i386 are the newer ones.
static const struct Name socket_options[] = {
    NAME(SO_REUSEADDR), NAME(SO_TYPE),       NAME(SO_ERROR),      NAME(SO_BROADCAST),
    NAME(SO_SNDBUF),    NAME(SO_RCVBUF),     NAME(SO_KEEPALIVE),  NAME(SO_LINGER),
    NAME(SO_REUSEPORT), {20, "SO_RCVTIMEO"}, {21, "SO_SNDTIMEO"},
};
static const struct Name signals[] = {
    NAME(SIGHUP),  NAME(SIGINT),  NAME(SIGQUIT), NAME(SIGILL),  NAME(SIGTRAP),
    NAME(SIGABRT), NAME(SIGBUS),  NAME(SIGFPE),  NAME(SIGKILL), NAME(SIGUSR1),
    NAME(SIGSEGV), NAME(SIGUSR2), NAME(SIGPIPE), NAME(SIGALRM), NAME(SIGTERM),
    NAME(SIGCHLD), NAME(SIGCONT), NAME(SIGSTOP), NAME(SIGTSTP),
};
// libc says 0 for O_LARGEFILE, which i386's open sets.
static const struct Name open_bits[] = {
    NAME(O_CREAT),     NAME(O_EXCL),     NAME(O_TRUNC),
    NAME(O_APPEND),    NAME(O_NONBLOCK), {0100000, "O_LARGEFILE"},
    NAME(O_DIRECTORY), NAME(O_CLOEXEC),
};
static const struct Name message_bits[] = {
    NAME(MSG_OOB),      NAME(MSG_PEEK),    NAME(MSG_DONTROUTE), NAME(MSG_CTRUNC),   NAME(MSG_TRUNC),
    NAME(MSG_DONTWAIT), NAME(MSG_WAITALL), NAME(MSG_ERRQUEUE),  NAME(MSG_NOSIGNAL), NAME(MSG_MORE),
};
static const struct Name protections[] = {NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC)};
static const struct Name mapping_bits[] = {
    NAME(MAP_SHARED),
    NAME(MAP_PRIVATE),
    NAME(MAP_FIXED),
    NAME(MAP_ANONYMOUS),
};
static const struct Name accesses[] = {NAME(O_RDONLY), NAME(O_WRONLY), NAME(O_RDWR)};
static const struct Name types[] = {
    NAME(SOCK_STREAM),
    NAME(SOCK_DGRAM),
    NAME(SOCK_RAW),
    NAME(SOCK_SEQPACKET),
};
static const struct Name type_bits[] = {NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC)};

#define TABLE(names) names, sizeof(names) / sizeof *(names)
// A number is one of `names`, or bits; or both, the low ones a number.
static const struct Kind {
    const char* kind;
    const struct Name* names;
    unsigned count;
    const struct Name* bits;
    unsigned bit_count;
    unsigned low; // of the value: what `names` are of, when there are bits
} kinds[] = {
    {"family", TABLE(families), NULL, 0, 0},
    {"shut", TABLE(shutdowns), NULL, 0, 0},
    {"level", TABLE(levels), NULL, 0, 0},
    {"whence", TABLE(places), NULL, 0, 0},
    {"fcntl", TABLE(fcntls), NULL, 0, 0},
    {"option", TABLE(socket_options), NULL, 0, 0},
    {"signal", TABLE(signals), NULL, 0, 0},
    {"open", TABLE(accesses), TABLE(open_bits), O_ACCMODE},
    {"socktype", TABLE(types), TABLE(type_bits), 15},
    {"msg", NULL, 0, TABLE(message_bits), 0},
    {"prot", NULL, 0, TABLE(protections), 0},
    {"mmap", NULL, 0, TABLE(mapping_bits), 0},
};

static const char* find_name(const struct Name* names, unsigned count, unsigned long long value) {
    for (unsigned i = 0; i < count; i++)
        if (names[i].value == value) return names[i].name;
    return NULL;
}

// The low part's name, then each bit's; what has none as a number.
static void print_bits(const struct Kind* kind, unsigned long long value) {
    const char* between = "";
    const char* name = find_name(kind->names, kind->count, value & kind->low);
    if (name) {
        fprintf(out, "%s", name);
        value &= ~(unsigned long long)kind->low;
        between = "|";
    }
    for (unsigned i = 0; i < kind->bit_count; i++) {
        if (!(value & kind->bits[i].value)) continue;
        fprintf(out, "%s%s", between, kind->bits[i].name);
        value &= ~(unsigned long long)kind->bits[i].value;
        between = "|";
    }
    if (value)
        fprintf(out, "%s%#llx", between, value);
    else if (!*between)
        fputc('0', out);
}

bool print_named(const char* kind, unsigned long long value) {
    const struct Kind* known = NULL;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].kind, kind)) known = &kinds[i];
    if (known && known->bits) {
        print_bits(known, value);
        return true;
    }
    const char* name = !strcmp(kind, "ioctl") ? ioctl_name((unsigned)value)
                       : known                ? find_name(known->names, known->count, value)
                                              : NULL;
    if (name) fprintf(out, "%s", name);
    return name != NULL;
}

const char* error_name(int number) {
    if (number >= 512) { // the kernel's own: never seen by the program
        static const char* const restarts[] = {"ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND",
                                               NULL, "ERESTART_RESTARTBLOCK"};
        if (number - 512 < 5 && restarts[number - 512]) return restarts[number - 512];
    }
    const char* name = strerrorname_np(number);
    return name ? name : "?";
}

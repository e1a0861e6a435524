// Numbers that have names: by the kinds of list.def.
#include "user/follow/follow.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct Name {
    const char* kind;
    unsigned long value;
    const char* name;
};
#define NAME(kind, value)                                                                          \
    { kind, value, #value }

// One value, one name.
static const struct Name values[] = {
    NAME("family", AF_UNSPEC),
    NAME("family", AF_UNIX),
    NAME("family", AF_INET),
    NAME("family", AF_INET6),
    NAME("family", AF_NETLINK),
    NAME("family", AF_PACKET),
    NAME("shut", SHUT_RD),
    NAME("shut", SHUT_WR),
    NAME("shut", SHUT_RDWR),
    NAME("level", SOL_SOCKET),
    {"level", 0, "IPPROTO_IP"},
    {"level", 6, "IPPROTO_TCP"},
    {"level", 17, "IPPROTO_UDP"},
    {"level", 41, "IPPROTO_IPV6"},
    NAME("whence", SEEK_SET),
    NAME("whence", SEEK_CUR),
    NAME("whence", SEEK_END),
    NAME("fcntl", F_DUPFD),
    NAME("fcntl", F_GETFD),
    NAME("fcntl", F_SETFD),
    NAME("fcntl", F_GETFL),
    NAME("fcntl", F_SETFL),
    {"fcntl", 1030, "F_DUPFD_CLOEXEC"},
    {"ioctl", 0x5401, "TCGETS"},
    {"ioctl", 0x5413, "TIOCGWINSZ"},
    {"ioctl", 0x541b, "FIONREAD"},
    {"ioctl", 0x5421, "FIONBIO"},
    {"option", 2, "SO_REUSEADDR"},
    {"option", 3, "SO_TYPE"},
    {"option", 4, "SO_ERROR"},
    {"option", 6, "SO_BROADCAST"},
    {"option", 7, "SO_SNDBUF"},
    {"option", 8, "SO_RCVBUF"},
    {"option", 9, "SO_KEEPALIVE"},
    {"option", 13, "SO_LINGER"},
    {"option", 15, "SO_REUSEPORT"},
    {"option", 20, "SO_RCVTIMEO"},
    {"option", 21, "SO_SNDTIMEO"},
    NAME("signal", SIGHUP),
    NAME("signal", SIGINT),
    NAME("signal", SIGQUIT),
    NAME("signal", SIGILL),
    NAME("signal", SIGTRAP),
    NAME("signal", SIGABRT),
    NAME("signal", SIGBUS),
    NAME("signal", SIGFPE),
    NAME("signal", SIGKILL),
    NAME("signal", SIGUSR1),
    NAME("signal", SIGSEGV),
    NAME("signal", SIGUSR2),
    NAME("signal", SIGPIPE),
    NAME("signal", SIGALRM),
    NAME("signal", SIGTERM),
    NAME("signal", SIGCHLD),
    NAME("signal", SIGCONT),
    NAME("signal", SIGSTOP),
    NAME("signal", SIGTSTP),
    {"socketcall", 1, "SYS_SOCKET"},
    {"socketcall", 2, "SYS_BIND"},
    {"socketcall", 3, "SYS_CONNECT"},
    {"socketcall", 4, "SYS_LISTEN"},
    {"socketcall", 5, "SYS_ACCEPT"},
    {"socketcall", 6, "SYS_GETSOCKNAME"},
    {"socketcall", 7, "SYS_GETPEERNAME"},
    {"socketcall", 8, "SYS_SOCKETPAIR"},
    {"socketcall", 9, "SYS_SEND"},
    {"socketcall", 10, "SYS_RECV"},
    {"socketcall", 11, "SYS_SENDTO"},
    {"socketcall", 12, "SYS_RECVFROM"},
    {"socketcall", 13, "SYS_SHUTDOWN"},
    {"socketcall", 14, "SYS_SETSOCKOPT"},
    {"socketcall", 15, "SYS_GETSOCKOPT"},
    {"socketcall", 16, "SYS_SENDMSG"},
    {"socketcall", 17, "SYS_RECVMSG"},
    {"socketcall", 18, "SYS_ACCEPT4"},
    {"socketcall", 19, "SYS_RECVMMSG"},
    {"socketcall", 20, "SYS_SENDMMSG"},
};

// Bits.
static const struct Name bits[] = {
    {"open", 0100, "O_CREAT"},
    {"open", 0200, "O_EXCL"},
    {"open", 01000, "O_TRUNC"},
    {"open", 02000, "O_APPEND"},
    {"open", 04000, "O_NONBLOCK"},
    {"open", 0100000, "O_LARGEFILE"},
    {"open", 0200000, "O_DIRECTORY"},
    {"open", 02000000, "O_CLOEXEC"},
    NAME("msg", MSG_OOB),
    NAME("msg", MSG_PEEK),
    NAME("msg", MSG_DONTROUTE),
    NAME("msg", MSG_CTRUNC),
    NAME("msg", MSG_TRUNC),
    NAME("msg", MSG_DONTWAIT),
    NAME("msg", MSG_WAITALL),
    NAME("msg", MSG_NOSIGNAL),
    NAME("msg", MSG_MORE),
    {"msg", 0x2000, "MSG_ERRQUEUE"},
    NAME("prot", PROT_READ),
    NAME("prot", PROT_WRITE),
    NAME("prot", PROT_EXEC),
    NAME("mmap", MAP_SHARED),
    NAME("mmap", MAP_PRIVATE),
    NAME("mmap", MAP_FIXED),
    NAME("mmap", MAP_ANONYMOUS),
    {"socktype", 04000, "SOCK_NONBLOCK"},
    {"socktype", 02000000, "SOCK_CLOEXEC"},
};

static void print_bits(const char* kind, unsigned long long value, bool first) {
    for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++) {
        if (strcmp(bits[i].kind, kind) || !(value & bits[i].value)) continue;
        fprintf(out, "%s%s", first ? "" : "|", bits[i].name);
        value &= ~(unsigned long long)bits[i].value;
        first = false;
    }
    if (value || first) fprintf(out, first && !value ? "0" : first ? "%#llx" : "|%#llx", value);
}

static bool print_first(const char* const* names, unsigned count, unsigned value) {
    if (value < count && names[value]) fprintf(out, "%s", names[value]);
    return value < count && names[value];
}

bool print_named(const char* kind, unsigned long long value) {
    static const char* const access[] = {"O_RDONLY", "O_WRONLY", "O_RDWR"};
    static const char* const types[] = {NULL,       "SOCK_STREAM", "SOCK_DGRAM",
                                        "SOCK_RAW", NULL,          "SOCK_SEQPACKET"};
    if (!strcmp(kind, "open") || !strcmp(kind, "socktype")) {
        const bool open = !strcmp(kind, "open");
        const unsigned low = value & (open ? 3 : 15);
        const bool named = print_first(open ? access : types, open ? 3 : 6, low);
        if (named && value == low) return true;
        print_bits(kind, named ? value - low : value, !named);
        return true;
    }
    if (!strcmp(kind, "msg") || !strcmp(kind, "prot") || !strcmp(kind, "mmap")) {
        print_bits(kind, value, true);
        return true;
    }
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        if (strcmp(values[i].kind, kind) || values[i].value != value) continue;
        fprintf(out, "%s", values[i].name);
        return true;
    }
    return false;
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

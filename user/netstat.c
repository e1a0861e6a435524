// Shows sockets, routes, interfaces and counters, as /proc/net tells them.
#include "user/lib/net.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool all, listening;

static const char* state_name(unsigned state) {
    static const char* const names[] = {
        "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

static int family = AF_UNSPEC; // to be shown

// An address of /proc/net/tcp or tcp6: words of four bytes, each as this machine has it.
static const char* endpoint(const char* digits, unsigned port) {
    static char text[2][64];
    static int turn;
    char* out = text[turn ^= 1];
    size_t words = strlen(digits) / 8;
    union Endpoint address = {.family = words == 4 ? AF_INET6 : AF_INET};
    for (size_t i = 0; i < words; i++) {
        char word[9] = {0};
        memcpy(word, digits + i * 8, 8);
        unsigned value = (unsigned)strtoul(word, NULL, 16);
        if (words == 4)
            memcpy(address.v6.sin6_addr.s6_addr + i * 4, &value, 4);
        else
            address.v4.sin_addr.s_addr = value;
    }
    if (port)
        snprintf(out, sizeof text[0], "%s:%u", host_text(&address), port);
    else
        snprintf(out, sizeof text[0], "%s:*", host_text(&address));
    return out;
}

// The files of tcp, udp and raw have one form, those of IPv6 longer addresses (proc(5)).
static void show_file(const char* protocol, const char* suffix) {
    char path[32], name[8], line[512], local[33], remote[33];
    snprintf(path, sizeof path, "/proc/net/%s%s", protocol, suffix);
    snprintf(name, sizeof name, "%s%s", protocol, suffix);
    FILE* file = fopen(path, "r");
    if (!file) {
        if (!*suffix) warn_errno(path); // without IPv6 there is none of its files
        return;
    }
    bool stream = !strcmp(protocol, "tcp");
    while (fgets(line, sizeof line, file)) {
        unsigned local_port, remote_port, state, send, receive;
        if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %x:%x", local, &local_port, remote,
                   &remote_port, &state, &send, &receive) != 7) {
            continue;
        }
        bool listens = stream ? state == 10 : remote_port == 0;
        if (!all && listens != listening) continue;
        printf("%-5s %6u %6u %-22s ", name, receive, send, endpoint(local, local_port));
        printf("%-22s %s\n", endpoint(remote, remote_port),
               stream       ? state_name(state)
               : state == 1 ? "ESTABLISHED"
                            : "");
    }
    fclose(file);
}

static void show_sockets(const char* protocol) {
    if (family != AF_INET6) show_file(protocol, "");
    if (family != AF_INET) show_file(protocol, "6");
}

static void show_unix(void) {
    char line[512], path[128];
    FILE* file = fopen("/proc/net/unix", "r");
    if (!file) return;
    puts("Proto RefCnt Type       State      I-Node  Path");
    while (fgets(line, sizeof line, file)) {
        unsigned references, protocol, flags, type, state;
        unsigned long inode;
        path[0] = 0;
        if (sscanf(line, "%*x: %x %x %x %x %x %lu %127s", &references, &protocol, &flags, &type,
                   &state, &inode, path) < 6) {
            continue;
        }
        bool listens = flags & 0x10000;
        if (!all && listens != listening) continue;
        printf("unix  %-6u %-10s %-10s %-7lu %s\n", references,
               type == 1   ? "STREAM"
               : type == 2 ? "DGRAM"
                           : "SEQPACKET",
               listens      ? "LISTENING"
               : state == 3 ? "CONNECTED"
                            : "",
               inode, path);
    }
    fclose(file);
}

static void show_interfaces(void) {
    char line[512];
    FILE* file = fopen("/proc/net/dev", "r");
    if (!file) die_errno("/proc/net/dev");
    puts("Iface      RX-OK  RX-ERR  RX-DRP      TX-OK  TX-ERR  TX-DRP");
    while (fgets(line, sizeof line, file)) {
        char *name = line + strspn(line, " "), *colon = strchr(name, ':');
        if (!colon) continue;
        *colon = 0;
        unsigned long long v[16];
        char* next = colon + 1;
        for (int i = 0; i < 16; i++) v[i] = strtoull(next, &next, 10);
        printf("%-8s %8llu %7llu %7llu   %8llu %7llu %7llu\n", name, v[1], v[2], v[3], v[9], v[10],
               v[11]);
    }
    fclose(file);
}

// Two lines a protocol: the names, then the values.
static void show_statistics(const char* path) {
    FILE* file = fopen(path, "r");
    if (!file) {
        warn_errno(path);
        return;
    }
    char *names, *values;
    while ((names = read_line(file, NULL, NULL)) && (values = read_line(file, NULL, NULL))) {
        char *name_at = names, *value_at = values;
        char *name = strsep(&name_at, " "), *value = strsep(&value_at, " ");
        printf("%s\n", name);
        while ((name = strsep(&name_at, " ")) && (value = strsep(&value_at, " "))) {
            if (strcmp(value, "0")) printf("    %-24s %s\n", name, value);
        }
        free(names);
        free(values);
    }
    fclose(file);
}

// A line a counter.
static void show_statistics6(const char* path) {
    char line[128], name[64], value[32];
    FILE* file = fopen(path, "r");
    if (!file) return; // there is no IPv6
    puts("Ip6:");
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%63s %31s", name, value) == 2 && strcmp(value, "0"))
            printf("    %-24s %s\n", name, value);
    }
    fclose(file);
}

int main(int argc, char** argv) {
    begin(argv, "netstat [-46tuwxnal] sockets\n       netstat [-6] -r      routes\n"
                "       netstat -i           interfaces\n       netstat -s           counters\n");
    bool tcp = false, udp = false, raw = false, local = false, routes = false;
    int letter;
    while ((letter = option(argc, argv, "46tuwxnalris"))) {
        switch (letter) {
        case '4':
            family = AF_INET;
            break;
        case '6':
            family = AF_INET6;
            break;
        case 't':
            tcp = true;
            break;
        case 'u':
            udp = true;
            break;
        case 'w':
            raw = true;
            break;
        case 'x':
            local = true;
            break;
        case 'a':
            all = true;
            break;
        case 'l':
            listening = true;
            break;
        case 'r':
            routes = true;
            break;
        case 'i':
            show_interfaces();
            return finish(0);
        case 's':
            show_statistics("/proc/net/snmp");
            show_statistics("/proc/net/netstat");
            show_statistics6("/proc/net/snmp6");
            return finish(0);
        default:
            break;
        }
    }
    if (routes) {
        execvp("route", (char*[]){"route", "-n", family == AF_INET6 ? "-6" : "-4", NULL});
        die_errno("route");
    }
    if (!tcp && !udp && !raw && !local) tcp = udp = raw = true;
    if (tcp || udp || raw) {
        puts("Proto Recv-Q Send-Q Local Address          Foreign Address        State");
    }
    if (tcp) show_sockets("tcp");
    if (udp) show_sockets("udp");
    if (raw) show_sockets("raw");
    if (local) show_unix();
    return finish(0);
}

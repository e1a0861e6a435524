// Follows one exchange through the five hooks: at each it prints where head, data, tail and end of
// the packet's buffer stand, and the three headers; and checks what net/skbuff.h promises there.
#include "user/lib/net.h"
#include "user/lib/rule_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char path[] = "/proc/net/rules";
static const char* const chains[] = {"pre_routing", "local_in", "forward", "local_out",
                                     "post_routing"};
enum { READ_ALL = 3, CONSOLE_OFF = 6, CONSOLE_ON = 7 }; // syslog(2)

static char* kernel_log(void) {
    static char text[32768];
    int length = (int)syscall(SYS_syslog, READ_ALL, text, sizeof text - 1);
    if (length < 0) die_errno("syslog");
    text[length] = 0;
    return text;
}

static unsigned short listener_port;

static int make_listener(void) {
    union Endpoint address = numeric_address("127.0.0.1", "0");
    int listener = listen_on(&address, SOCK_STREAM, 1);
    socklen_t length = sizeof address;
    if (getsockname(listener, &address.any, &length)) die_errno("getsockname");
    listener_port = ntohs(address.v4.sin_port);
    return listener;
}

// The rules for this connection alone, in front of all others; and their removal.
static void set_rules(bool on) {
    struct Buffer text = {0};
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        if (on)
            buffer_text(&text, format_text("insert %s 1 proto tcp dport %u show\n", chains[i],
                                           listener_port));
        else
            buffer_text(&text, format_text("delete %s 1\n", chains[i]));
    }
    rule_file_write(path, text.data, text.length);
}

static void exchange(int listener) {
    union Endpoint address = numeric_address("127.0.0.1", format_text("%u", listener_port));
    int client = connect_to(&address, SOCK_STREAM);
    if (client < 0) die_errno("connect");
    int server = accept(listener, NULL, NULL);
    char word[8];
    if (server < 0 || send_all(client, "plumb", 5) || recv(server, word, sizeof word, 0) != 5)
        die_errno("exchange");
    close(client);
    close(server);
}

// One line of positions: down the stack data stands at the network header and the transport
// header lies behind it; before routing the transport header isn't set yet; at local_in data
// stands at the transport header.
static bool promise_kept(const char* hook, const char* line) {
    unsigned data, tail, end, network, transport = 0;
    const char* at = strstr(line, "data +");
    if (!at || sscanf(at, "data +%u tail +%u end +%u", &data, &tail, &end) != 3) return false;
    at = strstr(line, "network +");
    if (!at || sscanf(at, "network +%u", &network) != 1) return false;
    at = strstr(line, "transport +");
    bool has_transport = at && sscanf(at, "transport +%u", &transport) == 1;
    if (data > tail || tail > end || network > data || transport > tail) return false;
    if (!strcmp(hook, "pre_routing")) return !has_transport && data == network;
    if (!strcmp(hook, "local_in")) return has_transport && data == transport;
    return has_transport && data == network && transport >= network + 20;
}

// Prints what the log has for each hook; returns how many promises were checked, or -1.
static int print_log(char* log) {
    int checked = 0;
    for (char* line = strtok(log, "\n"); line; line = strtok(NULL, "\n")) {
        char hook[16];
        char* text = strstr(line, "] hook ");
        if (!text || sscanf(text, "] hook %15[^:]", hook) != 1) continue;
        char* rest = strchr(text, ':') + 2;
        if (strncmp(rest, "head ", 5)) {
            printf("%s: %s\n", hook, rest);
            continue;
        }
        printf("    %s\n", rest);
        if (strncmp(rest, "head +0", 7)) continue;
        if (!promise_kept(hook, rest)) {
            warn_text("at %s the header positions aren't those that were promised", hook);
            return -1;
        }
        checked++;
    }
    return checked;
}

int main(int argc, char** argv) {
    begin(argv, "hookdemo      (needs the superuser; leaves the rules as they were)\n");
    if (argc > 1) die_usage();
    int listener = make_listener();
    set_rules(true);
    syscall(SYS_syslog, CONSOLE_OFF, NULL, 0);
    size_t before = strlen(kernel_log());
    exchange(listener);
    syscall(SYS_syslog, CONSOLE_ON, NULL, 0);
    set_rules(false);
    char* log = kernel_log();
    int checked = print_log(strlen(log) > before ? log + before : log);
    if (checked < 4) return finish(1);
    printf("%d buffers seen, every header where it should be\n", checked);
    return finish(0);
}

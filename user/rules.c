// Shows and changes the packet rules of the kernel (/proc/net/rules).
#include "user/lib/rule_file.h"

#include <stdlib.h>
#include <string.h>

static const char path[] = "/proc/net/rules";

static const char usage[] =
    "rules [list]                       every chain with its rules and counters\n"
    "       rules add CHAIN [MATCH…] TARGET\n"
    "       rules insert CHAIN N [MATCH…] TARGET\n"
    "       rules delete CHAIN N\n"
    "       rules policy CHAIN accept|drop\n"
    "       rules flush [CHAIN]                delete all its rules\n"
    "       rules zero [CHAIN]                 its counters begin anew\n"
    "       rules save                         as text that `load` takes\n"
    "       rules load [FILE]                  all of it, or nothing if a line is wrong\n"
    "CHAIN   pre_routing  local_in  forward  local_out  post_routing\n"
    "MATCH   proto tcp|udp|icmp|N   from ADDRESS[/BITS]   to ADDRESS[/BITS]   sport N[-M]\n"
    "        dport N[-M]   in DEVICE   out DEVICE   type echo-request|echo-reply|…|N\n"
    "        each may have `not` in front; all must hold\n"
    "TARGET  accept  drop  reject (TCP reset, or ICMP port unreachable)\n"
    "        log  show (the buffer's pointers)  count: these go on to the next rule\n";

static unsigned long long counter(const char* line, const char* name) {
    const char* at = strstr(line, name);
    return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

// "policy local_in drop packets 1 bytes 29": the heading of a chain; the others are its rules.
static void list_line(char* line, int* place) {
    unsigned long long packets = counter(line, " packets "), bytes = counter(line, " bytes ");
    char* end = strstr(line, " packets ");
    if (end) *end = 0;
    if (!strncmp(line, "policy ", 7)) {
        char* chain = line + 7;
        char* policy = strchr(chain, ' ');
        if (!policy) return;
        *policy++ = 0;
        printf("%s: %s (%llu packets, %llu bytes)\n", chain, policy, packets, bytes);
        *place = 0;
    } else if (!strncmp(line, "add ", 4)) {
        char* rule = strchr(line + 4, ' ');
        if (!rule) return;
        printf("%6d %10llu %12llu  %s\n", ++*place, packets, bytes, rule + 1);
    }
}

int main(int argc, char** argv) {
    return rule_file_main(argc, argv, usage, path, "add insert delete policy flush zero",
                          list_line);
}

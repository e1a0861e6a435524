// Shows and changes the kernel's socket policy (/proc/net/policy).
#include "user/lib/rule_file.h"

#include <string.h>

static const char path[] = "/proc/net/policy";

static const char usage[] =
    "policy [list]\n"
    "       policy add CALL[,CALL…] [MATCH…] TARGET\n"
    "       policy insert N CALL[,CALL…] [MATCH…] TARGET\n"
    "       policy delete N\n"
    "       policy default allow|deny          when no rule decides\n"
    "       policy flush                       delete all rules\n"
    "       policy zero                        the counters begin anew\n"
    "       policy lock                        no change any more until the machine restarts\n"
    "       policy save                        as text that `load` takes\n"
    "       policy load [FILE]                 all of it, or nothing if a line is wrong\n"
    "CALL    any create post_create socketpair bind connect listen accept sendmsg recvmsg\n"
    "        getsockname getpeername getsockopt setsockopt shutdown sock_rcv_skb\n"
    "        unix_stream_connect unix_may_send\n"
    "MATCH   uid N   program NAME|/PATH   family unix|inet|N   type stream|dgram|raw|N\n"
    "        address ADDRESS[/BITS]   port N[-M]      each may have `not` in front\n"
    "TARGET  allow   deny [EACCES|EPERM] (and logged)   log (goes on to the next rule)\n";

static void list_line(char* line, int* place) {
    char* hits = strstr(line, " hits ");
    if (hits) *hits = 0;
    const char* count = hits ? hits + 6 : "";
    if (!strncmp(line, "default ", 8))
        printf("default %s (%s calls)\n", line + 8, count);
    else if (!strncmp(line, "add ", 4))
        printf("%6d %10s  %s\n", ++*place, count, line + 4);
    else if (!strcmp(line, "lock"))
        printf("locked\n");
}

int main(int argc, char** argv) {
    return rule_file_main(argc, argv, usage, path, "add insert delete default flush zero lock",
                          list_line);
}

// How much memory there is, from /proc/meminfo.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>

static unsigned long long value(const char* text, const char* name) {
    const char* line = strstr(text, name);
    return line ? strtoull(line + strlen(name), NULL, 10) : 0;
}

int main(int argc, char** argv) {
    begin(argv, "free [-h|-m|-b]\n");
    char text[4096], shown[16];
    int letter = option(argc, argv, "hmbk");
    if (read_small("/proc/meminfo", text, sizeof text) < 0) die_errno("/proc/meminfo");
    unsigned long long total = value(text, "MemTotal:"), unused = value(text, "MemFree:");
    unsigned long long cached = value(text, "Buffers:") + value(text, "\nCached:");
    unsigned long long figures[] = {total, total - unused - cached, unused, cached};
    puts("              total        used        free      cached");
    printf("Mem:   ");
    for (int i = 0; i < 4; i++) {
        if (letter == 'h')
            printf("%12s", human_size(figures[i] * 1024, shown));
        else
            printf("%12llu", letter == 'm'   ? figures[i] / 1024
                             : letter == 'b' ? figures[i] * 1024
                                             : figures[i]);
    }
    putchar('\n');
    return finish(0);
}

// How full the file systems are.
#include "user/lib/user.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

static bool human, every;

static void print(const char* device, const char* place) {
    struct statvfs info;
    if (statvfs(place, &info)) {
        warn_errno(place);
        return;
    }
    unsigned long long unit = info.f_frsize ? info.f_frsize : info.f_bsize;
    unsigned long long total = info.f_blocks * unit, used = (info.f_blocks - info.f_bfree) * unit;
    unsigned long long left = info.f_bavail * unit;
    if (!total && !every) return;
    char text[3][16];
    if (human) {
        printf("%-16s %9s %9s %9s", device, human_size(total, text[0]), human_size(used, text[1]),
               human_size(left, text[2]));
    } else {
        printf("%-16s %9llu %9llu %9llu", device, total / 1024, used / 1024, left / 1024);
    }
    printf(" %3llu%% %s\n", used + left ? (used * 100 + used + left - 1) / (used + left) : 0,
           place);
}

int main(int argc, char** argv) {
    begin(argv, "df [-ahk] [FILE...]\n");
    int letter;
    while ((letter = option(argc, argv, "ahk"))) {
        if (letter == 'a') every = true;
        if (letter == 'h') human = true;
    }
    printf("Filesystem       %9s      Used Available Use%% Mounted on\n",
           human ? "Size" : "1K-blocks");
    for (int i = option_index; i < argc; i++) print("-", argv[i]);
    if (option_index < argc) return finish(0);
    FILE* file = open_stream("/proc/mounts");
    if (!file) return 1;
    char* line;
    while ((line = read_line(file, NULL, NULL))) {
        char *device = strtok(line, " "), *place = strtok(NULL, " ");
        if (place) print(device, place);
        free(line);
    }
    return finish(0);
}

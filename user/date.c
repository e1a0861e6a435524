// Shows the date and time (UTC), or sets them.
#include "user/lib/user.h"

#include <stdlib.h>

int main(int argc, char** argv) {
    begin(argv, "date [-u] [-d @SECONDS] [-s @SECONDS] [+FORMAT]\n");
    time_t when = time(NULL);
    char text[512];
    int letter;
    while ((letter = option(argc, argv, "ud:s:"))) {
        if (letter == 'u') continue;
        if (*option_value != '@') die_usage();
        when = (time_t)number(option_value + 1, "seconds", -(1LL << 40), 1LL << 40);
        struct timespec now = {.tv_sec = when};
        if (letter == 's' && clock_settime(CLOCK_REALTIME, &now)) die_errno("clock");
    }
    const char* format = "%a %b %e %H:%M:%S UTC %Y";
    if (option_index < argc) {
        if (*argv[option_index] != '+') die_usage();
        format = argv[option_index] + 1;
    }
    size_t length = strftime(text, sizeof text, format, gmtime(&when));
    if (!length && *format) die_text("format too long");
    printf("%.*s\n", (int)length, text);
    return finish(0);
}

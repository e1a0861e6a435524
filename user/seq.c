// Counts.
#include "user/lib/user.h"

int main(int argc, char** argv) {
    begin(argv, "seq [FIRST [STEP]] LAST\n");
    if (argc < 2 || argc > 4) die_usage();
    long long first = argc > 2 ? number(argv[1], "first", INT32_MIN, INT32_MAX) : 1;
    long long step = argc > 3 ? number(argv[2], "step", INT32_MIN, INT32_MAX) : 1;
    long long last = number(argv[argc - 1], "last", -(1LL << 62), 1LL << 62);
    if (!step) die_text("the step is 0");
    for (long long i = first; step > 0 ? i <= last : i >= last; i += step) {
        if (printf("%lld\n", i) < 0) break;
    }
    return finish(0);
}

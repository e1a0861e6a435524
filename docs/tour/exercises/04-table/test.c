// Numbers of both tables, as Linux has them.
#include "docs/tour/exercises/expect.h"

int number_of(const char* name, int bits);

static const struct {
    const char* name;
    int number64, number32;
} known[] = {{"socket", 41, 359},  {"socketcall", -1, 102},     {"accept", 43, -1},
             {"read", 0, 3},       {"select", 23, 142},         {"sendfile", 40, 239},
             {"nonsense", -1, -1}, {"recvmmsg_time64", -1, 417}};

int main(void) {
    limit_seconds(5);
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        expect(number_of(known[i].name, 64) == known[i].number64, known[i].name);
        expect(number_of(known[i].name, 32) == known[i].number32, known[i].name);
    }
    return 0;
}

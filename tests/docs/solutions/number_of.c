// Solution 4: the list as an array of names and numbers.
#include <string.h>

enum { none = -1 };
static const struct {
    const char* name;
    int number64, number32;
} calls[] = {
#define SYSCALL(name, number64, number32, handler64, handler32, arguments)                         \
    {#name, number64, number32},
#include "kernel/syscall/list.def"
};

int number_of(const char* name, int bits) {
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!strcmp(calls[i].name, name)) return bits == 64 ? calls[i].number64 : calls[i].number32;
    return -1;
}
